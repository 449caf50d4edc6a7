// SPDX-License-Identifier: Apache-2.0
package import MMP

/// The groups this node is in, and who else is: joins, leaves, ends and admissions.
///
/// Pure: `wall` is the wall clock in milliseconds of the Unix epoch, which only a group's end is
/// measured by; `now` is monotonic, nanoseconds. Pull `next` until `nil` after every call; call
/// `tick` at `deadline`. At most `capacity` groups, `memberCapacity` others in each, and
/// `sightingCapacity` services on the local network: what comes after is left out, and told once.
///
/// **Who is a member.** Whoever the local network shows or the relay's list names: the union, since
/// each sees only its side. An entry falls when its own source says so; while the relay is out of
/// reach its list holds for `grace`. A member that says it leaves is none from then on, whatever
/// is still shown of it, until it says that it joins or is shown anew. Labels and ends that others
/// show never change one's own.
///
/// Source: Mesh Group 0.1.0 §6 to §8.
package struct GroupTable: Sendable {
  package static let capacity = 8
  package static let memberCapacity = 64
  package static let sightingCapacity = 256
  /// Ended groups remembered, to say why.
  static let endedCapacity = 8
  /// How long the local network is asked for the id before a group is joined, nanoseconds.
  package static let probeTime = 1500 * Nanoseconds.millisecond
  /// How long nobody else may be there before a group counts as ended, and how long the relay's
  /// list outlives its connection, nanoseconds.
  package static let grace = 60 * Nanoseconds.second
  /// Time in which a relay's list is complete, nanoseconds.
  static let listTime = 5 * Nanoseconds.second

  package enum Refusal: Error, Equatable, Sendable, CustomStringConvertible {
    case full
    case alreadyIn
    case expired(Int64)
    /// Hidden from the local network, and nothing else to be found by.
    case unfindable

    package var description: String {
      switch self {
      case .full: "this node is in \(GroupTable.capacity) groups, which is the most"
      case .alreadyIn: "this node is in that group already"
      case .expired(let time): "the group ended at \(UTCTime.text(time))"
      case .unfindable:
        "a hidden group is found through a relay: it needs a token and no --lan-only"
      }
    }
  }

  package enum Effect: Equatable, Sendable {
    /// Advertise the group on the local network, and report `advertised`.
    case advertise(MeshGroup)
    case withdraw(GroupID)
    /// Connect to the relay's channel of the group, and report what it says.
    case register(MeshGroup)
    case unregister(GroupID)
    /// Tell these members that this node leaves.
    case farewell(MeshGroup, [GroupMember])
    case event(GroupEvent)
    /// The groups to be kept over a restart have changed.
    case changed
  }

  /// How one of the two ways to the others stands.
  package enum Way: Equatable, Sendable {
    case unused, pending, up, failed

    package var text: StaticString {
      switch self {
      case .unused: "unused"
      case .pending: "pending"
      case .up: "up"
      case .failed: "failed"
      }
    }
  }

  /// A group this node is in, or asks the local network about before it joins.
  package struct Membership: Sendable {
    package let group: MeshGroup
    /// While the local network is asked: until then, nanoseconds.
    package internal(set) var probeEnd: Int64?
    package internal(set) var lan: Way
    package internal(set) var relay: Way
    package internal(set) var members: [GroupMember] = []
    /// Nobody else has been here for `grace`.
    package internal(set) var isEmpty = false
    /// Blocks taken, and blocks refused.
    package internal(set) var accepted: Int64 = 0
    package internal(set) var refused: Int64 = 0
    var isFounder: Bool
    var aloneSince: Int64
    var relayLostAt: Int64?
    var isFullTold = false
    var ownBucket = TokenBucket()
    /// Until when a refusal is not told of again, nanoseconds.
    var quietUntil: Int64 = 0

    package var isJoined: Bool { probeEnd == nil }
    /// What is wrong with its ways to the others now.
    package var failure: GroupEvent.Kind? {
      let isReachable = lan == .up || lan == .pending || relay == .up || relay == .pending
      if isJoined, !isReachable { return .isolated }
      return lan == .failed ? .advertisementFailed : relay == .failed ? .relayLost : nil
    }
    /// The others who are there.
    package var present: [GroupMember] { members.filter { !$0.hasLeft } }
  }

  /// A group this node was in, and why it is no more.
  package struct Ended: Equatable, Sendable {
    package let group: MeshGroup
    package let reason: GroupEvent.Kind
  }

  struct Sighting: Equatable, Sendable {
    let record: GroupRecord
    let place: Int64

    /// Whether it is of the same service at the same place, whatever its label.
    func isOf(_ other: GroupRecord, _ place: Int64) -> Bool {
      self.place == place && record.form == other.form && record.group == other.group
        && record.member == other.member
    }
  }

  package internal(set) var memberships: [Membership] = []
  package internal(set) var ended: [Ended] = []
  /// Services left out for lack of room.
  package internal(set) var unseen: UInt64 = 0
  package let own: MemberIdentity
  let hasRelay: Bool
  var sightings: [Sighting] = []
  var effects: [Effect] = []

  /// In no group yet; `hasRelay` says whether there is a relay to register with.
  package init(own: MemberIdentity, hasRelay: Bool) {
    (self.own, self.hasRelay) = (own, hasRelay)
  }

  package subscript(id: GroupID) -> Membership? { index(of: id).map { memberships[$0] } }

  /// The group whose id or label `text` is; nil where none or more than one is.
  package func named(_ text: String) -> Membership? {
    if let id = GroupID(text) { return self[id] }
    let found = memberships.filter { $0.group.label == text }
    return found.count == 1 ? found[0] : nil
  }

  /// Whether services of groups are to be followed.
  package var needsDiscovery: Bool { memberships.contains { $0.lan != .unused } }

  package mutating func next() -> Effect? { effects.isEmpty ? nil : effects.removeFirst() }

  /// When `tick` is next worth calling, nanoseconds; never more than a minute ahead while a group
  /// has an end, since the wall clock may be set.
  package func deadline(wall: Int64, at now: Int64) -> Int64? {
    var earliest: Int64?
    func consider(_ time: Int64) { earliest = min(earliest ?? time, time) }
    for membership in memberships {
      if let end = membership.probeEnd { consider(end) }
      if let end = membership.group.expiresAt {
        consider(now + min(max(0, end - wall), 60_000) * Nanoseconds.millisecond)
      }
      if let lost = membership.relayLostAt { consider(lost + Self.grace) }
      if membership.isJoined, !membership.isEmpty, membership.present.isEmpty {
        consider(membership.aloneSince + Self.grace)
      }
    }
    return earliest
  }

  func index(of id: GroupID) -> Int? { memberships.firstIndex { $0.group.id == id } }

  mutating func tell(_ kind: GroupEvent.Kind, _ id: GroupID, _ member: MemberIdentity? = nil) {
    effects.append(.event(GroupEvent(id, kind, member)))
  }
}
