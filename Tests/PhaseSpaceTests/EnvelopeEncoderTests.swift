// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import PhaseSpace

@Suite struct EnvelopeEncoderTests {
  /// A tone whose loudness swings twice a second: the encoder gives the phase of the loudness, the
  /// delay of its own smoothing undone, at any block size and at rates 100 does not divide.
  @Test(arguments: [(8_000.0, 80), (22_050.0, 441), (11_025.0, 1_000)])
  func theRhythmHasThePhaseOfTheLoudness(rate: Double, block: Int) {
    var encoder = EnvelopeEncoder(rate: rate)
    #expect(abs(encoder.noiseBandwidth - 1.22) < 0.01)
    var from = 0
    while from < Int(12 * rate) {
      let samples = (from..<from + block).map { index in
        let time = Double(index) / rate
        let loudness = 0.2 * (1 + 0.8 * cos(2 * Double.pi * 2 * time + 0.5))
        return Float(loudness * sin(2 * Double.pi * 440 * time))
      }
      from += block
      let reading = encoder.process(samples)
      guard from > Int(9 * rate) else { continue }
      let want = Phasor(cycles: 2 * Double(from - 1) / rate) * Phasor(angle: 0.5)
      #expect((reading.phasor - want).magnitude < 0.05)
      #expect(reading.quality > 0.75)
    }
  }

  @Test func aSteadyToneHasNoRhythm() {
    var encoder = EnvelopeEncoder(rate: 8_000)
    let samples = (0..<96_000).map { Float(0.2 * sin(2 * Double.pi * 440 * Double($0) / 8_000)) }
    #expect(encoder.process(samples).quality < 0.3)
  }

  @Test func theSeedEncodesLoudness() {
    var encoder = SignalEncoder.seedAmplitude(SeedAmplitudeEncoder(blocksPerSecond: 50))
    let reading = [Float](repeating: -0.5, count: 320).withUnsafeBufferPointer {
      encoder.process($0)
    }
    #expect(reading.phasor == Phasor(re: 0.5, im: 0))
    #expect(SeedAmplitudeEncoder.reading(amplitude: .nan).phasor == .zero)
    #expect(SeedAmplitudeEncoder.reading(amplitude: 7).phasor.re == 1)
  }
}
