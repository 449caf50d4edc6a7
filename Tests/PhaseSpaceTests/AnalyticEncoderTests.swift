// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import PhaseSpace

@Suite struct AnalyticEncoderTests {
  private static let rate = 16_000.0

  @Test(arguments: [1, 2], [160, 333, 1_024])
  func aLineGivesItsInstantaneousPhasor(poles: Int, block: Int) {
    var encoder = AnalyticEncoder(
      AnalyticSettings(rate: Self.rate, frequency: 50, width: 4, poles: poles))
    var from = 0
    while from < 48_000 {
      let samples = (from..<from + block).map { Float(0.1 * Self.line(50, $0, 0.7) + 0.05) }
      from += block
      let reading = encoder.process(samples)
      guard from > 32_000 else { continue }
      let want = Phasor(cycles: 50 * Double(from - 1) / Self.rate) * Phasor(angle: 0.7)
      // What is left is the mirror image at twice the frequency, which one pole damps fiftyfold.
      #expect((reading.phasor - want).magnitude < (poles == 1 ? 0.025 : 0.005))
      #expect(reading.quality > 0.98)
      #expect(reading.frequency == 50)
    }
  }

  /// The noise bandwidth is declared, and true: the measured power of white noise through it.
  @Test(arguments: [1, 2])
  func theDeclaredBandwidthIsTheMeasuredOne(poles: Int) {
    let settings = AnalyticSettings(
      rate: 1_000, frequency: 200, width: 10, poles: poles, removesOffset: false)
    var encoder = AnalyticEncoder(settings)
    var random = SplitMix64(seed: 3)
    var power = 0.0
    var count = 0.0
    for index in 0..<200_000 {
      encoder.take(Float(random.gaussian().re))
      guard index > 1_000 else { continue }
      power += encoder.baseband.squaredMagnitude
      count += 1
    }
    // x of unit variance has density 1/rate two-sided; the doubled mixer makes 4/rate.
    let seen = power / count / (4 / settings.rate)
    #expect(abs(seen / encoder.noiseBandwidth - 1) < 0.06, "\(seen)")
    let factor = poles == 1 ? 1.570_8 : 1.220_3
    #expect(abs(encoder.noiseBandwidth / 10 - factor) < 1e-3)
  }

  @Test func silenceHasNoQuality() {
    var encoder = AnalyticEncoder(AnalyticSettings(rate: Self.rate, frequency: 50, width: 4))
    #expect(encoder.process([Float](repeating: 0, count: 16_000)).quality == 0)
    #expect(encoder.process([Float](repeating: .nan, count: 160)).quality == 0)
  }

  /// A muted microphone sends zeros.
  ///
  /// Both power means then fall at the same pace, so their ratio
  /// would call the last phase a perfect line for many seconds.
  @Test func soundThatStopsLosesItsQualityAtOnce() {
    var encoder = AnalyticEncoder(AnalyticSettings(rate: Self.rate, frequency: 50, width: 4))
    let tone = (0..<32_000).map { Float(0.1 * Self.line(50, $0, 0)) }
    #expect(encoder.process(tone).quality > 0.98)
    #expect(encoder.process([Float](repeating: 0, count: 8_000)).quality < 0.05)
  }

  @Test func oneStepOfConverterNoiseIsNoLine() {
    var encoder = AnalyticEncoder(AnalyticSettings(rate: Self.rate, frequency: 50, width: 4))
    var random = SplitMix64(seed: 8)
    let noise = (0..<64_000).map { _ in Float(Int(random.next() % 3) - 1) / 32_768 }
    #expect(encoder.process(noise).quality < 0.3)
  }

