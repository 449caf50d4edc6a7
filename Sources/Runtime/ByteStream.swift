// SPDX-License-Identifier: Apache-2.0

internal import CSystem

/// One TCP or Unix stream connection in the reactor.
///
/// The reactor keeps an open stream alive; its owner ends it with `close`, or is told the reason
/// once by `onClose`, never from inside a call made by the owner itself.
package final class ByteStream {
  /// Why a stream ended by itself.
  package enum CloseReason: Equatable, CustomStringConvertible {
    /// The other end closed the connection.
    case endOfStream
    /// A system call failed; the peer resetting the connection is one way.
    case failed(SystemError)
    /// No connection was made in time, in nanoseconds.
    case connectTimedOut(peer: String, after: Int64)
    /// The peer took its bytes too slowly for a queue of `limit` bytes.
    case queueFull(peer: String, limit: Int)

    package var description: String {
      switch self {
      case .endOfStream: "closed by the other end"
      case .failed(let error): error.description
      case .connectTimedOut(let peer, let time):
        "no connection to \(peer) within \(time / 1_000_000) ms"
      case .queueFull(let peer, let limit):
        "\(peer) reads too slowly: more than \(limit) bytes waiting"
      }
    }
  }

  enum State { case connecting, idle, open, closed }

  /// Bytes read in one turn at most, so that one peer cannot starve the others.
  package static let readsPerTurn = 4
  /// Default limit of the write queue: one frame of 1 MiB and a little more.
  package static let defaultQueueLimit = 1_114_112

  /// The other end, for messages.
  package let peerName: String
  /// The other end's address; nil for Unix sockets.
  package let peerAddress: SocketAddress?

  /// Called once when a connection begun by `connect` is there.
  package var onOpen: (() -> Void)?
  /// Called with received bytes, which are valid during the call.
  package var onBytes: ((UnsafeRawBufferPointer) -> Void)?
  /// Called once when the other end has finished sending; when nil, that closes the stream.
  package var onEnd: (() -> Void)?
  /// Called whenever the kernel has taken all that was queued.
  package var onDrained: (() -> Void)?
  /// Called once when the stream has ended by itself.
  package var onClose: ((CloseReason) -> Void)?

  let reactor: Reactor
  var descriptor: Int32
  var watch: Watch?
  var connectTimer: Timer?
  var queue: WriteQueue
  var state: State
  var reads = true
  var finishes = false
  var hasEnded = false

  /// Adopts a connected, non-blocking descriptor; nothing is read before `start`.
  package init(
    reactor: Reactor, adopting descriptor: Int32, peerName: String,
    peerAddress: SocketAddress? = nil, queueLimit: Int = ByteStream.defaultQueueLimit
  ) {
    (self.reactor, self.descriptor) = (reactor, descriptor)
    (self.peerName, self.peerAddress) = (peerName, peerAddress)
    queue = WriteQueue(limit: queueLimit)
    state = .idle
  }

  deinit {
    if descriptor >= 0 { CSystem.close(descriptor) }
  }

  /// Begins a TCP connection; the outcome comes by `onOpen` or `onClose`.
  package static func connect(
    reactor: Reactor, to address: SocketAddress, timeoutNanoseconds: Int64,
    queueLimit: Int = ByteStream.defaultQueueLimit
  ) -> ByteStream {
    let stream = ByteStream(
      reactor: reactor, adopting: -1, peerName: address.description, peerAddress: address,
      queueLimit: queueLimit)
    stream.state = .connecting
    var target = address.kernelForm
    guard tm_tcp_connect(&target, &stream.descriptor) >= 0 else {
      stream.descriptor = -1
      stream.fail(.failed(SystemError.last("connect to", address.description)))
      return stream
    }
    stream.watchAs(.writable)
    stream.connectTimer = reactor.after(timeoutNanoseconds) {
      stream.fail(.connectTimedOut(peer: stream.peerName, after: timeoutNanoseconds))
    }
    return stream
  }

  /// Connects to a Unix socket.
  package static func connect(
    reactor: Reactor, toUnix path: String
  ) throws(SystemError) -> ByteStream {
    let descriptor = tm_unix_connect(path)
    guard descriptor >= 0 else { throw SystemError.last("connect to", path) }
    return ByteStream(reactor: reactor, adopting: descriptor, peerName: path)
  }

  /// The stream to the process that started this one as a joined child; nil when none did.
  package static func joined(reactor: Reactor, queueLimit: Int) -> ByteStream? {
    let stream = ByteStream(
      reactor: reactor, adopting: Int32(TM_JOINED), peerName: "the node",
      queueLimit: queueLimit)
    guard stream.peerCredentials != nil else {
      stream.descriptor = -1
      return nil
    }
    return stream
  }

  /// Whether the stream is neither closed nor failed.
  package var isOpen: Bool { state != .closed }
  /// Bytes accepted by `send` and not yet by the kernel.
  package var queuedBytes: Int { queue.count }

  /// User and process id at the other end of a Unix socket, as they were when it connected.
  package var peerCredentials: (user: UInt32, process: Int32)? {
    var (user, process) = (UInt32(0), Int32(0))
    guard tm_unix_peer(descriptor, &user, &process) == 0, process != 0 else { return nil }
    return (user, process)
  }

  /// Whether the process at the other end of a Unix socket was a member of `group` when it
  /// connected.
  package func isPeerMember(of group: UInt32) -> Bool {
    tm_unix_peer_is_member(descriptor, group) == 1
  }

  /// Begins to deliver bytes of an adopted descriptor.
  package func start() {
    guard state == .idle else { return }
    state = .open
    watchAs(interest)
  }

  /// Holds reading back, so that the kernel slows the sender down, or lets it go on.
  package func setReading(_ reads: Bool) {
    self.reads = reads
    update()
  }

  /// Sends bytes in order, queueing what the kernel does not take now.
  ///
  /// - Returns: False when the stream is closed, or closes because its queue is full.
  @discardableResult
  package func send(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard state != .closed, !finishes else { return false }
    var rest = bytes
    if queue.isEmpty, state != .connecting {
      guard let sent = write(bytes) else { return false }
      rest = UnsafeRawBufferPointer(rebasing: bytes[sent...])
    }
    guard !rest.isEmpty else { return true }
    guard queue.append(rest) else {
      fail(.queueFull(peer: peerName, limit: queue.limit))
      return false
    }
    update()
    return true
  }

  /// Sends bytes in order, queueing what the kernel does not take now.
  @discardableResult
  package func send(_ bytes: [UInt8]) -> Bool { bytes.withUnsafeBytes { send($0) } }

  /// Sends text as UTF-8.
  @discardableResult
  package func send(_ text: String) -> Bool { send(Array(text.utf8)) }

  /// Says, once everything queued is sent, that nothing more will come; reading goes on.
  package func finish() {
    guard state != .closed, !finishes else { return }
    finishes = true
    finishWhenDrained()
  }

  /// Ends the stream at once, dropping what is queued; `onClose` is not called.
  package func close() {
    release()
    dropHandlers()
  }
}
