// SPDX-License-Identifier: Apache-2.0
internal import PhaseSpace

/// A rhythm in what a slow device says: the phase of one band of its values.
///
/// For what moves faster than a trend and slower than it is measured: vibration by an accelerometer,
/// ripple by a converter. Between values the carrier goes on; a value at either end of the device's
/// range is clipped, so that it has no quality, and neither has one that is too old.
struct SlowBand {
  private var encoder: SampledEncoder
  let range: ClosedRange<Double>
  private let staleAfter: Int64
  private var newest: (time: Int64, isSaturated: Bool)?

  init(_ settings: SampledSettings, range: ClosedRange<Double>, staleAfter: Int64) {
    encoder = SampledEncoder(settings)
    (self.range, self.staleAfter) = (range, staleAfter)
  }

  var noiseBandwidth: Double { encoder.noiseBandwidth }
  var frequency: Double { encoder.settings.frequency }

  mutating func take(_ value: Double, at time: Int64) {
    let isSaturated = value <= range.lowerBound || value >= range.upperBound
    if encoder.take(value, at: time) { newest = (time, isSaturated) }
  }

  /// What is known at `now`.
  func reading(at now: Int64) -> EncoderReading {
    var reading = encoder.reading
    guard let newest, !newest.isSaturated, now - newest.time <= staleAfter else {
      return EncoderReading(phasor: .zero, quality: 0, frequency: frequency)
    }
    reading.phasor =
      reading.phasor
      * CarrierPhase.phasor(nanoseconds: max(0, now - newest.time), frequency: frequency)
    return reading
  }
}
