// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import PhaseSpace

@Suite struct ToneOscillatorTests {
  private static let rate = 16_000.0

  @Test func theSineIsASine() {
    for step in 0..<2_000 {
      let turns = Double(step) / 2_000
      #expect(abs(ToneOscillator.sine(turns) - sin(2 * Double.pi * turns)) < 1e-7)
    }
  }

  /// A click is a step in the waveform, in its slope or in its loudness.
  ///
  /// A sine of f hertz at full
  /// volume moves by 2πf/rate a sample at most; a ramp adds at most 1/(10 ms · rate).
  @Test func nothingClicks() {
    var oscillator = ToneOscillator(rate: Self.rate, rampSeconds: 0.01)
    var random = SplitMix64(seed: 5)
    var samples: [Float] = []
    for _ in 0..<200 {
      let tone = OutputMapping.Tone(
        frequency: 880 * random.uniform(), volume: random.uniform() * 1.2)
      oscillator.follow(tone)
      samples += Self.render(&oscillator, Int(random.next() % 400))
    }
    oscillator.fade()
    samples += Self.render(&oscillator, 200)
    let limit = Float(2 * Double.pi * 880 / Self.rate + 1 / (0.01 * Self.rate)) + 1e-4
    var previous: Float = 0
    for sample in samples {
      #expect(abs(sample - previous) <= limit)
      #expect(abs(sample) <= 1)
      previous = sample
    }
    #expect(samples.last == 0)
    #expect(oscillator.isSilent)
  }

  @Test func thePitchIsWhatWasAsked() {
    var oscillator = ToneOscillator(rate: Self.rate)
    oscillator.follow(OutputMapping.Tone(frequency: 660, volume: 0.5))
    let samples = Self.render(&oscillator, 32_000)
    let rising = zip(samples.dropFirst(), samples).count { $0 >= 0 && $1 < 0 }
    #expect(abs(rising - 1_320) <= 1)
    #expect(abs((samples.suffix(16_000).max() ?? 0) - 0.5) < 1e-3)
  }

  @Test func whatCannotBeHeardIsSilence() {
    for frequency in [0.0, 19.9, .nan, .infinity, -5] {
      var oscillator = ToneOscillator(rate: Self.rate)
      oscillator.follow(OutputMapping.Tone(frequency: 440, volume: 1))
      _ = Self.render(&oscillator, 1_000)
      oscillator.follow(OutputMapping.Tone(frequency: frequency, volume: 1))
      #expect(Self.render(&oscillator, 1_000).suffix(100).allSatisfy { $0 == 0 })
    }
    var oscillator = ToneOscillator(rate: Self.rate)
    oscillator.follow(OutputMapping.Tone(frequency: 440, volume: .nan))
    #expect(oscillator.isSilent)
  }

  private static func render(_ oscillator: inout ToneOscillator, _ count: Int) -> [Float] {
    var samples = [Float](repeating: 9, count: count)
    samples.withUnsafeMutableBufferPointer { oscillator.render(into: $0) }
    return samples
  }
}
