// SPDX-License-Identifier: Apache-2.0

/// What a node knows of the others it has met; sent after the handshake and now and then.
package struct PeerInfo: Equatable, Sendable {
  package struct Entry: Equatable, Sendable {
    package var nodeID: String
    package var name: String
    /// When its teller last heard it, milliseconds of the Unix epoch; 0 when unknown.
    package var lastSeenMilliseconds: Int64

    package init(nodeID: String, name: String, lastSeenMilliseconds: Int64) {
      self.nodeID = nodeID
      self.name = name
      self.lastSeenMilliseconds = lastSeenMilliseconds
    }
  }

  /// Most entries read of one frame; further ones are ignored.
  package static let longest = 256

  package var peers: [Entry]

  package init(peers: [Entry]) { self.peers = peers }
}

extension PeerInfo {
  func write(_ frame: inout JSONWriter) {
    frame.array("peers") { list in
      for peer in peers {
        list.object { object in
          object.field("nodeId", peer.nodeID)
          object.field("name", peer.name)
          object.field("lastSeen", peer.lastSeenMilliseconds)
        }
      }
    }
  }

  /// Entries without a usable identity are left out, as a newer version may add its own kinds.
  init(reading frame: JSONValue) throws(FrameFailure) {
    guard let list = frame.array("peers") else {
      throw .field("peers", of: "peer-info", expected: "a list")
    }
    peers = []
    for index in 0..<min(list.count, Self.longest) {
      guard let object = list[index], let nodeID = object.string("nodeId"), isName(nodeID),
        let name = object.string("name"), isName(name)
      else { continue }
      let lastSeen = object.int("lastSeen") ?? 0
      peers.append(Entry(nodeID: nodeID, name: name, lastSeenMilliseconds: lastSeen))
    }
  }
}
