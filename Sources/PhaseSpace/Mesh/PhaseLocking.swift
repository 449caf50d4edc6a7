// SPDX-License-Identifier: Apache-2.0

/// The phase-locking value of two series: |mean e^{i(a−b)}|.
///
/// Source: Lachaux et al., "Measuring phase synchrony in brain signals", Human Brain Mapping 8 (1999).
package struct PhaseLocking: Equatable, Sendable {
  /// 0…1.
  package let value: Double
  /// The mean of a − b in radians; nil where the value is zero to rounding.
  package let lag: Double?
  /// The pairwise phase consistency; nil for fewer than two pairs.
  package let consistency: Double?

  /// The locking of two series of angles in radians, as long as the shorter.
  package init(_ a: [Double], _ b: [Double]) {
    let count = min(a.count, b.count)
    let order = OrderParameter(angles: (0..<count).map { a[$0] - b[$0] })
    (value, lag, consistency) = (order.length, order.angle, order.consistency)
  }
}
