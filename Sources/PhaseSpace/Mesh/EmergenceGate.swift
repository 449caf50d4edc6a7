// SPDX-License-Identifier: Apache-2.0
internal import CMath

/// Decides that members share a phase: all thresholds held for a time, left with hysteresis.
///
/// It opens when coherence > 0.75, locking (or R where phases must be absolute) > 0.75, n_eff ≥ 20
/// and p < 0.001 have held max(3 τ_d, 2 s); it closes at once when one falls below 0.9 of its
/// threshold (for p, when −ln p does).
package struct EmergenceGate: Sendable {
  package static let coherence = 0.75
  package static let locking = 0.75
  package static let effectiveSamples = 20.0
  package static let significance = 0.001
  package static let release = 0.9

  package private(set) var isOpen = false
  private var heldSince: Int64?

  package init() {}

  /// Takes the numbers at `now`; `locking` is L, or R where phases must be absolute.
  package mutating func update(_ state: MeshState, locking: Double, at now: Int64) {
    if isOpen {
      isOpen = Self.passes(state, locking: locking, share: Self.release)
      heldSince = nil
      return
    }
    guard Self.passes(state, locking: locking, share: 1) else {
      heldSince = nil
      return
    }
    let since = heldSince ?? now
    heldSince = since
    let hold = max(3 * state.decisionTau, 2)
    isOpen = Double(now - since) * 1e-9 >= hold
  }

  /// Whether every threshold, scaled by `share`, is passed.
  static func passes(_ state: MeshState, locking: Double, share: Double) -> Bool {
    state.memberCount >= 2
      && state.meanCoherence > share * coherence
      && locking > share * Self.locking
      && state.effectiveSamples >= share * effectiveSamples
      && state.significance < pow(significance, share)
  }
}
