// SPDX-License-Identifier: Apache-2.0
import MMP
import Testing

@testable import Mesh

/// Two nodes on one wire, `b`'s clock 5 s ahead and 50 ppm fast; every datagram takes 1 ms.
private struct Pair {
  static let boots: (a: UInt32, b: UInt32) = (11, 22)
  var a: PulsePath
  var b: PulsePath
  var heardByA: [PulsePath.Event] = []
  var heardByB: [PulsePath.Event] = []
  var wire: [(at: Int64, toB: Bool, bytes: [UInt8])] = []
  var sentByB: [[UInt8]] = []
  var lost: (Int) -> Bool = { _ in false }
  private var count = 0

  init(rate: PulseRate = .wired, channelsOfA: Int = 1) throws {
    a = PulsePath(capacity: 4, channels: channelsOfA, boot: Self.boots.a, rate: rate, now: 0)
    b = PulsePath(capacity: 4, channels: 1, boot: Self.boots.b, rate: rate, now: 0)
    try connect(at: 0)
  }

  static func clockOfB(_ time: Int64) -> Int64 { time + 5_000_000_000 + time / 20_000 }

  mutating func connect(at now: Int64, seed: UInt8 = 1) throws {
    let toB = try #require(Key32([UInt8](repeating: seed, count: 32)))
    let toA = try #require(Key32([UInt8](repeating: seed + 100, count: 32)))
    let reserved = (
      a.reserve(randomness: UInt32(seed) << 20), b.reserve(randomness: UInt32(seed) << 24)
    )
    let (ofA, ofB) = (try #require(reserved.0), try #require(reserved.1))
    let isOpen =
      a.open(
        2,
        PulsePeer(
          ownSession: ofA, peerSession: ofB, keys: PulseKeys(sending: toB, receiving: toA),
          boot: Self.boots.b, intervalMilliseconds: 200), at: now)
      && b.open(
        0,
        PulsePeer(
          ownSession: ofB, peerSession: ofA, keys: PulseKeys(sending: toA, receiving: toB),
          boot: Self.boots.a, intervalMilliseconds: 200), at: Self.clockOfB(now))
    #expect(isOpen)
  }

  static func pulse(at time: Int64, re: Float = 1) -> Pulse {
    Pulse(
      time: time, boot: 0, sequence: 0, channel: ChannelID(name: "hum"), re: re, im: 0,
      frequencyMicrohertz: 50_000_000, bandwidth: 6, effectiveCount: 30, quality: 200, flags: 0,
      decisionTau: 5, digest: 1)
  }

  /// Runs both ends from `start` to `end` in steps of 1 ms, each measuring every 10 ms.
  mutating func run(_ start: Int64, _ end: Int64) {
    for now in stride(from: start, to: end, by: 1_000_000) {
      if now % 10_000_000 == 0 {
        a.offer(Self.pulse(at: now), channel: 0)
        b.offer(Self.pulse(at: Self.clockOfB(now)), channel: 0)
      }
      deliver(now)
      pump(now)
    }
  }

  private mutating func deliver(_ now: Int64) {
    let due = wire.filter { $0.at <= now }
    wire.removeAll { $0.at <= now }
    for datagram in due {
      datagram.bytes.withUnsafeBytes { bytes in
        if datagram.toB {
          if let event = b.receive(bytes, at: Self.clockOfB(now)) { heardByB.append(event) }
        } else if let event = a.receive(bytes, at: now) {
          heardByA.append(event)
        }
      }
    }
  }

  private mutating func pump(_ now: Int64) {
    var buffer = [UInt8](repeating: 0, count: 81)
    while let out = buffer.withUnsafeMutableBytes({ a.nextDatagram(at: now, into: $0) }) {
      #expect(out.peer == 2)
      put(Array(buffer[..<out.count]), toB: true, at: now)
    }
    let nowOfB = Self.clockOfB(now)
    while let out = buffer.withUnsafeMutableBytes({ b.nextDatagram(at: nowOfB, into: $0) }) {
      #expect(out.peer == 0)
      sentByB.append(Array(buffer[..<out.count]))
      put(Array(buffer[..<out.count]), toB: false, at: now)
    }
  }

  private mutating func put(_ bytes: [UInt8], toB: Bool, at now: Int64) {
    count += 1
    if !lost(count) { wire.append((now + 1_000_000, toB, bytes)) }
  }

  var pulsesAtA: [(time: Int64, bound: Int64)] {
    heardByA.compactMap { event in
      guard case .pulse(2, let pulse, let bound) = event else { return nil }
      return (pulse.time, bound)
    }
  }
}

@Suite struct PulsePathTests {
  private let second = Nanoseconds.second
  private let ms = Nanoseconds.millisecond

