// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import PhaseSpace

@Suite struct TrendEncoderTests {
  private static let second: Int64 = 1_000_000_000

  @Test func vectors() throws {
    let group =
      try PhaseSpaceTests.vectors("encoders")["trend"] as? [String: Any] ?? [:]
    var encoder = TrendEncoder(
      TrendSettings(
        meanTau: group.number("tau_mean"), derivativeTau: group.number("tau_d"),
        scale: group.number("scale")))
    let (values, steps, want) = (group.numbers("values"), group.numbers("dt"), group.cases("out"))
    #expect(want.count == 24)
    var now: Int64 = 5
    for index in values.indices {
      now += Int64(steps[index] * 1e9)
      #expect(encoder.take(values[index], at: now) == true)
      let reading = encoder.reading(at: now)
      #expect(close(encoder.plane, want[index].phasor("z")))
      #expect(close(reading.phasor, want[index].phasor("u")))
      #expect(close(reading.quality, want[index].number("q")))
    }
  }

  /// Noise of one floor's standard deviation points nowhere; a swing of ten floors does.
  @Test(arguments: [0.5, 1, 2])
  func flatNoiseHasNoQuality(interval: Double) {
    let flat = Self.run(interval: interval, seconds: 2000) { _, noise in 21 + 0.1 * noise }
    #expect(flat.quality < 0.01, "\(flat)")
    #expect(flat.counting < 0.02, "\(flat)")
    let swing = Self.run(interval: interval, seconds: 2000) { time, noise in
      21 + sin(2 * Double.pi * time / 120) + 0.1 * noise
    }
    #expect(swing.quality > 0.8, "\(swing)")
    #expect(swing.counting > 0.95, "\(swing)")
  }

  /// The phase of a swing turns clockwise once a period, whatever the times of the values.
  @Test func aSwingTurnsOnceWhateverTheTimes() {
    var random = SplitMix64(seed: 4)
    var encoder = TrendEncoder(Self.settings)
    var (now, turned, previous) = (Int64(0), 0.0, Phasor.zero)
    while now < 1200 * Self.second {
      now += Int64((0.3 + 2 * random.uniform()) * 1e9)
      let time = Double(now) * 1e-9
      encoder.take(20 + 2 * sin(2 * Double.pi * time / 60), at: now)
      let phasor = encoder.reading(at: now).phasor
      if time > 600 { turned += (phasor * previous.conjugate).angle / (2 * Double.pi) }
      previous = phasor
    }
    #expect(abs(turned + 10) < 0.2, "\(turned)")
  }

  @Test func theEndsOfTheRangeHaveNoQuality() {
    let inside = Self.run(interval: 1, seconds: 600) { time, _ in 50 + 30 * sin(time / 30) }
    #expect(inside.counting > 0.9, "\(inside)")
    let outside = Self.run(interval: 1, seconds: 600) { _, noise in noise > 0 ? 85 : -40 }
    #expect(outside.counting == 0, "\(outside)")
  }

  @Test func whatCeasesToComeHasNoQuality() {
    var encoder = TrendEncoder(Self.settings)
    for index in 0..<60 { encoder.take(Double(index), at: Int64(index) * Self.second) }
    #expect(encoder.reading(at: 60 * Self.second).quality > 0.9)
    #expect(encoder.reading(at: 70 * Self.second).quality == 0)
    // After the gap it begins anew: a step across it is no trend.
    encoder.take(20, at: 100 * Self.second)
    #expect(encoder.reading(at: 100 * Self.second).quality == 0)
  }

  @Test func whatIsNoValueIsRefused() {
    var encoder = TrendEncoder(Self.settings)
    #expect(encoder.take(20, at: 10) == true)
    #expect(encoder.take(.nan, at: 11) == false)
    #expect(encoder.take(.infinity, at: 12) == false)
    #expect(encoder.take(21, at: 10) == false)
    #expect(encoder.plane == .zero)
  }

  /// Two rooms that drift by chance are not locked over 10/B; over ten values they would often be.
  @Test func unrelatedDriftsAreNotLocked() {
    let settings = TrendSettings(meanTau: 60, derivativeTau: 5, scale: 1)
    let honest = Self.lockings(settings, tau: 10 / settings.noiseBandwidth, seeds: 60)
    #expect(honest.filter { $0 > 0.75 }.count == 0, "\(honest.max() ?? 0)")
    let naive = Self.lockings(settings, tau: 10, seeds: 60)
    #expect(naive.filter { $0 > 0.75 }.count > 20)
    #expect(settings.noiseBandwidth > 1 / 160.0 && settings.noiseBandwidth < 1 / 110.0)
  }

  private static let settings = TrendSettings(
    noiseFloor: 0.1, meanTau: 60, derivativeTau: 5, range: -40...85, staleAfter: 5 * second)

  /// Mean quality of a series, and the share of values whose quality counts.
  private static func run(
    interval: Double, seconds: Double, _ value: (Double, Double) -> Double
  ) -> (quality: Double, counting: Double) {
    var encoder = TrendEncoder(settings)
    var random = SplitMix64(seed: 11)
    var (quality, counting, count) = (0.0, 0.0, 0.0)
    for index in 0..<Int(seconds / interval) {
      let time = Double(index) * interval
      let now = Int64(time * 1e9)
      encoder.take(min(85, max(-40, value(time, random.gaussian().re))), at: now)
      guard time > 60 else { continue }
      let seen = encoder.reading(at: now).quality
      quality += seen
      counting += seen >= 0.05 ? 1 : 0
      count += 1
    }
    return (quality / count, counting / count)
  }

  /// |E[û₁·conj û₂]| of pairs of random walks after four windows of `tau` seconds.
  private static func lockings(_ settings: TrendSettings, tau: Double, seeds: Int) -> [Double] {
    (0..<seeds).map { seed in
      var walkers = [TrendEncoder(settings), TrendEncoder(settings)]
      var random = SplitMix64(seed: UInt64(1000 + seed))
      var at = [0.0, 0.0]
      var locking = Integrator(tau: tau)
      for index in 0..<Int(600 + 4 * tau) {
        let now = Int64(index) * second
        let step = random.gaussian()
        at = [at[0] + step.re, at[1] + step.im]
        for side in 0...1 { walkers[side].take(at[side], at: now) }
        guard index > 600 else { continue }
        let (one, other) = (walkers[0].reading(at: now), walkers[1].reading(at: now))
        locking.add(one.phasor * other.phasor.conjugate, dt: 1)
      }
      return locking.mean.magnitude
    }
  }
}
