// SPDX-License-Identifier: Apache-2.0

/// The decision time τ_d of a channel: one figure, the same on every node.
///
/// τ_d = max(10 ticks of the slowest member, 10/B of the narrowest, any configured `decision-tau`).
/// Each member announces its own requirement and every node takes the largest: a member must never
/// announce the τ_d it arrived at, or no requirement could ever fall again.
package enum DecisionTime {
  /// What one member requires, in seconds.
  ///
  /// `tick` is its integration tick in seconds; `bandwidth` the two-sided noise bandwidth B in hertz
  /// that its peers can see: no more than its pulses per second, whatever its encoder has;
  /// `configured` its `decision-tau` in seconds, 0 if there is none.
  package static func required(tick: Double, bandwidth: Double, configured: Double = 0) -> Double {
    let narrow = bandwidth > 0 ? 10 / bandwidth : 0
    return max(10 * tick, max(narrow, configured))
  }

  /// The longest requirement taken seriously, in seconds: what a hostile peer could impose.
  package static let ceiling = 86_400.0

  /// The number of independent samples in a window of phasors.
  ///
  /// min((2−α)/α, 1 + 2Bτ): band-limited noise is correlated over 1/B seconds, so ticks faster than
  /// that add nothing. Here in the form that also holds for a window filled in part: `seconds` is
  /// the window's effective length (2τ when full) and `ticks` the ticks in it.
  package static func effectiveSamples(
    ticks: Double, seconds: Double, bandwidth: Double
  ) -> Double {
    guard ticks > 0 else { return 0 }
    return min(ticks, 1 + bandwidth * seconds)
  }

  /// The figure for a full window: min((2−α)/α, 1 + 2Bτ).
  package static func effectiveSamples(tick: Double, tau: Double, bandwidth: Double) -> Double {
    let alpha = Integrator.alpha(dt: tick, tau: tau)
    guard alpha > 0 else { return 0 }
    return min((2 - alpha) / alpha, 1 + 2 * bandwidth * tau)
  }
}
