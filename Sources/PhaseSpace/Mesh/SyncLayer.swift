// SPDX-License-Identifier: Apache-2.0

/// Couples a slow master phasor and a fast emissary phasor into T_sync.
///
/// The seed's layer calls two phasors aligned when their magnitudes agree, even in opposition. Here
/// the angles must agree too; while they do not, the last good T stands, with its age.
package struct SyncLayer: Sendable {
  /// The largest difference of magnitudes of aligned phasors.
  package static let magnitudeLimit = 0.1
  /// The |T|² from which the two count as one.
  package static let collapse = 0.80
  /// The largest difference of angles of aligned phasors, in radians.
  package let angleLimit: Double
  /// The last T of aligned phasors; nil before the first.
  package private(set) var phasor: Phasor?
  /// Whether the newest phasors were aligned.
  package private(set) var isAligned = false
  private var alignedAt: Int64 = 0

  package init(angleLimit: Double = 0.5) {
    self.angleLimit = angleLimit
  }

  /// |T|², 0…1; 0 before the first T.
  package var coherence: Double { phasor.map { min(1, $0.squaredMagnitude) } ?? 0 }

  /// Whether master and emissary move as one.
  package var isCollapsed: Bool { isAligned && coherence >= Self.collapse }

  /// How long ago T was made, in nanoseconds; nil before the first.
  package func age(at now: Int64) -> Int64? { phasor == nil ? nil : now - alignedAt }

  /// Takes the two phasors at `now`.
  package mutating func update(master: Phasor, emissary: Phasor, at now: Int64) {
    let pair = SeedSync(master: master, emissary: emissary)
    isAligned = pair.isAligned && abs(pair.angleDifference) <= angleLimit
    guard isAligned else { return }
    phasor = pair.mean
    alignedAt = now
  }
}

/// The seed's sync layer, to the letter: for comparison and for its vectors.
package struct SeedSync: Equatable, Sendable {
  /// (T_master + T_emissary)/2, before damping.
  package let mean: Phasor
  /// ||T_master| − |T_emissary||.
  package let magnitudeDifference: Double
  /// The angle from emissary to master in (−π, π].
  package let angleDifference: Double

  package init(master: Phasor, emissary: Phasor) {
    mean = (master + emissary) * 0.5
    magnitudeDifference = abs(master.magnitude - emissary.magnitude)
    angleDifference = Phasor(angle: master.angle - emissary.angle).angle
  }

  package var isAligned: Bool { magnitudeDifference <= SyncLayer.magnitudeLimit }
  package var isDissipated: Bool { magnitudeDifference > 2 * SyncLayer.magnitudeLimit }
  package var isCollapsed: Bool { mean.magnitude * mean.magnitude >= SyncLayer.collapse }

  /// T_sync: damped by 0.995 once collapsed, so that the coherence it reports may be below 0.8.
  package var phasor: Phasor { isCollapsed ? mean * 0.995 : mean }

  /// |T_sync|².
  package var coherence: Double { phasor.squaredMagnitude }
}
