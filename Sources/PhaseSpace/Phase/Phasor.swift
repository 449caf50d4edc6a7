// SPDX-License-Identifier: Apache-2.0
internal import CMath

/// A complex number whose angle is a phase and whose magnitude is its weight or quality.
///
/// Angles are radians in (−π, π]; magnitudes are 0…1 wherever a phasor stands for a measurement.
package struct Phasor: Equatable, Sendable {
  package var re: Double
  package var im: Double

  /// The phasor of no magnitude, whose angle means nothing.
  package static let zero = Phasor(re: 0, im: 0)

  package init(re: Double, im: Double) {
    self.re = re
    self.im = im
  }

  /// The unit phasor at `angle` radians.
  package init(angle: Double) {
    re = cos(angle)
    im = sin(angle)
  }

  /// The unit phasor at `cycles` turns: the whole turns may have been dropped.
  package init(cycles: Double) {
    self.init(angle: 2 * Double.pi * cycles)
  }

  package var squaredMagnitude: Double { re * re + im * im }
  package var magnitude: Double { squaredMagnitude.squareRoot() }
  package var angle: Double { atan2(im, re) }
  package var conjugate: Phasor { Phasor(re: re, im: -im) }
  package var isFinite: Bool { re.isFinite && im.isFinite }

  /// The same angle with magnitude 1; nil where there is no angle (below 1e-12, or not finite).
  package var unit: Phasor? {
    let length = magnitude
    guard length > 1e-12, length.isFinite else { return nil }
    return Phasor(re: re / length, im: im / length)
  }

  package static func + (a: Phasor, b: Phasor) -> Phasor {
    Phasor(re: a.re + b.re, im: a.im + b.im)
  }

  package static func - (a: Phasor, b: Phasor) -> Phasor {
    Phasor(re: a.re - b.re, im: a.im - b.im)
  }

  package static func * (a: Phasor, b: Phasor) -> Phasor {
    Phasor(re: a.re * b.re - a.im * b.im, im: a.re * b.im + a.im * b.re)
  }

  package static func * (a: Phasor, k: Double) -> Phasor {
    Phasor(re: a.re * k, im: a.im * k)
  }
}