  @Test func theTrackerFindsALineWithinItsBand() {
    var encoder = AnalyticEncoder(
      AnalyticSettings(rate: 4_000, frequency: 50, width: 4, tracks: true))
    let samples = (0..<120_000).map { Float(0.1 * sin(2 * Double.pi * 50.6 * Double($0) / 4_000)) }
    let reading = encoder.process(samples)
    #expect(abs(reading.frequency - 50.6) < 0.005, "\(reading.frequency)")
    let want = Phasor(cycles: 50.6 * 119_999 / 4_000 - 0.25)
    #expect((reading.phasor - want).magnitude < 0.02)
  }

  @Test func theTrackerStaysWithinItsBand() {
    var encoder = AnalyticEncoder(
      AnalyticSettings(rate: 4_000, frequency: 50, width: 4, tracks: true))
    let samples = (0..<120_000).map { Float(0.1 * sin(2 * Double.pi * 54.0 * Double($0) / 4_000)) }
    #expect(encoder.process(samples).frequency <= 52)
  }

  /// The scenario of the demonstration: speech above 100 Hz, a hum 20 dB below it, white noise 20 dB
  /// below it; channel 50 Hz, 4 Hz wide, two poles.
  @Test func aHumUnderSpeechIsALineAndSpeechAloneIsNot() {
    let hum = Self.room(seed: 1, hum: true)
    let plain = Self.room(seed: 2, hum: false)
    #expect(hum.quality > 0.8, "\(hum.quality)")
    #expect(hum.locking > 0.98, "\(hum.locking)")
    #expect(plain.quality < 0.5, "\(plain.quality)")
    #expect(plain.quality > 0.1, "\(plain.quality)")
    #expect(plain.usable > 0.9, "\(plain.usable)")
    #expect(plain.locking < 0.5, "\(plain.locking)")
  }

  /// Mean quality, coherence of the phase against 50 Hz, and the share of usable blocks.
  private static func room(
    seed: UInt64, hum: Bool
  ) -> (quality: Double, locking: Double, usable: Double) {
    var encoder = AnalyticEncoder(AnalyticSettings(rate: rate, frequency: 50, width: 4))
    let samples = speech(seed: seed, seconds: 16, hum: hum)
    var sum = Phasor.zero
    var (quality, usable, count) = (0.0, 0.0, 0.0)
    for start in stride(from: 0, to: samples.count, by: 320) {
      let reading = encoder.process(Array(samples[start..<start + 320]))
      guard start > 48_000 else { continue }
      sum = sum + reading.phasor * Phasor(cycles: -50 * Double(start + 319) / rate)
      quality += reading.quality
      usable += reading.quality >= 0.05 ? 1 : 0
      count += 1
    }
    return (quality / count, sum.magnitude / count, usable / count)
  }

  /// Bursts of low-passed noise at syllable pace, high-passed at 100 Hz with four poles.
  private static func speech(seed: UInt64, seconds: Int, hum: Bool) -> [Float] {
    var random = SplitMix64(seed: seed)
    var (low, lowpassed) = (0.0, [Double](repeating: 0, count: 4))
    let alpha = LowPass(halfWidth: 100 / 1.6, poles: 1, rate: rate).alpha
    var voice = (0..<seconds * Int(rate)).map { index in
      let syllable = max(0, sin(2 * Double.pi * 3.1 * Double(index) / rate))
      low += 0.2 * (random.gaussian().re - low)
      var value = low * syllable
      for pole in 0..<4 {
        lowpassed[pole] += alpha * (value - lowpassed[pole])
        value -= lowpassed[pole]
      }
      return value
    }
    let power = voice.reduce(0) { $0 + $1 * $1 } / Double(voice.count)
    let level = 0.1 * power.squareRoot()
    for index in voice.indices {
      voice[index] += level * random.gaussian().re
      if hum { voice[index] += level * 2.0.squareRoot() * line(50, index, 1) }
    }
    return voice.map { Float($0 * 0.1) }
  }

  private static func line(_ frequency: Double, _ index: Int, _ phase: Double) -> Double {
    cos(2 * Double.pi * frequency * Double(index) / rate + phase)
  }
}
