// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import PhaseSpace

@Suite struct EventEncoderTests {
  private static let second: Int64 = 1_000_000_000

  @Test func thePhaseRunsFromEventToEvent() {
    var encoder = EventEncoder(EventSettings(frequency: 2))
    for index in 0..<40 { encoder.take(at: Int64(index) * Self.second / 2) }
    let last = 39 * Self.second / 2
    for share in [0.0, 0.1, 0.25, 0.7, 0.99] {
      let reading = encoder.reading(at: last + Int64(share * 0.5e9))
      #expect((reading.phasor - Phasor(cycles: share)).magnitude < 1e-6)
      #expect(reading.quality > 0.98)
      #expect(abs(reading.frequency - 2) < 1e-9)
    }
    #expect(abs(encoder.rate(at: last) - 2) < 1e-9)
    #expect(encoder.events == 40)
  }

  @Test func anOverdueEventLowersTheQualityToNothing() {
    var encoder = EventEncoder(EventSettings(frequency: 1))
    for index in 0..<30 { encoder.take(at: Int64(index) * Self.second) }
    let last = 29 * Self.second
    let half = encoder.reading(at: last + Self.second * 3 / 2)
    #expect(abs(half.quality - 0.5) < 0.02, "\(half.quality)")
    #expect((half.phasor - Phasor(cycles: 0)).magnitude < 1e-9)
    #expect(encoder.reading(at: last + 2 * Self.second).quality == 0)
    #expect(encoder.rate(at: last + 10 * Self.second) < 0.11)
  }

  /// One rhythm that slows down and speeds up, and the same intervals in random order.
  @Test func shuffledIntervalsLoseTheirQuality() {
    let intervals = (0..<400).map { 1 + 0.5 * sin(2 * Double.pi * Double($0) / 80) }
    let ordered = Self.quality(intervals)
    #expect(ordered > 0.9, "\(ordered)")
    var (shuffled, random) = (intervals, SplitMix64(seed: 3))
    for index in shuffled.indices.reversed() {
      shuffled.swapAt(index, Int(random.next() % UInt64(index + 1)))
    }
    let lost = Self.quality(shuffled)
    #expect(lost < 0.3, "\(lost)")
  }

  @Test func eventsByChanceHaveNoQuality() {
    var random = SplitMix64(seed: 9)
    let chance = Self.quality((0..<2000).map { _ in -log(1 - random.uniform()) })
    #expect(chance < 0.2, "\(chance)")
  }

  @Test func bouncesAreNoEvents() {
    var encoder = EventEncoder(EventSettings(frequency: 1, debounce: 20_000_000))
    for index in 0..<20 {
      let start = Int64(index) * Self.second
      #expect(encoder.take(at: start) == true)
      for bounce in 1...4 { #expect(encoder.take(at: start + Int64(bounce) * 3_000_000) == false) }
    }
    #expect(encoder.events == 20)
    #expect(encoder.bounces == 80)
    #expect(encoder.reading(at: 19 * Self.second + 1).quality > 0.9)
  }

  @Test func timesThatGoBackwardsAreRefusedAndALongPauseBeginsAnew() {
    var encoder = EventEncoder(EventSettings(frequency: 1))
    for index in 0..<10 { encoder.take(at: Int64(index) * Self.second) }
    #expect(encoder.take(at: 3 * Self.second) == false)
    encoder.take(at: 200_000 * Self.second)
    let reading = encoder.reading(at: 200_000 * Self.second)
    #expect(reading.quality == 0)
    #expect(reading.frequency == 1)
    encoder.restart()
    #expect(encoder.take(at: 1) == true)
  }

  /// Independent rhythms that jitter by a sixteenth are not locked over 10/B; over ten events they seem so.
  @Test func unrelatedRhythmsAreNotLocked() {
    let settings = EventSettings(frequency: 1)
    #expect(settings.noiseBandwidth == 0.125)
    let honest = Self.lockings(tau: 10 / settings.noiseBandwidth)
    #expect(honest.filter { $0 > 0.75 }.count == 0, "\(honest.max() ?? 0)")
    let naive = Self.lockings(tau: 10)
    #expect(naive.filter { $0 > 0.75 }.count > 3, "\(naive.max() ?? 0)")
  }

  private static func lockings(tau: Double) -> [Double] {
    (0..<60).map { seed in
      var random = SplitMix64(seed: UInt64(500 + seed))
      var encoders = [EventEncoder(EventSettings(frequency: 1)), EventEncoder(.init(frequency: 1))]
      var due = [0.0, 0.3]
      var locking = Integrator(tau: tau)
      for tick in 0..<Int((40 + 4 * tau) * 20) {
        let now = Double(tick) / 20
        for side in 0...1 where due[side] <= now {
          encoders[side].take(at: Int64(due[side] * 1e9) + 1)
          let jitter = random.gaussian().re
          due[side] += max(0.1, 1 + 0.06 * jitter)
        }
        guard now > 40 else { continue }
        let at = Int64(now * 1e9)
        let product =
          encoders[0].reading(at: at).phasor * encoders[1].reading(at: at).phasor.conjugate
        locking.add(product, dt: 0.05)
      }
      return locking.mean.magnitude
    }
  }

  /// The mean quality just after events with these intervals in seconds.
  private static func quality(_ intervals: [Double]) -> Double {
    var encoder = EventEncoder(EventSettings(frequency: 1))
    var (now, sum, count) = (Int64(1), 0.0, 0.0)
    encoder.take(at: now)
    for (index, interval) in intervals.enumerated() {
      now += Int64(interval * 1e9)
      encoder.take(at: now)
      guard index > 20 else { continue }
      sum += encoder.reading(at: now).quality
      count += 1
    }
    return sum / count
  }
}
