// SPDX-License-Identifier: Apache-2.0
internal import CMath

/// A leaky integrator of phasors: an exponential window of time constant τ, bias removed.
///
/// The magnitude of `mean` for unit phasors is the windowed resultant length: their local coherence.
package struct Integrator: Sendable {
  /// The time constant in seconds.
  package let tau: Double
  /// The weighted sum; starts at zero, hence biased until the window is full.
  package private(set) var sum = Phasor.zero
  /// How full the window is, 0…1.
  package private(set) var weight = 0.0

  /// An empty window of `tau` seconds, more than zero.
  package init(tau: Double) {
    self.tau = tau
  }

  /// The share of a new sample that stands for `dt` seconds: −expm1(−dt/τ), 0 for dt ≤ 0.
  ///
  /// dt/τ itself would exceed 1 for long steps and make the recursion unstable.
  package static func alpha(dt: Double, tau: Double) -> Double {
    guard dt > 0, tau > 0 else { return 0 }
    return -expm1(-dt / tau)
  }

  /// The longest step, in time constants: after a suspend the past keeps a trace of e⁻⁸.
  package static let longestStep = 8.0

  /// Takes in `phasor`, which held for the last `dt` seconds; dt ≤ 0 changes nothing.
  package mutating func add(_ phasor: Phasor, dt: Double) {
    add(phasor, alpha: Self.alpha(dt: min(dt, Self.longestStep * tau), tau: tau))
  }

  /// Takes in `phasor` with a share of `alpha`, 0…1.
  package mutating func add(_ phasor: Phasor, alpha: Double) {
    sum = phasor * alpha + sum * (1 - alpha)
    weight = alpha + weight * (1 - alpha)
  }

  /// The window's mean phasor, without the bias of an unfilled window; zero when empty.
  package var mean: Phasor {
    weight > 0 ? sum * (1 / weight) : .zero
  }

  /// Lets `seconds` pass without a sample: both sums fall by exp(−seconds/τ).
  ///
  /// Used for a state kept across a restart, so that what is old reads as cold, not as coherent.
  package mutating func decay(seconds: Double) {
    guard seconds > 0 else { return }
    let share = exp(-seconds / tau)
    sum = sum * share
    weight *= share
  }

  /// Takes up a sum and a weight kept from before.
  mutating func restore(sum: Phasor, weight: Double) { (self.sum, self.weight) = (sum, weight) }
}
