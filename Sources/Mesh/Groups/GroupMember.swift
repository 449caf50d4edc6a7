// SPDX-License-Identifier: Apache-2.0
package import MMP

/// Another member of a group, as the local network and the relay know it.
///
/// The local network tells of a key's fingerprint, a relay of a nodeId; a connection with the
/// node brings the two together.
package struct GroupMember: Equatable, Sendable {
  package internal(set) var identity: MemberIdentity?
  package internal(set) var nodeID: NodeID?
  package internal(set) var isOnLAN = false
  package internal(set) var isOnRelay = false
  /// The relay has named it since its connection was last made.
  var isConfirmed = false
  /// It has said that it leaves; so it counts no more, although it may still be seen.
  var hasLeft = false
  /// It has been told that this node is a member too.
  var isGreeted = false
  var bucket = TokenBucket()
}

/// Who sent a block, as its connection has shown.
package struct GroupSender: Equatable, Sendable {
  /// Nil where no key has been shown.
  package var identity: MemberIdentity?
  package var nodeID: NodeID
  /// The group whose channel of the relay it came through; nil for any other way.
  package var channel: GroupID?

  package init(identity: MemberIdentity?, nodeID: NodeID, channel: GroupID? = nil) {
    (self.identity, self.nodeID, self.channel) = (identity, nodeID, channel)
  }

  package func isSame(as member: GroupMember) -> Bool {
    if let known = member.identity { return known == identity }
    return member.nodeID == nodeID
  }
}

/// How many blocks a member may send: `burst` at once, then one every `interval`.
struct TokenBucket: Equatable, Sendable {
  static let burst: Int64 = 20
  /// Nanoseconds.
  static let interval: Int64 = 200_000_000

  private var credit = Self.burst * Self.interval
  private var last: Int64?

  mutating func take(at now: Int64) -> Bool {
    credit = min(Self.burst * Self.interval, credit + max(0, now - (last ?? now)))
    last = now
    guard credit >= Self.interval else { return false }
    credit -= Self.interval
    return true
  }
}
