// SPDX-License-Identifier: Apache-2.0

/// How close a node lets another one (seed MMP §4.3).
package enum Coupling: Equatable, Sendable {
  case aligned
  case guarded
  /// Too far away, or sent a state that cannot be compared.
  case rejected
  /// Speaks a dialect without states: what it says is judged by its content.
  case unknown

  /// The word for it in `status`.
  package var word: StaticString {
    switch self {
    case .aligned: "aligned"
    case .guarded: "guarded"
    case .rejected: "rejected"
    case .unknown: "unknown"
    }
  }

  /// Whether memories may go to it.
  package var sharesMemory: Bool { self == .aligned || self == .guarded }

  /// Weight of its state and its memories in this node's own.
  package var weight: Double {
    switch self {
    case .aligned: 0.4
    case .guarded: 0.15
    case .rejected, .unknown: 0
    }
  }
}

/// Drift and the thresholds that go with it.
package struct CouplingRule: Equatable, Sendable {
  package var drift: Drift
  package var aligned: Double
  package var guarded: Double
  /// Largest drift at which a mood is taken, inclusive.
  package var mood = 0.8
  /// Whether a drift of exactly the threshold still counts.
  package var isInclusive: Bool

  /// Seed MMP 0.2.0: strictly below 0.3 and 0.5.
  package static let kuramoto = CouplingRule(
    drift: .kuramoto, aligned: 0.3, guarded: 0.5, isInclusive: false)
  /// Nodes in the field: 0.25 and 0.5, inclusive.
  package static let cosine = CouplingRule(
    drift: .cosine, aligned: 0.25, guarded: 0.5, isInclusive: true)

  package init(drift: Drift, aligned: Double, guarded: Double, isInclusive: Bool) {
    (self.drift, self.aligned, self.guarded) = (drift, aligned, guarded)
    self.isInclusive = isInclusive
  }

  /// The coupling at a drift; nil, and what is no number, is rejected.
  package func coupling(_ drift: Double?) -> Coupling {
    guard let drift else { return .rejected }
    if isInclusive ? drift <= aligned : drift < aligned { return .aligned }
    if isInclusive ? drift <= guarded : drift < guarded { return .guarded }
    return .rejected
  }

  package func takesMood(_ drift: Double?) -> Bool {
    guard let drift else { return false }
    return drift <= mood
  }
}
