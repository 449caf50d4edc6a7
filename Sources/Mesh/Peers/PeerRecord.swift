// SPDX-License-Identifier: Apache-2.0
package import MMP

/// What is known of one node, there or away.
package struct PeerRecord: Equatable, Sendable {
  /// As its frames give it; a UUID in lower case.
  package internal(set) var nodeID: String
  package internal(set) var name: String
  package internal(set) var wakeChannel: WakeChannel?
  /// When it last gave a sign of life, milliseconds of the Unix epoch.
  package internal(set) var lastSeen: Int64
  /// What it has signed of itself; `nil` for hearsay and for nodes without secure links.
  package internal(set) var card: PeerCard?
  /// Whether this node has had a connection with it.
  package internal(set) var isMet: Bool
  /// Number of the change that made it as it is.
  var change = 0

  package init(
    nodeID: String, name: String, wakeChannel: WakeChannel? = nil, lastSeen: Int64,
    card: PeerCard? = nil, isMet: Bool
  ) {
    (self.nodeID, self.name, self.wakeChannel) = (nodeID, name, wakeChannel)
    (self.lastSeen, self.card, self.isMet) = (lastSeen, card, isMet)
  }

  /// As it was kept, or told.
  package init(_ entry: PeerInfo.Entry, isMet: Bool) {
    self.init(
      nodeID: entry.nodeID, name: entry.name, wakeChannel: entry.wakeChannel,
      lastSeen: entry.lastSeenMilliseconds, card: entry.card, isMet: isMet)
  }

  /// Who gives way to whom where there is no room: hearsay to what is signed, both to nodes met,
  /// since anybody can sign for nodes that do not exist.
  var rank: Int { (isMet ? 2 : 0) + (card == nil ? 0 : 1) }

  /// As it is told to others; without secure links only what MMP 0.2.0 knows.
  package func entry(toSecure: Bool, withWakeChannel: Bool) -> PeerInfo.Entry {
    PeerInfo.Entry(
      nodeID: nodeID, name: name, wakeChannel: withWakeChannel ? wakeChannel : nil,
      lastSeenMilliseconds: lastSeen, card: toSecure ? card : nil)
  }
}
