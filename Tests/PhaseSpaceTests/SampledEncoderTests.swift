// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import PhaseSpace

@Suite struct SampledEncoderTests {
  @Test func flickerShowsAtItsAlias() {
    let thirty = FlickerAlias(mains: 50, frameRate: 30)
    #expect(abs(thirty.frequency - 10) < 1e-9)
    #expect(thirty.isVisible && !thirty.isMirrored)
    let invisible = FlickerAlias(mains: 50, frameRate: 25)
    #expect(invisible.frequency == 0 && !invisible.isVisible)
    #expect(!FlickerAlias(mains: 60, frameRate: 30).isVisible)
    #expect(!FlickerAlias(mains: 60, frameRate: 24).isVisible)
    let mirrored = FlickerAlias(source: 100, frameRate: 15)
    #expect(abs(mirrored.frequency - 5) < 1e-9)
    #expect(mirrored.isMirrored && mirrored.isVisible)
    #expect(!FlickerAlias(source: 100, frameRate: 29.97 * 2 / 3).isVisible)
  }

  /// What frames see of a lamp is at the alias, turning the way it says.
  @Test(arguments: [30.0, 15.0, 29.97])
  func aSampledLampIsAtItsAlias(frameRate: Double) {
    let alias = FlickerAlias(mains: 50, frameRate: frameRate)
    for frame in 0..<50 {
      let time = Double(frame) / frameRate
      let lamp = cos(2 * Double.pi * 100 * time + 0.4)
      let sign = alias.isMirrored ? -1.0 : 1.0
      let seen = cos(2 * Double.pi * alias.frequency * time + sign * 0.4)
      #expect(abs(lamp - seen) < 1e-9)
    }
  }

  /// Frames that come late, or not at all, do not disturb the phase.
  @Test(arguments: [0.0, 0.2])
  func aLineGivesItsPhaseAtTheTimesMeasured(jitter: Double) {
    var encoder = SampledEncoder(SampledSettings(frequency: 3, width: 0.5, rate: 30))
    var random = SplitMix64(seed: 2)
    var worst = 0.0
    for frame in 0..<1800 where jitter == 0 || random.uniform() > 0.05 {
      let time = (Double(frame) + jitter * random.uniform()) / 30
      let now = Int64(time * 1e9)
      encoder.take(120 + 4 * cos(2 * Double.pi * 3 * time + 0.7), at: now)
      guard frame > 900 else { continue }
      let want = CarrierPhase.phasor(nanoseconds: now, frequency: 3) * Phasor(angle: 0.7)
      worst = max(worst, (encoder.reading.phasor - want).magnitude)
      #expect(encoder.reading.quality > 0.9)
    }
    #expect(worst < (jitter == 0 ? 0.03 : 0.15), "\(worst)")
    #expect(abs(encoder.amplitude - 4) < 0.2)
  }

  @Test func noiseIsNoLineAndNothingIsNothing() {
    let noise = Self.quality(floor: 0) { _, noise in 100 + noise }
    #expect(noise < 0.45, "\(noise)")
    let line = Self.quality(floor: 0) { time, noise in
      100 + 2 * cos(2 * Double.pi * 3 * time) + noise
    }
    #expect(line > 0.8, "\(line)")
    #expect(Self.quality(floor: 0) { _, _ in 100 } == 0)
    // A line below the floor is nothing; the same line above it is one.
    let weak = { (time: Double, _: Double) in 100 + 0.05 * cos(2 * Double.pi * 3 * time) }
    #expect(Self.quality(floor: 0.2, weak) == 0)
    #expect(Self.quality(floor: 0.01, weak) > 0.9)
  }

  @Test func theDeclaredBandwidthIsTheMeasuredOne() {
    let settings = SampledSettings(frequency: 8, width: 1, rate: 30)
    var encoder = SampledEncoder(settings)
    var random = SplitMix64(seed: 5)
    var (power, count) = (0.0, 0.0)
    for frame in 0..<100_000 {
      encoder.take(random.gaussian().re, at: Int64(frame) * 33_333_333)
      guard frame > 300 else { continue }
      power += encoder.amplitude * encoder.amplitude
      count += 1
    }
    // Unit variance at 30 a second has density 1/30 two-sided; the doubled mixer makes 4/30.
    let seen = power / count / (4 / 30)
    #expect(abs(seen / settings.noiseBandwidth - 1) < 0.1, "\(seen)")
  }

  @Test func aGapBeginsAnewAndNonsenseIsRefused() {
    var encoder = SampledEncoder(SampledSettings(frequency: 3, width: 0.5, rate: 30))
    for frame in 0..<300 {
      encoder.take(sin(Double(frame)), at: Int64(frame) * 33_333_333)
    }
    #expect(encoder.take(.nan, at: 20_000_000_000) == false)
    #expect(encoder.take(1, at: 5) == false)
    #expect(encoder.amplitude > 0)
    #expect(encoder.take(1, at: 20_000_000_000) == true)
    #expect(encoder.amplitude == 0)
  }

  private static func quality(
    floor: Double, _ value: (Double, Double) -> Double
  ) -> Double {
    var encoder = SampledEncoder(
      SampledSettings(frequency: 3, width: 0.5, rate: 30, floor: floor))
    var random = SplitMix64(seed: 6)
    var (sum, count) = (0.0, 0.0)
    for frame in 0..<6000 {
      let time = Double(frame) / 30
      encoder.take(value(time, random.gaussian().re), at: Int64(time * 1e9) + 1)
      guard frame > 900 else { continue }
      sum += encoder.reading.quality
      count += 1
    }
    return sum / count
  }
}
