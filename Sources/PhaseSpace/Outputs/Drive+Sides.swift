// SPDX-License-Identifier: Apache-2.0

extension OutputMapping.Drive {
  /// The two sides of a vehicle, −1…1 each: velocity plus and minus rotation.
  ///
  /// Where one side would have to be faster than it can, both are slowed by the same factor, so
  /// that the curve stays the one that was asked for.
  package var sides: (left: Double, right: Double) {
    guard velocity.isFinite, rotation.isFinite else { return (0, 0) }
    let left = velocity + rotation
    let right = velocity - rotation
    let excess = max(1, max(left.magnitude, right.magnitude))
    return (left / excess, right / excess)
  }
}