  @Test func pulsesArriveInTheReceiversClock() throws {
    var pair = try Pair()
    pair.run(0, 10 * second)
    let pulses = pair.pulsesAtA
    #expect((180...200).contains(pulses.count))
    for pulse in pulses.suffix(100) {
      // Measured at multiples of 10 ms of a's clock.
      let error = (pulse.time + 5 * ms) % (10 * ms) - 5 * ms
      #expect(abs(error) < 20_000)
      #expect(abs(error) <= pulse.bound)
    }
    let estimate = try #require(pair.a.clock(of: 2))
    #expect(estimate.isFull)
    #expect(abs(estimate.skew - 50e-6) < 5e-6)
    #expect(pair.a.counters.noClock < 10)
    #expect(pair.a.arrivals.unauthentic == 0)
    #expect((64 + 6...64 + 8).contains(pair.a.exchanges(of: 2)))
    #expect(pair.a.staleAfter(of: 2) == 600 * ms)
  }

  @Test func lossDoesNotStopTheClock() throws {
    var pair = try Pair()
    pair.lost = { $0 % 3 == 0 }
    pair.run(0, 8 * second)
    #expect(try #require(pair.a.clock(of: 2)).errorBound(at: 8 * second) < 3 * ms)
    #expect(pair.pulsesAtA.count > 80)
  }

  @Test func replayedDatagramsHaveNoEffect() throws {
    var pair = try Pair()
    pair.run(0, 3 * second)
    let before = (pair.a.arrivals.opened, pair.a.pulses(of: 2).received)
    let recorded = pair.sentByB
    for datagram in recorded {
      let event = datagram.withUnsafeBytes { pair.a.receive($0, at: 3 * second) }
      #expect(event == nil || pair.wire.contains { $0.bytes == datagram })
    }
    #expect(pair.a.arrivals.opened - before.0 <= 2)
    #expect(pair.a.arrivals.replayed >= UInt64(recorded.count) - 2)
  }

  @Test func recordingOfAnEarlierSessionIsUnknown() throws {
    var pair = try Pair()
    pair.run(0, 3 * second)
    let recorded = pair.sentByB
    try pair.connect(at: 3 * second, seed: 2)
    let unknown = pair.a.arrivals.unknownSession
    for datagram in recorded {
      #expect(datagram.withUnsafeBytes { pair.a.receive($0, at: 3 * second) } == nil)
    }
    #expect(pair.a.arrivals.unknownSession == unknown + UInt64(recorded.count))
    // The peer has not started again, so its clock is still known.
    #expect(pair.a.clock(of: 2)?.isFull == true)
    pair.run(3 * second, 5 * second)
    #expect(pair.a.pulses(of: 2).received > 30)
  }

  @Test func changedBytesAndNoiseAreCounted() throws {
    var pair = try Pair()
    pair.run(0, second)
    var random = SplitMix64(seed: 8)
    let opened = pair.a.arrivals.opened
    for datagram in pair.sentByB {
      var changed = datagram
      let index = random.below(changed.count)
      changed[index] ^= UInt8(1 + random.below(255))
      _ = changed.withUnsafeBytes { pair.a.receive($0, at: second) }
      _ = random.bytes(random.below(200)).withUnsafeBytes { pair.a.receive($0, at: second) }
    }
    #expect(pair.a.arrivals.opened == opened)
  }

  /// What a makes of b's pulse that claims to be `age` older than now; b's clock is known.
  private func verdict(age: Int64) throws -> (events: [PulsePath.Event], path: PulsePath) {
    var pair = try Pair()
    pair.run(0, 4 * second)
    var buffer = [UInt8](repeating: 0, count: 81)
    let now = 4 * second
    pair.b.offer(Pair.pulse(at: Pair.clockOfB(now - age)), channel: 0)
    var events: [PulsePath.Event] = []
    while let out = buffer.withUnsafeMutableBytes({
      pair.b.nextDatagram(at: Pair.clockOfB(now) + 50 * ms, into: $0)
    }) {
      let event = buffer.withUnsafeBytes { bytes in
        pair.a.receive(UnsafeRawBufferPointer(rebasing: bytes[..<out.count]), at: now)
      }
      if out.count == 81, let event { events.append(event) }
    }
    return (events, pair.a)
  }

  @Test func pulsesOfOtherTimesAreDropped() throws {
    #expect(try verdict(age: 0).events.count == 1)
    #expect(try verdict(age: 1400 * ms).events.count == 1)
    let future = try verdict(age: -20 * ms)
    #expect(future.events.isEmpty)
    #expect(future.path.counters.future == 1)
    // Half the delay and the slack of 5 ms are forgiven.
    #expect(try verdict(age: -4 * ms).events.count == 1)
  }

