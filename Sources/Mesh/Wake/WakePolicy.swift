// SPDX-License-Identifier: Apache-2.0
package import MMP

/// Decides whether something is worth waking a node for (MMP 0.2.0 §1.4: coupling, kind of signal,
/// cooldown).
///
/// | reason | coupling | availability |
/// |---|---|---|
/// | mood | anything but rejected | sleepy |
/// | cmb | aligned | sleepy |
/// | message | any: messages are not gated | always, sleepy |
/// | recovery | any: it is about the node itself | always, sleepy |
///
/// Each node is woken once in `cooldown` at most, all of them `perHour` times an hour. The last wakes
/// of `capacity` nodes are known; beyond, the one longest ago is forgotten if its cooldown is over,
/// else nobody new is woken.
package struct WakePolicy {
  /// What is known of the node's coupling to this one.
  package enum Coupling: Sendable {
    case aligned
    case guarded
    case rejected
    /// It sends no state: a node in the field.
    case unknown
  }

  package struct Settings: Equatable, Sendable {
    /// Between two wakes of one node, ns.
    package var cooldown: Int64
    /// Wakes of all nodes in an hour, at least 1.
    package var perHour: Int64

    package init(cooldown: Int64 = 300 * Nanoseconds.second, perHour: Int64 = 30) {
      (self.cooldown, self.perHour) = (cooldown, max(1, perHour))
    }
  }

  package typealias Availability = PeerDescription.Availability

  package enum Decision: Equatable, Sendable {
    case wake
    case notCoupled
    case notAsleep
    case coolingDown
    case overBudget
  }

  package static let capacity = 64
  private static let hour = 3600 * Nanoseconds.second

  private let settings: Settings
  private var wakes: [(node: String, at: Int64)] = []
  /// Time that has not been spent, `hour / perHour` of it a wake.
  private var credit: Int64
  private var last: Int64

  package init(_ settings: Settings, at now: Int64) {
    self.settings = settings
    (credit, last) = (Self.hour, now)
  }

  /// Whether to wake `node`, which is not connected, now; if so, the wake is counted.
  package mutating func decide(
    _ node: String, for reason: WakeReason, coupling: Coupling, availability: Availability?,
    at now: Int64
  ) -> Decision {
    guard Self.isWorth(reason, coupling) else { return .notCoupled }
    guard Self.isWoken(availability ?? .sleepy, for: reason) else { return .notAsleep }
    return spend(node, at: now)
  }

  /// The same for a person who wants it: only the limits hold.
  package mutating func spend(_ node: String, at now: Int64) -> Decision {
    let known = wakes.firstIndex { $0.node == node }
    if let known, now - wakes[known].at < settings.cooldown { return .coolingDown }
    credit = min(Self.hour, credit + max(0, now - last))
    last = now
    let price = Self.hour / settings.perHour
    guard credit >= price else { return .overBudget }
    if let known {
      wakes.remove(at: known)
    } else if wakes.count == Self.capacity {
      guard now - wakes[0].at >= settings.cooldown else { return .overBudget }
      wakes.removeFirst()
    }
    wakes.append((node, now))
    credit -= price
    return .wake
  }

  /// An attempt failed: the next need not wait for the cooldown, but it stays counted for the hour.
  package mutating func forget(_ node: String) { wakes.removeAll { $0.node == node } }

  private static func isWorth(_ reason: WakeReason, _ coupling: Coupling) -> Bool {
    switch reason {
    case .mood: coupling != .rejected
    case .cmb: coupling == .aligned
    case .message, .recovery: true
    }
  }

  private static func isWoken(_ availability: Availability, for reason: WakeReason) -> Bool {
    switch availability {
    case .sleepy: true
    case .always: reason == .message || reason == .recovery
    case .ephemeral: false
    }
  }
}
