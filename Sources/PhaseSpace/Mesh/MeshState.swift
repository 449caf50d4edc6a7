// SPDX-License-Identifier: Apache-2.0

/// What one node computes of one channel: the numbers users see, all dimensionless.
package struct MeshState: Equatable, Sendable {
  /// C̄: the mean local coherence |z| of the members that are not stale.
  package var meanCoherence = 0.0
  /// R = |Σ w z| / Σ w.
  package var orderParameter = 0.0
  /// Φ = Σ w z / Σ w relative to the reference member's phase; nil where either has no phase.
  package var globalPhasor: Phasor?
  /// L = (λ_max − 1)/(N − 1) of the pairwise locking; 0 below two members.
  package var lockingIndex = 0.0
  /// N: members that are not stale.
  package var memberCount = 0
  /// The effective number of independent samples behind L: the mean over the pairs in use.
  package var effectiveSamples = 0.0
  /// p: how probable it is that unrelated members would show this L.
  package var significance = 1.0
  /// Whether a common phase has emerged (N ≥ 3), with hysteresis.
  package var isEmergent = false
  /// Whether two members, alone, are locked: the same gate at N = 2.
  package var isWe = false
  /// τ_d in seconds.
  package var decisionTau = 0.0

  package init() {}

  /// 64 bits that two nodes share when they see about the same mesh: for the pulse.
  ///
  /// FNV-1a over N (4 bytes, little-endian), then C̄, R and L each rounded to twentieths (one byte
  /// each, 255 if not finite), then one byte of flags (1 emergent, 2 we). Source: Fowler, Noll, Vo; RFC 9923.
  package var digest: UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    func mix(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    let count = UInt32(truncatingIfNeeded: memberCount)
    for shift in stride(from: UInt32(0), to: 32, by: 8) {
      mix(UInt8(truncatingIfNeeded: count >> shift))
    }
    mix(Self.twentieths(meanCoherence))
    mix(Self.twentieths(orderParameter))
    mix(Self.twentieths(lockingIndex))
    mix((isEmergent ? 1 : 0) | (isWe ? 2 : 0))
    return hash
  }

  private static func twentieths(_ value: Double) -> UInt8 {
    value.isFinite ? UInt8(min(max((value * 20).rounded(), 0), 20)) : .max
  }
}
