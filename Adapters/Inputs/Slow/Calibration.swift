// SPDX-License-Identifier: Apache-2.0

/// What turns a device's value into the true one: scale and offset, found against a reference.
package struct Calibration: Equatable, Sendable {
  /// Two points closer than this share of their size do not tell a scale.
  private static let leastSpread = 1e-3
  /// A sensor whose scale is beyond this is not uncalibrated but wrong.
  package static let scales = 0.2...5.0

  /// Points that make no calibration, in words for the user.
  package struct Problem: Error, Equatable, CustomStringConvertible {
    package let description: String
  }

  package let scale: Double
  package let offset: Double

  /// Values as they are.
  package static let none = Calibration(offset: 0)

  /// What adds `offset`.
  package init(offset: Double) { (scale, self.offset) = (1, offset) }

  /// - Throws: Where the numbers are none, or the scale is beyond `scales`.
  package init(scale: Double, offset: Double) throws(Problem) {
    guard scale.isFinite, offset.isFinite, Self.scales.contains(scale) else {
      throw Problem(
        description: "the scale is \(scale) and the offset \(offset); expected a scale from "
          + "\(Self.scales.lowerBound) to \(Self.scales.upperBound)")
    }
    (self.scale, self.offset) = (scale, offset)
  }

  /// One point: the device says `read` where `truth` holds.
  package init(read: Double, truth: Double) throws(Problem) {
    try self.init(scale: 1, offset: truth - read)
  }

  /// Two points, as far apart as can be had.
  package init(
    low: (read: Double, truth: Double), high: (read: Double, truth: Double)
  ) throws(Problem) {
    let spread = high.read - low.read
    let size = max(1e-9, max(high.read.magnitude, low.read.magnitude))
    guard spread.magnitude >= Self.leastSpread * size else {
      throw Problem(
        description: "both points read about \(low.read); expected two that are apart")
    }
    let scale = (high.truth - low.truth) / spread
    try self.init(scale: scale, offset: low.truth - scale * low.read)
  }

  /// The true value of what the device says.
  package func applied(to value: Double) -> Double { scale * value + offset }

  /// What the device says where `truth` holds.
  package func undone(_ truth: Double) -> Double { (truth - offset) / scale }
}
