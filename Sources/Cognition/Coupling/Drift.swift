// SPDX-License-Identifier: Apache-2.0
package import Memory

/// How far two cognitive states are apart.
package enum Drift: Equatable, Sendable {
  /// One less the order parameter of the differences of phase, 0 to 1 (seed MMP §4.2).
  ///
  /// Blind to a rotation that all neurons share.
  case kuramoto
  /// Mean cosine distance of the two vectors, 0 to 2, as nodes in the field compute it.
  case cosine

  /// Nil where the states cannot be compared: one of them is unknown, their lengths differ, or
  /// both name encoders that are not the same.
  package func between(_ one: CognitiveState, _ other: CognitiveState) -> Double? {
    guard one.isKnown, other.isKnown, one.h1.count == other.h1.count else { return nil }
    if let mine = one.encoder, let theirs = other.encoder, mine != theirs { return nil }
    return distance(one, other)
  }

  /// The formula alone, for states of one length.
  func distance(_ one: CognitiveState, _ other: CognitiveState) -> Double {
    switch self {
    case .kuramoto:
      var (re, im) = (0.0, 0.0)
      for index in one.h1.indices {
        let a = Self.phasor(one.h1[index], one.h2[index])
        let b = Self.phasor(other.h1[index], other.h2[index])
        re += a.re * b.re + a.im * b.im
        im += a.im * b.re - a.re * b.im
      }
      return 1 - (re * re + im * im).squareRoot() / Double(one.h1.count)
    case .cosine:
      let (first, second) = (
        Self.cosine(one.h1, other.h1), Self.cosine(one.h2, other.h2)
      )
      return ((1 - first) + (1 - second)) / 2
    }
  }

  /// e^(i·atan2(h2, h1)) without the angle; phase 0 for the zero pair, as atan2 has it.
  static func phasor(_ h1: Float, _ h2: Float) -> (re: Double, im: Double) {
    let (x, y) = (Double(h1), Double(h2))
    let length = (x * x + y * y).squareRoot()
    return length > 0 ? (x / length, y / length) : (1, 0)
  }

  /// 0 where either vector is zero.
  static func cosine(_ one: [Float], _ other: [Float]) -> Double {
    var (product, first, second) = (0.0, 0.0, 0.0)
    for index in one.indices {
      let (a, b) = (Double(one[index]), Double(other[index]))
      product += a * b
      first += a * a
      second += b * b
    }
    let length = first.squareRoot() * second.squareRoot()
    return length > 0 ? product / length : 0
  }
}
