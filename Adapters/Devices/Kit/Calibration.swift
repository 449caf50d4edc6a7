// SPDX-License-Identifier: Apache-2.0

/// What makes a device's value a true one: true = scale · value + offset, in the unit shown.
package struct Calibration: Equatable, Sendable {
  package let scale: Double
  package let offset: Double

  package static let none = Calibration(scale: 1, offset: 0)

  package init(scale: Double, offset: Double) { (self.scale, self.offset) = (scale, offset) }

  /// Moves every value by `offset`.
  package init(offset: Double) { self.init(scale: 1, offset: offset) }

  /// The line through two pairs of a shown and a true value.
  ///
  /// - Returns: Nil where the shown values are equal or anything is not finite.
  package init?(shown: (Double, Double), true actual: (Double, Double)) {
    let scale = (actual.1 - actual.0) / (shown.1 - shown.0)
    let offset = actual.0 - scale * shown.0
    guard scale.isFinite, offset.isFinite, scale != 0 else { return nil }
    self.init(scale: scale, offset: offset)
  }

  package func callAsFunction(_ value: Double) -> Double { scale * value + offset }

  /// First this, then `next`: what a second calibration against shown values means.
  package func then(_ next: Calibration) -> Calibration {
    Calibration(scale: next.scale * scale, offset: next(offset))
  }
}
