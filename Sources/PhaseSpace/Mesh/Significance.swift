// SPDX-License-Identifier: Apache-2.0
internal import CMath

/// How probable it is that unrelated members look as locked as these.
package enum Significance {
  /// The p of a locking index: min(1, N(N−1)/2 · exp(−n_eff·L²)).
  ///
  /// The exponential is Rayleigh's tail for the mean of n_eff independent unit phasors; the factor
  /// is Bonferroni's for the pairs looked at. 1 when there is no pair.
  package static func ofLocking(index: Double, members: Int, effectiveSamples: Double) -> Double {
    guard members > 1 else { return 1 }
    let pairs = 0.5 * Double(members) * Double(members - 1)
    return min(1, pairs * exp(-effectiveSamples * index * index))
  }

  /// The p of a resultant length R of n independent unit phasors.
  ///
  /// Source: Zar, "Biostatistical Analysis", 5th ed., §27.1, after Greenwood and Durand 1955.
  package static func ofResultant(_ length: Double, samples n: Double) -> Double {
    guard n > 0 else { return 1 }
    let sum = n * length
    let root = (1 + 4 * n + 4 * (n * n - sum * sum)).squareRoot()
    return min(1, exp(root - (1 + 2 * n)))
  }
}
