// SPDX-License-Identifier: Apache-2.0
internal import CMath

/// Up to four cascaded equal one-pole low-passes for complex values, in Double.
package struct LowPass: Sendable {
  /// The share of a new value in each pole, 0…1.
  package let alpha: Double
  /// How many poles, 1…4.
  package let poles: Int
  private var first = Phasor.zero
  private var second = Phasor.zero
  private var third = Phasor.zero
  private var fourth = Phasor.zero

  package init(alpha: Double, poles: Int) {
    self.alpha = alpha
    self.poles = poles
  }

  /// The cascade whose gain is −3 dB at `halfWidth` hertz, for `rate` values per second.
  package init(halfWidth: Double, poles: Int, rate: Double) {
    let corner = halfWidth / Self.narrowing(poles)
    self.init(alpha: -expm1(-2 * Double.pi * corner / rate), poles: poles)
  }

  /// The −3 dB frequency of `poles` equal poles, as a share of the corner of one.
  static func narrowing(_ poles: Int) -> Double {
    (pow(2, 1 / Double(poles)) - 1).squareRoot()
  }

  /// The two-sided noise bandwidth over the two-sided −3 dB width: π/2 for one pole, 1.22 for two.
  package static func noiseFactor(poles: Int) -> Double {
    // ∫ (1+x²)^−n dx over the line = π · (2n−3)!!/(2n−2)!!
    var integral = Double.pi
    for order in 1..<max(poles, 2) where order < poles {
      integral *= Double(2 * order - 1) / Double(2 * order)
    }
    return integral / (2 * narrowing(poles))
  }

  /// The output now.
  package var value: Phasor {
    switch poles {
    case 1: first
    case 2: second
    case 3: third
    default: fourth
    }
  }

  /// Takes the next value in.
  package mutating func add(_ value: Phasor) { add(value, alpha: alpha) }

  /// Takes the next value in with its own share: for values that come at any times.
  package mutating func add(_ value: Phasor, alpha: Double) {
    first = first + (value - first) * alpha
    guard poles > 1 else { return }
    second = second + (first - second) * alpha
    guard poles > 2 else { return }
    third = third + (second - third) * alpha
    guard poles > 3 else { return }
    fourth = fourth + (third - fourth) * alpha
  }

  /// The phase and gain the cascade gives a line at `frequency` hertz.
  package func response(frequency: Double, rate: Double) -> Phasor {
    let z = Phasor(angle: -2 * Double.pi * frequency / rate)
    let denominator = Phasor(re: 1 - (1 - alpha) * z.re, im: -(1 - alpha) * z.im)
    let one = denominator.conjugate * (alpha / denominator.squaredMagnitude)
    var all = one
    for _ in 1..<max(poles, 2) where poles > 1 { all = all * one }
    return all
  }
}
