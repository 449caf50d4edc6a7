// SPDX-License-Identifier: Apache-2.0
package import MMP

extension RelayDirectory {
  /// What is kept over a restart of the relay.
  package func write(_ object: inout JSONWriter) {
    object.array("peers") { list in
      for entry in entries {
        list.object { peer in
          peer.field("channel", Int64(bitPattern: entry.channel))
          peer.field("nodeId", entry.nodeID)
          peer.field("name", entry.name)
          entry.writeWakeChannel(&peer)
          peer.field("lastSeen", entry.lastSeen)
        }
      }
    }
  }

  /// Takes what `write` wrote; what cannot be read is left out.
  package mutating func read(_ object: JSONValue, at time: Int64) {
    guard let list = object.array("peers") else { return }
    for index in 0..<list.count {
      guard let peer = list[index], let channel = peer.int("channel"),
        let entry = Entry(reading: peer, channel: UInt64(bitPattern: channel), at: time)
      else { continue }
      merge(entry, isOwnWord: true)
    }
    expire(at: time)
  }
}

extension RelayDirectory.Entry {
  func writeWakeChannel(_ object: inout JSONWriter) {
    if let wakeChannel { object.object("wakeChannel") { wakeChannel.write(&$0) } }
  }

  /// Reads what is told of a node; nil without a usable identity.
  ///
  /// Nobody is seen in the future.
  init?(reading peer: JSONValue, channel: UInt64, at time: Int64) {
    guard let nodeID = relayName(peer, "nodeId"), let name = relayName(peer, "name") else {
      return nil
    }
    self.init(
      channel: channel, nodeID: nodeID, name: name,
      wakeChannel: peer.object("wakeChannel").flatMap { WakeChannel(reading: $0) },
      lastSeen: min(peer.int("lastSeen") ?? 0, time))
  }
}

/// A name or identity on the wire: 1 to 64 bytes, no control characters.
func relayName(_ object: JSONValue, _ key: String) -> String? {
  guard let text = object.string(key), (1...64).contains(text.utf8.count),
    !text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F })
  else { return nil }
  return text
}
