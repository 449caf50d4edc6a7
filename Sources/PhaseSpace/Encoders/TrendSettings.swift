// SPDX-License-Identifier: Apache-2.0

/// How a slow quantity is read as a trend.
package struct TrendSettings: Equatable, Sendable {
  /// The scale, in noise floors, unless told: a deviation that counts in full.
  package static let floorsPerScale = 4.0

  /// Time constant in seconds of the mean that deviations are taken from.
  package var meanTau: Double
  /// Time constant in seconds of the derivative.
  package var derivativeTau: Double
  /// The deviation that has magnitude 1 in the phase plane, in the quantity's unit.
  package var scale: Double
  /// What a constant quantity may seem to change by, in its unit; 0 where there is no noise.
  package var noiseFloor: Double
  /// What the device can tell, nothing at either end; nil for a quantity without ends.
  package var range: ClosedRange<Double>?
  /// After so many nanoseconds without a value there is no quality, and the next value starts anew.
  package var staleAfter: Int64

  /// Settings whose scale is given; without a noise floor, as the reference vectors have it.
  package init(
    meanTau: Double, derivativeTau: Double, scale: Double, noiseFloor: Double = 0,
    range: ClosedRange<Double>? = nil, staleAfter: Int64 = .max
  ) {
    self.meanTau = meanTau
    self.derivativeTau = derivativeTau
    self.scale = scale
    self.noiseFloor = noiseFloor
    self.range = range
    self.staleAfter = staleAfter
  }

  /// Settings whose scale is four noise floors.
  package init(
    noiseFloor: Double, meanTau: Double, derivativeTau: Double, range: ClosedRange<Double>?,
    staleAfter: Int64
  ) {
    self.init(
      meanTau: meanTau, derivativeTau: derivativeTau, scale: Self.floorsPerScale * noiseFloor,
      noiseFloor: noiseFloor, range: range, staleAfter: staleAfter)
  }

  /// B in hertz for what slow quantities do by chance: a random walk.
  ///
  /// The impulse response to a walk's steps is e^{−t/τ_m} + i·e^{−t/τ_d}, so ∫S = (τ_m + τ_d)/2; S
  /// has its maximum a little below 0 Hz, found on a grid. White noise would come through far
  /// wider, but two rooms that merely drift would then seem to agree: for unrelated drifts only
  /// times beyond τ_m bring anything new.
  package var noiseBandwidth: Double {
    let ratio = derivativeTau / meanTau
    var most = 0.0
    for step in 0...400 {
      let x = Double(step) / 100
      let (slow, fast) = (1 + x * x, 1 + ratio * ratio * x * x)
      let density =
        1 / slow + ratio * ratio / fast + 2 * ratio * (1 - ratio) * x / (slow * fast)
      most = max(most, density)
    }
    return (1 + ratio) / (2 * meanTau * most)
  }
}
