// SPDX-License-Identifier: Apache-2.0

/// What a channel says of one member.
package struct MemberState: Equatable, Sendable {
  /// z: its mean demodulated phasor over τ_d, zero while half of the window is not usable.
  package let mean: Phasor
  /// E[g]: the usable share of the window, 0…1.
  package let valid: Double
  /// How many independent samples stand behind `mean`.
  package let effectiveSamples: Double
  /// Whether its newest sample was recent enough at the last tick.
  package let isFresh: Bool
  /// The quality of its newest sample, 0…1.
  package let quality: Double
  /// When its newest sample held, nanoseconds of this node's clock; nil before the first.
  package let newestTime: Int64?

  /// |z|: its local coherence.
  package var coherence: Double { min(1, mean.magnitude) }
}
