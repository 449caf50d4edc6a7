// SPDX-License-Identifier: Apache-2.0
internal import MMP

/// Who may use a relay, and which of its channels a token opens.
///
/// A channel is a number: what is forwarded never leaves it. The channel of a group is made from
/// its id and its token together, so that who knows the id alone is in another channel.
package struct RelayAccess: Sendable {
  /// One token and the channel it opens; by the group's id for a group.
  package struct Entry: Sendable {
    package let token: String
    package let channel: String

    package init(token: String, channel: String) { (self.token, self.channel) = (token, channel) }
  }

  /// The channel of all who need no other.
  package static let common: UInt64 = 0
  /// Shortest token that makes a group's channel of its own, bytes.
  package static let shortestGroupToken = 16

  private let entries: [Entry]
  /// Whether whoever brings a group's id and token gets a channel for it.
  private let servesGroups: Bool

  /// Without entries everyone is admitted to the common channel.
  package init(entries: [Entry] = [], servesGroups: Bool = false) {
    (self.entries, self.servesGroups) = (entries, servesGroups)
  }

  /// Finds the channel that a token opens.
  ///
  /// - Parameters:
  ///   - token: From the header `Authorization: Bearer` or from `relay-auth`; nil for none.
  ///   - group: The group whose channel is asked for; nil for the channel of the token.
  /// - Returns: Nil where it opens none.
  package func channel(token: String?, group: String?) -> UInt64? {
    var found: Entry?
    // All of them are looked at: the time taken tells nothing of which token is right.
    for entry in entries where Self.isSame(entry.token, token ?? "") { found = entry }
    if let found {
      guard group == nil || group == found.channel else { return nil }
      return found.channel.isEmpty ? Self.common : Self.number(found.channel)
    }
    if let group, let token, servesGroups, token.utf8.count >= Self.shortestGroupToken {
      return Self.number("\(group) \(token)")
    }
    return entries.isEmpty && group == nil ? Self.common : nil
  }

  private static func isSame(_ one: String, _ other: String) -> Bool {
    let (one, other) = (Array(one.utf8), Array(other.utf8))
    var difference = one.count ^ other.count
    for index in one.indices {
      difference |= Int(one[index] ^ (index < other.count ? other[index] : 0))
    }
    return difference == 0
  }

  private static func number(_ name: String) -> UInt64 {
    let digest = Blake2b.digest(Array("taumesh-relay-channel \(name)".utf8), count: 16)
    return digest.prefix(8).reduce(0) { $0 << 8 | UInt64($1) } | 1
  }
}
