// SPDX-License-Identifier: Apache-2.0

/// Whether a phasor may move something now.
///
/// Every condition is asked anew for every set-point, without hysteresis: what moves things stops
/// the moment one of them fails. An output that follows nobody moves with the mesh while the mesh
/// is emergent; one that follows a peer moves with that peer's phasor while the mesh is emergent or
/// the peer itself is coherent. Either way only what came over a secure link, lately, from a node
/// whose key is the newest of its identity, counts. A local loop (`follow: self`) asks only for a
/// fresh measurement of its own: nobody else is in it.
package struct MotorGate: Equatable, Sendable {
  /// Whom a motor listens to.
  package enum Source: Equatable, Sendable {
    case mesh
    case peer
    case own
  }

  /// Why the gate is closed.
  package enum Obstacle: UInt8, CaseIterable, Sendable, CustomStringConvertible {
    case absent
    case insecure
    case oldKey
    case stale
    case incoherent
    case noPhase

    package var description: String {
      switch self {
      case .absent: "nobody to follow is there"
      case .insecure: "the link is not secure"
      case .oldKey: "its key is not the newest of its identity"
      case .stale: "its newest pulse is too old"
      case .incoherent: "neither is the mesh emergent nor is it coherent itself"
      case .noPhase: "there is no phase to follow"
      }
    }
  }

  /// What is known of the one who would steer.
  package struct Evidence: Equatable, Sendable {
    /// Whether the mesh of the channel is emergent, as seen from here.
    package var isEmergent = false
    /// Whether whoever steers speaks over an authenticated, encrypted link.
    package var isSecure = false
    /// Whether its key is the newest of its identity.
    package var isEpochCurrent = false
    /// Since its newest pulse, or own measurement, in nanoseconds; nil without any.
    package var age: Int64?
    /// |z| at the decision time, 0…1.
    package var coherence = 0.0
    /// Effective number of samples behind `coherence`.
    package var nEffective = 0.0
    /// What would steer.
    package var phasor: Phasor?

    package init() {}
  }

  /// A followed peer must be more coherent than this.
  package static let leastCoherence = 0.75
  /// … over at least so many effective samples.
  package static let leastSamples = 20.0

  /// How far ahead of now a pulse may seem to have been measured, nanoseconds: clocks agree no
  /// better, and a measurement may be newer than the instant it is judged at.
  package static let clockTolerance: Int64 = 50_000_000

  package let source: Source
  /// The oldest pulse that may still steer, nanoseconds.
  package let stopAfter: Int64

  package init(source: Source, stopAfter: Int64) {
    (self.source, self.stopAfter) = (source, stopAfter)
  }

  /// What keeps the gate closed; nil when it is open.
  package func obstacle(_ evidence: Evidence?) -> Obstacle? {
    guard let evidence else { return .absent }
    guard evidence.isSecure else { return .insecure }
    guard evidence.isEpochCurrent else { return .oldKey }
    guard let age = evidence.age, age >= -MotorGate.clockTolerance, age <= stopAfter else {
      return .stale
    }
    guard isTrusted(evidence) else { return .incoherent }
    guard let phasor = evidence.phasor, phasor.isFinite, evidence.coherence.isFinite else {
      return .noPhase
    }
    return nil
  }

  private func isTrusted(_ evidence: Evidence) -> Bool {
    switch source {
    case .own: return true
    case .mesh: return evidence.isEmergent
    case .peer:
      // Comparisons with NaN are false.
      let isCoherent =
        evidence.coherence > MotorGate.leastCoherence
        && evidence.nEffective >= MotorGate.leastSamples
      return evidence.isEmergent || isCoherent
    }
  }
}
