// SPDX-License-Identifier: Apache-2.0
internal import MMP
internal import Mesh
internal import PhaseSpace

/// One of two nodes that pulse each other, in a time that goes on only when told: its fast path
/// and its channels, without sockets.
///
/// What is called in several places is not inlined: each copy would be half the fast path.
struct PulseEnd {
  /// From one pulse to the next: the rate of 100 Hz, ns.
  static let step: Int64 = 10_000_000
  static let channel = "hum"
  static let frequency = 50.0
  private static let slot = 0

  private(set) var path: PulsePath
  private(set) var board: ChannelBoard
  private(set) var now: Int64 = 1_000_000_000
  private let names = [PulseEnd.channel]

  fileprivate init(boot: UInt32) {
    let rate = PulseRate(rate: 100, slowest: 100, packetsPerSecond: 1e6, fanOut: 1)
    path = PulsePath(capacity: 31, channels: 1, boot: boot, rate: rate, now: now)
    board = ChannelBoard(peers: 31)
    board.add(
      name: Self.channel, settings: ChannelSettings(frequency: Self.frequency),
      bandwidth: 4.88, requiredTau: 2.05, bank: IntegratorBank(profile: .zero))
  }

  fileprivate mutating func reserve() -> SessionID? { path.reserve(randomness: 0x1234_5678) }

  fileprivate mutating func open(_ peer: PulsePeer) { path.open(Self.slot, peer, at: now) }

  /// Whether the peer's clock is known as well as it can be.
  fileprivate var isSettled: Bool { path.exchanges(of: Self.slot) >= ClockOffset.full }

  fileprivate mutating func wait(_ nanoseconds: Int64) { now += nanoseconds }

  /// Measures anew: the next datagrams include a pulse.
  @inline(never)
  mutating func measure() {
    now += Self.step
    let phasor = CarrierPhase.phasor(nanoseconds: now, frequency: Self.frequency)
    board.measured(
      0, PhaseSample(time: now, phasor: phasor, quality: 0.9, frequency: Self.frequency),
      weight: 1)
    path.offer(board.channels[0].pulse(), channel: 0)
  }

  /// Bytes of the next datagram that is due; nil when none is.
  @inline(never)
  mutating func next(into datagram: UnsafeMutableRawBufferPointer) -> Int? {
    path.nextDatagram(at: now, into: datagram)?.count
  }

  /// Opens a datagram, and hands a pulse to the channel's estimator; true for a pulse.
  @inline(never)
  mutating func receive(_ datagram: UnsafeRawBufferPointer) -> Bool {
    guard case .pulse(let slot, let pulse, _) = path.receive(datagram, at: now) else {
      return false
    }
    board.heard(
      pulse, slot: slot, names: names, at: pulse.time, weight: 1,
      staleAfter: path.staleAfter(of: slot))
    return true
  }

  @inline(never)
  mutating func tick() { board.tick(at: now, order: [Self.slot]) }
}

/// Two ends that know each other's clock.
///
/// Nothing here is random: two processes that make one each hold two ends of the same sessions.
final class PulsePair {
  var first = PulseEnd(boot: 1)
  var second = PulseEnd(boot: 2)
  private let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 128, alignment: 8)

  init?() {
    guard let one = first.reserve(), let other = second.reserve(),
      let outward = Key32([UInt8](repeating: 1, count: Key32.count)),
      let homeward = Key32([UInt8](repeating: 2, count: Key32.count))
    else { return nil }
    first.open(
      PulsePeer(
        ownSession: one, peerSession: other,
        keys: PulseKeys(sending: outward, receiving: homeward), boot: 2,
        intervalMilliseconds: 10))
    second.open(
      PulsePeer(
        ownSession: other, peerSession: one,
        keys: PulseKeys(sending: homeward, receiving: outward), boot: 1,
        intervalMilliseconds: 10))
    for _ in 0..<200 where !(first.isSettled && second.isSettled) {
      first.wait(5 * PulseEnd.step)
      second.wait(5 * PulseEnd.step)
      exchange()
    }
    guard first.isSettled && second.isSettled else { return nil }
  }

  deinit { room.deallocate() }

  /// Brings everything that is due to the other end; pulses that arrived.
  @inline(never)
  @discardableResult
  func exchange() -> Int {
    var pulses = 0
    var isQuiet = false
    while !isQuiet {
      isQuiet = true
      while let count = first.next(into: room) {
        isQuiet = false
        if second.receive(UnsafeRawBufferPointer(rebasing: room[..<count])) { pulses += 1 }
      }
      while let count = second.next(into: room) {
        isQuiet = false
        if first.receive(UnsafeRawBufferPointer(rebasing: room[..<count])) { pulses += 1 }
      }
    }
    return pulses
  }
}
