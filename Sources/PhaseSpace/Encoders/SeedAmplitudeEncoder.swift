// SPDX-License-Identifier: Apache-2.0

/// The encoding of the seed, kept for `mode: seed`: complex(amplitude, 0), loudness as "phase".
///
/// Its mean magnitude is a level, not a coherence. The amplitude is the block's RMS over full scale.
package struct SeedAmplitudeEncoder: Sendable {
  package private(set) var reading = EncoderReading(phasor: .zero, quality: 0, frequency: 0)
  /// Blocks per second: the rate at which the amplitude can change, hence its bandwidth.
  package let noiseBandwidth: Double

  package init(blocksPerSecond: Double) {
    noiseBandwidth = blocksPerSecond
  }

  /// Takes a block of samples in −1…1; samples that are not finite count as 0.
  package mutating func process(_ samples: UnsafeBufferPointer<Float>) -> EncoderReading {
    guard !samples.isEmpty else { return reading }
    var power: Float = 0
    for sample in samples where sample.isFinite { power += sample * sample }
    let amplitude = (Double(power) / Double(samples.count)).squareRoot()
    reading = Self.reading(amplitude: amplitude)
    return reading
  }

  /// The reading of an amplitude 0…1; beyond is clamped.
  package static func reading(amplitude: Double) -> EncoderReading {
    let level = amplitude.isFinite ? min(max(amplitude, 0), 1) : 0
    return EncoderReading(phasor: Phasor(re: level, im: 0), quality: 1, frequency: 0)
  }
}
