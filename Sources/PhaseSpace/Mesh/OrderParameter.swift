// SPDX-License-Identifier: Apache-2.0

/// The weighted mean of unit phasors and what its length is worth: R·e^{iψ} = Σ w e^{iθ} / Σ w.
package struct OrderParameter: Equatable, Sendable {
  /// R, 0…1.
  package let length: Double
  /// ψ in radians; nil where R is zero to rounding.
  package let angle: Double?
  /// Kish's effective number of samples, (Σ w)²/Σ w².
  package let samples: Double
  /// The pairwise phase consistency (n·R² − 1)/(n − 1): 0 on average for random phases, whatever n.
  package let consistency: Double?
  /// Rayleigh's p.
  package let significance: Double

  /// The order parameter of `angles` in radians; equal weights unless given, one per angle.
  package init(angles: [Double], weights: [Double]? = nil) {
    var sum = Phasor.zero
    var total = 0.0
    var squares = 0.0
    for index in angles.indices {
      let weight = weights.map { index < $0.count ? $0[index] : 0 } ?? 1
      sum = sum + Phasor(angle: angles[index]) * weight
      total += weight
      squares += weight * weight
    }
    guard total > 0 else {
      (length, angle, samples, consistency, significance) = (0, nil, 0, nil, 1)
      return
    }
    let mean = sum * (1 / total)
    length = mean.magnitude
    angle = length > 1e-12 ? mean.angle : nil
    samples = total * total / squares
    consistency = Self.consistency(length: length, samples: samples)
    significance = Significance.ofResultant(length, samples: samples)
  }

  /// The pairwise phase consistency of a resultant length; nil for a single sample.
  ///
  /// Source: Vinck et al., "The pairwise phase consistency", NeuroImage 51 (2010).
  package static func consistency(length: Double, samples n: Double) -> Double? {
    n > 1 + 1e-12 ? (n * length * length - 1) / (n - 1) : nil
  }
}
