// SPDX-License-Identifier: Apache-2.0

/// What an encoder knows after a block: the phasor of its band at the block's last sample.
package struct EncoderReading: Equatable, Sendable {
  /// The instantaneous phasor of the band, carrier included; unit, or zero where there is none.
  package var phasor: Phasor
  /// 0…1; 0 for silence.
  package var quality: Double
  /// Hertz: configured, or tracked.
  package var frequency: Double

  package init(phasor: Phasor, quality: Double, frequency: Double) {
    self.phasor = phasor
    self.quality = quality
    self.frequency = frequency
  }

  /// The sample it makes when the block's last sample was taken at `time`.
  package func sample(at time: Int64) -> PhaseSample {
    PhaseSample(time: time, phasor: phasor, quality: quality, frequency: frequency)
  }
}
