// SPDX-License-Identifier: Apache-2.0

/// The band an analytic encoder listens to.
package struct AnalyticSettings: Equatable, Sendable {
  /// Samples per second.
  package var rate: Double
  /// The centre in hertz, above 0 and below half the rate.
  package var frequency: Double
  /// The two-sided −3 dB width in hertz.
  package var width: Double
  /// Poles of the low-pass: 1 or 2.
  package var poles: Int
  /// Whether the frequency follows the line within the band.
  package var tracks: Bool
  /// Whether a constant offset is removed first (its phase shift at the centre is undone).
  package var removesOffset: Bool

  package init(
    rate: Double, frequency: Double, width: Double, poles: Int = 2, tracks: Bool = false,
    removesOffset: Bool = true
  ) {
    self.rate = rate
    self.frequency = frequency
    self.width = width
    self.poles = min(max(poles, 1), 2)
    self.tracks = tracks
    self.removesOffset = removesOffset
  }

  /// The encoder of a configured band: its middle and its width.
  package init(rate: Double, band: ClosedRange<Double>, poles: Int = 2, tracks: Bool = false) {
    self.init(
      rate: rate, frequency: (band.lowerBound + band.upperBound) / 2,
      width: band.upperBound - band.lowerBound, poles: poles, tracks: tracks)
  }

  /// The two-sided noise-equivalent bandwidth B in hertz.
  package var noiseBandwidth: Double { LowPass.noiseFactor(poles: poles) * width }
}
