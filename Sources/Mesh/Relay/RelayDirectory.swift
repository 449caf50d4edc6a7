// SPDX-License-Identifier: Apache-2.0
package import MMP

/// Whom a relay has met in each channel: names and wake channels, kept when a node goes.
///
/// Entries of nodes that are away expire after `timeToLive`; when there are too many, the one seen
/// longest ago gives way. Times are milliseconds of the Unix epoch.
package struct RelayDirectory: Sendable {
  package struct Entry: Equatable, Sendable {
    package let channel: UInt64
    package let nodeID: String
    package var name: String
    package var wakeChannel: WakeChannel?
    package var lastSeen: Int64
    package var isOnline = false
  }

  /// Most entries of one channel that a client is told of at once.
  static let mostTold = 64

  package internal(set) var entries: [Entry] = []
  /// Changes with everything that others should be told.
  package private(set) var version: UInt32 = 0
  private let capacity: Int
  private let timeToLive: Int64

  package init(capacity: Int, timeToLiveMilliseconds: Int64) {
    (self.capacity, timeToLive) = (capacity, timeToLiveMilliseconds)
  }

  private func place(_ nodeID: String, _ channel: UInt64) -> Int? {
    entries.firstIndex { $0.channel == channel && $0.nodeID == nodeID }
  }

  /// A node has come.
  mutating func joined(
    _ nodeID: String, _ name: String, _ wake: WakeChannel?, in channel: UInt64, at time: Int64
  ) {
    merge(
      Entry(channel: channel, nodeID: nodeID, name: name, wakeChannel: wake, lastSeen: time),
      isOwnWord: true)
    if let place = place(nodeID, channel) { entries[place].isOnline = true }
  }

  mutating func left(_ nodeID: String, in channel: UInt64, at time: Int64) {
    guard let place = place(nodeID, channel) else { return }
    entries[place].isOnline = false
    entries[place].lastSeen = time
    version &+= 1
  }

  /// What a node said of itself, or others of it: the newer word holds, a node's own always.
  package mutating func merge(_ entry: Entry, isOwnWord: Bool) {
    guard let known = place(entry.nodeID, entry.channel) else {
      guard makeRoom() else { return }
      entries.append(entry)
      version &+= 1
      return
    }
    let isNewer = !entries[known].isOnline && entry.lastSeen > entries[known].lastSeen
    guard isOwnWord || isNewer || entries[known].wakeChannel == nil else { return }
    if isOwnWord || isNewer {
      entries[known].name = entry.name
      entries[known].lastSeen = max(entries[known].lastSeen, entry.lastSeen)
    }
    if let wake = entry.wakeChannel, wake != entries[known].wakeChannel {
      entries[known].wakeChannel = wake
      version &+= 1
    }
  }

  /// Forgets who was seen too long ago.
  package mutating func expire(at time: Int64) {
    entries.removeAll { !$0.isOnline && time - $0.lastSeen > timeToLive }
  }

  private mutating func makeRoom() -> Bool {
    guard entries.count >= capacity else { return true }
    var oldest: Int?
    for index in entries.indices where !entries[index].isOnline {
      if oldest.map({ entries[index].lastSeen < entries[$0].lastSeen }) ?? true { oldest = index }
    }
    guard let oldest else { return false }
    entries.remove(at: oldest)
    return true
  }

  /// Writes what a node of `channel` is told of the others: `peer-info`.
  func write(for nodeID: String, in channel: UInt64, _ frame: inout JSONWriter) {
    frame.field("type", "peer-info")
    frame.array("peers") { list in
      var count = 0
      for entry in entries where entry.channel == channel && entry.nodeID != nodeID {
        guard count < Self.mostTold else { return }
        count += 1
        list.object { object in
          object.field("nodeId", entry.nodeID)
          object.field("name", entry.name)
          entry.writeWakeChannel(&object)
          object.field("lastSeen", entry.lastSeen)
        }
      }
    }
  }

  /// Whether there is anyone to tell a node of.
  func isEmpty(for nodeID: String, in channel: UInt64) -> Bool {
    !entries.contains { $0.channel == channel && $0.nodeID != nodeID }
  }
}
