// SPDX-License-Identifier: Apache-2.0
internal import MMP
internal import Runtime

/// Times pulses to a partner and back, by turns with bare datagrams of the same size.
///
/// A pulse's way: sealed, sent, received, opened, checked against replay, handed to the channel's
/// estimator. One way is half a round trip, which has two such ways in it.
final class Hops {
  private enum Kind {
    case plain
    case sealed
  }

  private let reactor: Reactor
  private let effort: BenchEffort
  private let pair: PulsePair
  private var socket: UDPSocket?
  private let plainPartner: SocketAddress
  private let sealedPartner: SocketAddress
  private let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 128, alignment: 8)
  private var kind = Kind.plain
  private var round = 0
  private var left = 0
  private var sentAt: Int64 = 0
  /// One way each, ns.
  private(set) var plain: Samples
  private(set) var sealed: Samples

  /// Hops to a partner that listens on two ports of this machine.
  init(
    reactor: Reactor, pair: PulsePair, effort: BenchEffort, ports: HopPartner.Ports
  ) throws(BenchFailure) {
    (self.reactor, self.pair, self.effort) = (reactor, pair, effort)
    plain = Samples(capacity: effort.hopRounds * effort.hopsPerRound)
    sealed = Samples(capacity: effort.hopRounds * effort.hopsPerRound)
    plainPartner = .loopback(port: ports.plain)
    sealedPartner = .loopback(port: ports.sealed)
    room.initializeMemory(as: UInt8.self, repeating: 0)
    do throws(SystemError) {
      socket = try UDPSocket(reactor: reactor, at: .loopback(port: 0)) {
        [unowned(unsafe) self] bytes, _, _ in received(bytes)
      }
    } catch { throw BenchFailure(error) }
  }

  deinit { room.deallocate() }

  /// Begins; the reactor is stopped after the last round.
  func start() {
    left = effort.hopsPerRound
    send()
  }

  func close() { socket?.close() }

  /// Whether every round has been done.
  var isDone: Bool { sealed.values.count == effort.hopRounds * effort.hopsPerRound }

  private func send() {
    switch kind {
    case .plain:
      let bytes = UnsafeRawBufferPointer(rebasing: room[..<PulseSealer.maximumCount])
      sentAt = MonotonicClock.now
      socket?.send(bytes, to: plainPartner)
    case .sealed:
      pair.first.measure()
      sentAt = MonotonicClock.now
      while let count = pair.first.next(into: room) {
        socket?.send(UnsafeRawBufferPointer(rebasing: room[..<count]), to: sealedPartner)
      }
    }
  }

  private func received(_ bytes: UnsafeRawBufferPointer) {
    if kind == .sealed, !pair.first.receive(bytes) { return }
    let oneWay = (MonotonicClock.now - sentAt) / 2
    // The first of two rounds warms caches and scheduler, and is not counted.
    if round >= 2 {
      if kind == .plain { plain.add(oneWay) } else { sealed.add(oneWay) }
    }
    left -= 1
    if left == 0, !turn() { return reactor.stop() }
    send()
  }

  /// The next round, of the other kind; false after the last.
  private func turn() -> Bool {
    round += 1
    kind = kind == .plain ? .sealed : .plain
    left = effort.hopsPerRound
    return round < 2 * (effort.hopRounds + 1)
  }
}
