// SPDX-License-Identifier: Apache-2.0

/// One measurement of a band's phase: what an encoder yields and a pulse carries.
package struct PhaseSample: Equatable, Sendable {
  /// When the phasor held, in nanoseconds of the observing node's monotonic clock.
  package var time: Int64
  /// The instantaneous phasor of the band, carrier included, of unit magnitude.
  package var phasor: Phasor
  /// How far the band is one line rather than noise: 0…1, 0 for silence.
  package var quality: Double
  /// How fast the phasor turns, in hertz: what extrapolation uses.
  package var frequency: Double

  package init(time: Int64, phasor: Phasor, quality: Double, frequency: Double) {
    self.time = time
    self.phasor = phasor
    self.quality = quality
    self.frequency = frequency
  }
}