  @Test func latePulsesAreDropped() throws {
    var pair = try Pair()
    pair.run(0, 2 * second)
    let held = pair.sentByB.count
    pair.lost = { _ in true }
    pair.run(2 * second, 2 * second + 100 * ms)
    let delayed = pair.sentByB[held...].filter { $0.count == 81 }
    #expect(!delayed.isEmpty)
    for datagram in delayed {
      #expect(datagram.withUnsafeBytes { pair.a.receive($0, at: 4 * second) } == nil)
    }
    #expect(pair.a.counters.late == UInt64(delayed.count))
  }

  @Test func pulsesOfAnotherStartAreDropped() throws {
    var pair = try Pair()
    pair.run(0, 2 * second)
    let session = pair.a
    pair.b = PulsePath(capacity: 4, channels: 1, boot: 99, rate: .wired, now: 0)
    pair.a = session
    try pair.connect(at: 2 * second, seed: 3)
    pair.run(2 * second, 3 * second)
    #expect(pair.a.counters.foreignBoot > 5)
    #expect(pair.a.pulses(of: 2).received == 0)
  }

  @Test func closedPeerGetsAndGivesNothing() throws {
    var pair = try Pair()
    pair.run(0, second)
    let recorded = try #require(pair.sentByB.last)
    pair.a.close(2)
    #expect(pair.a.deadline == nil)
    var buffer = [UInt8](repeating: 0, count: 81)
    let out = buffer.withUnsafeMutableBytes { pair.a.nextDatagram(at: 2 * second, into: $0) }
    #expect(out == nil)
    #expect(recorded.withUnsafeBytes { pair.a.receive($0, at: second) } == nil)
  }

  @Test func budgetLowersTheRateThenTheReach() {
    let rate = PulseRate(rate: 20, slowest: 5, packetsPerSecond: 800, fanOut: 64)
    #expect(rate.plan(peers: 2, channels: 1) == (2, 50_000_000))
    let forty = rate.plan(peers: 40, channels: 1)
    #expect(forty.peers == 40)
    #expect(abs(1e9 / Double(forty.interval) - 18) < 0.01)
    let many = rate.plan(peers: 64, channels: 8)
    #expect(many.peers == 16)
    #expect((190_000_000...200_000_000).contains(many.interval))
    #expect(rate.plan(peers: 100, channels: 1).peers == 64)
    for peers in 0...200 {
      for channels in 0...8 {
        let plan = rate.plan(peers: peers, channels: channels)
        let packets = Double(plan.peers * channels) * 1e9 / Double(plan.interval)
        #expect(packets <= 800.001)
        #expect(plan.interval <= 200_000_000)
      }
    }
  }

  @Test func deadlineLeadsFromOneDatagramToTheNext() throws {
    var pair = try Pair()
    pair.a.offer(Pair.pulse(at: 0), channel: 0)
    var buffer = [UInt8](repeating: 0, count: 81)
    var (now, pings, pulses): (Int64, Int, Int) = (0, 0, 0)
    while now < second {
      pair.a.offer(Pair.pulse(at: now), channel: 0)
      while let out = buffer.withUnsafeMutableBytes({ pair.a.nextDatagram(at: now, into: $0) }) {
        if out.count == 81 { pulses += 1 } else { pings += 1 }
      }
      let next = try #require(pair.a.deadline)
      #expect(next > now)
      now = next
    }
    #expect((21...22).contains(pings))
    #expect((19...21).contains(pulses))
  }

  // A node without inputs kept one core busy from its first peer on: the time of its next round of
  // pulses stayed in the past, and so did the deadline. It must lie ahead once all is sent.
  @Test func aNodeWithoutChannelsRests() throws {
    var pair = try Pair(channelsOfA: 0)
    var buffer = [UInt8](repeating: 0, count: 81)
    var (now, turns): (Int64, Int) = (0, 0)
    while now < second, turns < 1000 {
      turns += 1
      while buffer.withUnsafeMutableBytes({ pair.a.nextDatagram(at: now, into: $0) }) != nil {}
      now = max(now, try #require(pair.a.deadline))
    }
    #expect((20...30).contains(turns))
  }

  @Test func stalenessFollowsTheAnnouncement() {
    #expect(Staleness.after(intervalMilliseconds: 50) == 150 * ms)
    #expect(Staleness.after(intervalMilliseconds: 400) == 1200 * ms)
    #expect(Staleness.after(intervalMilliseconds: 9000) == 1200 * ms)
    #expect(Staleness.after(intervalMilliseconds: 0) == 1200 * ms)
  }
}
