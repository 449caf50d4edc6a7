// SPDX-License-Identifier: Apache-2.0
internal import MMP
internal import Mesh
internal import Runtime

/// Frames through one connection over TCP on this machine, both ends in this process.
///
/// A frame's way: encoded, sealed where the link is secure, written, read, opened, decoded, handed
/// on. So many are under way at a time as `window` says.
final class FrameFlow {
  static let window = 64
  /// Bytes of text in each frame.
  static let contentCount = 256
  private static let limit: Int64 = 30_000_000_000

  private let session: BenchSession
  private var listener: TCPListener?
  private var streams: [ByteStream] = []
  private var sender: PeerConnection
  private var receiver: PeerConnection
  private let frame: Frame
  private var sent = 0
  private var received = 0
  private var wanted = 0

  /// Connects both ends; they have said who they are when this is done.
  init(_ session: BenchSession, isSecure: Bool) throws(BenchFailure) {
    self.session = session
    let now = session.reactor.now
    guard let first = Self.settings(1), let second = Self.settings(2),
      let one = Self.key(3), let other = Self.key(4)
    else { throw BenchFailure(description: "a connection that cannot be made") }
    sender = PeerConnection(
      role: .dialer(isSecure: isSecure), settings: first, pulseSession: SessionID(rawValue: 1),
      ephemeralSeed: one, now: now)
    receiver = PeerConnection(
      role: .acceptor, settings: second, pulseSession: SessionID(rawValue: 2),
      ephemeralSeed: other, now: now)
    let content = String(repeating: "x", count: Self.contentCount)
    frame = .message(Message(from: "a", fromName: "b", content: content, timestamp: now))
    do throws(SystemError) { try connect() } catch { throw BenchFailure(error) }
    guard try session.run(atMost: Self.limit), sender.summary != nil else {
      throw BenchFailure(description: "a connection that is not established")
    }
  }

  /// Frames a second, the median of some rounds of `count`.
  func rate(count: Int, rounds: Int) throws(BenchFailure) -> Double {
    var times = Samples(capacity: rounds)
    for _ in 0..<rounds {
      (sent, received, wanted) = (0, 0, count)
      let start = MonotonicClock.now
      refill()
      guard try session.run(atMost: Self.limit) else {
        throw BenchFailure(description: "frames that do not arrive")
      }
      times.add(MonotonicClock.now - start)
    }
    return Double(count) * 1e9 / Double(max(1, times.quantile(0.5) ?? 1))
  }

  func close() {
    listener?.close()
    for stream in streams { stream.close() }
  }

  private func connect() throws(SystemError) {
    let listener = try TCPListener(reactor: session.reactor, at: .loopback(port: 0)) {
      [unowned(unsafe) self] stream in
      attach(stream) { self.receiver.receive($0, at: self.session.reactor.now) }
      stream.start()
    }
    self.listener = listener
    let stream = ByteStream.connect(
      reactor: session.reactor, to: .loopback(port: listener.address.port),
      timeoutNanoseconds: Self.limit)
    attach(stream) { self.sender.receive($0, at: self.session.reactor.now) }
    stream.onOpen = { [unowned(unsafe) self] in pump() }
  }

  private func attach(
    _ stream: ByteStream, _ take: @escaping (UnsafeRawBufferPointer) -> Void
  ) {
    streams.append(stream)
    stream.onBytes = { [unowned(unsafe) self] bytes in
      take(bytes)
      pump()
    }
  }

  /// Writes what both ends want to; the accepted stream is the second of the two.
  private func pump() {
    while let effect = sender.next() { write(effect, to: 0) }
    while let effect = receiver.next() { write(effect, to: 1) }
    if received < wanted { refill() }
  }

  private func write(_ effect: PeerConnection.Effect, to stream: Int) {
    switch effect {
    case .send(let bytes): if stream < streams.count { _ = streams[stream].send(bytes) }
    case .frame:
      received += 1
      if received == wanted { session.reactor.stop() }
    case .established: if stream == 0 { session.reactor.stop() }
    case .dropped, .close: break
    }
  }

  private func refill() {
    while sent < wanted, sent - received < Self.window {
      sent += 1
      sender.send(frame, at: session.reactor.now)
      while let effect = sender.next() { write(effect, to: 0) }
    }
  }

  private static func key(_ byte: UInt8) -> Key32? {
    Key32([UInt8](repeating: byte, count: Key32.count))
  }

  private static func settings(_ number: UInt8) -> ConnectionSettings? {
    guard let seed = key(number), let secret = key(9),
      let mesh = MeshKey(meshID: "bench", secret: secret),
      case .handshake(var handshake) = FrameEncodeWork.handshake
    else { return nil }
    let identity = Identity(seed: seed)
    handshake.nodeID = identity.nodeID.description
    var settings = ConnectionSettings(
      identity: identity, key: mesh, handshake: handshake, udpPort: 0, frames: .server)
    settings.allowPlaintext = true
    return settings
  }
}
