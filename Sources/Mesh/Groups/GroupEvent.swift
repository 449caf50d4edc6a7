// SPDX-License-Identifier: Apache-2.0
package import MMP

/// Something that happened to a group this node is in; every failure of Mesh Group 0.1.0 §8 is
/// one.
package struct GroupEvent: Equatable, Sendable {
  package enum Kind: Equatable, Sendable {
    case joined
    case left
    /// Its end has come.
    case expired
    /// Another group uses this id: it was not joined.
    case collision
    /// The relay does not take the token: the group is left.
    case tokenRejected
    case advertisementFailed
    case relayLost
    /// Neither the local network nor a relay tells of this node.
    case isolated
    /// Nobody else for a minute.
    case empty
    case memberJoined
    case memberLeft
    /// More members than are kept.
    case full
    /// A member says more than is taken.
    case tooFast
    /// A block of the group from someone who is no member.
    case unknownSender
    /// A block of the group came through another group's channel.
    case otherChannel
    /// A block whose signature is not its sender's.
    case forged
    /// A member has said something.
    case message

    package var text: StaticString {
      switch self {
      case .joined: "joined"
      case .left: "left"
      case .expired: "expired"
      case .collision: "collision"
      case .tokenRejected: "token-rejected"
      case .advertisementFailed: "advertisement-failed"
      case .relayLost: "relay-lost"
      case .isolated: "isolated"
      case .empty: "empty"
      case .memberJoined: "member-joined"
      case .memberLeft: "member-left"
      case .full: "full"
      case .tooFast: "too-fast"
      case .unknownSender: "unknown-sender"
      case .otherChannel: "other-channel"
      case .forged: "forged"
      case .message: "message"
      }
    }

    /// Whether a person may have to do something about it.
    package var isFailure: Bool {
      switch self {
      case .joined, .left, .expired, .empty, .memberJoined, .memberLeft, .message: false
      default: true
      }
    }
  }

  package var group: GroupID
  package var kind: Kind
  /// Whom it is about, where it is about a member.
  package var member: MemberIdentity?

  package init(_ group: GroupID, _ kind: Kind, _ member: MemberIdentity? = nil) {
    (self.group, self.kind, self.member) = (group, kind, member)
  }
}
