// SPDX-License-Identifier: Apache-2.0

/// What a node knows of the others: after the handshake, now and then, and riding on heartbeats.
package struct PeerInfo: Equatable, Sendable {
  /// The frame that brings it: one of its own, or a heartbeat with a member `peers`, which nodes
  /// that do not know it ignore.
  package enum Carrier: Sendable {
    case frame, ping, pong

    var type: String {
      switch self {
      case .frame: "peer-info"
      case .ping: "ping"
      case .pong: "pong"
      }
    }
  }

  package struct Entry: Equatable, Sendable {
    package var nodeID: String
    package var name: String
    /// How the node can be woken.
    package var wakeChannel: WakeChannel?
    /// When its teller last heard it, milliseconds of the Unix epoch; 0 when unknown.
    package var lastSeenMilliseconds: Int64
    /// What the node itself has signed, name and wake channel among it.
    package var card: PeerCard?

    package init(
      nodeID: String, name: String, wakeChannel: WakeChannel? = nil, lastSeenMilliseconds: Int64,
      card: PeerCard? = nil
    ) {
      (self.nodeID, self.name, self.wakeChannel) = (nodeID, name, wakeChannel)
      self.lastSeenMilliseconds = lastSeenMilliseconds
      self.card = card
    }
  }

  /// Most entries read of one frame; further ones are ignored.
  package static let longest = 256

  package var peers: [Entry]
  package var carrier: Carrier

  package init(peers: [Entry], carrier: Carrier = .frame) {
    (self.peers, self.carrier) = (peers, carrier)
  }
}

extension PeerInfo {
  func write(_ frame: inout JSONWriter) {
    frame.array("peers") { list in
      for peer in peers { list.object { object in peer.write(&object) } }
    }
  }

  /// Entries without a usable identity are left out, as a newer version may add its own kinds.
  init(reading frame: JSONValue, on carrier: Carrier = .frame) throws(FrameFailure) {
    guard let list = frame.array("peers") else {
      throw .field("peers", of: "peer-info", expected: "a list")
    }
    self.carrier = carrier
    peers = []
    for index in 0..<min(list.count, Self.longest) {
      if let entry = list[index].flatMap({ Entry(reading: $0) }) { peers.append(entry) }
    }
  }
}

extension PeerInfo.Entry {
  package func write(_ object: inout JSONWriter) {
    object.field("nodeId", nodeID)
    object.field("name", name)
    if let wakeChannel { object.object("wakeChannel") { channel in wakeChannel.write(&channel) } }
    object.field("lastSeen", lastSeenMilliseconds)
    if let card { object.object("taumesh") { own in card.write(&own) } }
  }

  /// - Returns: `nil` without a usable identity and name.
  package init?(reading object: JSONValue) {
    guard let nodeID = object.string("nodeId"), isName(nodeID),
      let name = object.string("name"), isName(name)
    else { return nil }
    let wakeChannel = object.object("wakeChannel").flatMap { WakeChannel(reading: $0) }
    self.init(
      nodeID: nodeID, name: name, wakeChannel: wakeChannel,
      lastSeenMilliseconds: object.int("lastSeen") ?? 0,
      card: object.object("taumesh").flatMap {
        PeerCard(reading: $0, name: name, wakeChannel: wakeChannel)
      })
  }
}
