// SPDX-License-Identifier: Apache-2.0

/// The band of a series whose values come one by one, each with its own time.
package struct SampledSettings: Equatable, Sendable {
  /// The highest share of the rate that a band may have its centre at.
  package static let highestShare = 0.45

  /// The centre in hertz, above 0.
  package var frequency: Double
  /// The two-sided −3 dB width in hertz.
  package var width: Double
  /// Poles of the low-pass: 1 or 2.
  package var poles: Int
  /// Values per second, roughly; what is seen is what counts.
  package var rate: Double
  /// Where the centre shows when values come too slowly for it; nil where they do not.
  package var alias: FlickerAlias?
  /// The amplitude of the band below which there is nothing, in the series' unit.
  package var floor: Double

  package init(
    frequency: Double, width: Double, rate: Double, poles: Int = 2, floor: Double = 0,
    alias: FlickerAlias? = nil
  ) {
    self.frequency = frequency
    self.width = width
    self.rate = rate
    self.poles = min(max(poles, 1), 2)
    self.floor = floor
    self.alias = alias
  }

  /// Where the centre shows in the values, hertz; below 0 where its phase runs backwards there.
  package var shown: Double {
    guard let alias else { return frequency }
    return alias.isMirrored ? -alias.frequency : alias.frequency
  }

  /// The two-sided noise-equivalent bandwidth B in hertz, never more than the rate.
  package var noiseBandwidth: Double { min(rate, LowPass.noiseFactor(poles: poles) * width) }
}
