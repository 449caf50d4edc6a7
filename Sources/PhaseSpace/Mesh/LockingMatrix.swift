// SPDX-License-Identifier: Apache-2.0

/// Pairwise locking of the members of a channel: M_ij = E[g·û_i·conj û_j] / E[g].
///
/// û are unit phasors, g is 1 while both members are usable, E is exponential with τ_d. The upper
/// triangle is stored for every slot of the capacity, so nothing is allocated after `init`.
package struct LockingMatrix: Sendable {
  /// What a pair's integrals amount to.
  package struct Pair: Equatable, Sendable {
    /// M_ij: its magnitude is the locking P_ij, its angle the mean lead of i over j.
    package let phasor: Phasor
    /// E[g]: how much of the window both were usable, 0…1.
    package let valid: Double
    /// The effective length of the usable window in seconds: 2 τ_d when full.
    package let seconds: Double
  }

  /// The share of the window that must be usable for a pair, or a member, to count.
  package static let leastValid = 0.5
  /// Numbers kept for a pair.
  private static let stride = 4

  package let capacity: Int
  /// Per pair: Re and Im of E[g·û_i·conj û_j], E[g], and the second moment of the weights over time.
  private var store: [Double]

  /// Room for `capacity` slots.
  package init(capacity: Int) {
    self.capacity = capacity
    store = Array(repeating: 0, count: Self.stride * max(capacity * (capacity - 1) / 2, 0))
  }

  /// The pair of two different slots, seen from `i`; nil while E[g] < 0.5.
  package func pair(_ i: Int, _ j: Int) -> Pair? {
    let at = Self.offset(max(i, j), min(i, j))
    let valid = store[at + 2]
    guard i != j, valid >= Self.leastValid else { return nil }
    let sign = i < j ? 1.0 : -1.0
    return Pair(
      phasor: Phasor(re: store[at] / valid, im: sign * store[at + 1] / valid), valid: valid,
      seconds: valid * valid / store[at + 3])
  }

  /// The locking P_ij of two slots, 0…1: 1 of a slot with itself, nil while E[g] < 0.5.
  package func locking(_ i: Int, _ j: Int) -> Double? {
    i == j ? 1 : pair(i, j).map { min(1, $0.phasor.magnitude) }
  }

  /// Forgets all a slot has to do with, so that its next holder inherits nothing.
  package mutating func clear(slot: Int) {
    for other in 0..<capacity where other != slot {
      let at = Self.offset(max(slot, other), min(slot, other))
      for field in 0..<Self.stride { store[at + field] = 0 }
    }
  }

  /// Integrates one tick of `dt` seconds for every pair of `slots`, which ascend.
  ///
  /// `phasors` and `usable` are indexed by slot; `alpha` is the tick's share of the window.
  mutating func integrate(
    slots: ArraySlice<Int>, phasors: [Phasor], usable: [Bool], alpha: Double, dt: Double
  ) {
    let keep = 1 - alpha
    store.withUnsafeMutableBufferPointer { store in
      for high in slots {
        for low in slots {
          if low == high { break }
          let at = Self.offset(high, low)
          store[at] *= keep
          store[at + 1] *= keep
          store[at + 2] *= keep
          store[at + 3] *= keep * keep
          guard usable[high], usable[low] else { continue }
          let product = phasors[low] * phasors[high].conjugate
          store[at] += alpha * product.re
          store[at + 1] += alpha * product.im
          store[at + 2] += alpha
          store[at + 3] += alpha * alpha / dt
        }
      }
    }
  }

  /// Where the record of a pair begins; `high` > `low`.
  private static func offset(_ high: Int, _ low: Int) -> Int {
    stride * (high * (high - 1) / 2 + low)
  }
}
