// SPDX-License-Identifier: Apache-2.0

/// What became of one measurement of a `SlowDevice`.
package enum SlowOutcome: Sendable {
  /// One value for each quantity, in their order; the rest means nothing.
  case values(SIMD8<Double>)
  /// The device did not answer, or nonsense: why, in words for the user.
  case failed(String)
}
