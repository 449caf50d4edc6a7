// SPDX-License-Identifier: Apache-2.0
internal import MMP

extension RelayServer {
  /// Takes one message of a client.
  package mutating func received(
    _ text: UnsafeRawBufferPointer, on connection: UInt32, at now: Int64
  ) {
    guard let index = index(of: connection) else { return }
    guard clients[index].isMember else { return authenticate(text, index, at: now) }
    guard let envelope = RelayEnvelope(text) else {
      counters.malformed += 1
      return
    }
    if let payload = envelope[.payload], text[payload.lowerBound] == UInt8(ascii: "{") {
      forward(payload, envelope, text, from: index, at: now)
    } else {
      switch envelope.text(.type, in: text) {
      case "relay-pong": clients[index].dueAnswer = nil
      // What a client says again when it is asked to.
      case "relay-auth": break
      default: counters.malformed += 1
      }
    }
  }

  package mutating func received(_ text: [UInt8], on connection: UInt32, at now: Int64) {
    text.withUnsafeBytes { received($0, on: connection, at: now) }
  }

  // A client says who it is.

  private mutating func authenticate(
    _ text: UnsafeRawBufferPointer, _ index: Int, at now: Int64
  ) {
    let connection = clients[index].connection
    guard let hello = RelayHello(text), hello.nodeID != settings.nodeID else {
      return turnAway(index, .badAuthentication, nil, at: now)
    }
    let channel = settings.access.channel(
      token: clients[index].bearer ?? hello.token, group: clients[index].group ?? hello.group)
    guard let channel else { return turnAway(index, .badToken, "Invalid token", at: now) }
    let key = Self.key(hello.nodeID, channel)
    if let other = member(hello.nodeID, channel, key) {
      guard now - clients[other].since >= settings.youngest else {
        return turnAway(index, .tooYoung, "Already connected", at: now)
      }
      effects.append(.close(connection: clients[other].connection, .replaced))
      // The others see it join again; that the old connection went is not told.
      forget(other, at: now)
    }
    guard let place = self.index(of: connection) else { return }
    admit(place, hello, channel, key, at: now)
    announce("relay-peer-joined", clients[place])
  }

  private mutating func admit(
    _ index: Int, _ hello: RelayHello, _ channel: UInt64, _ key: UInt64, at now: Int64
  ) {
    keys[index] = key
    clients[index].isMember = true
    clients[index].channel = channel
    (clients[index].nodeID, clients[index].name) = (hello.nodeID, hello.name)
    clients[index].prefix = RelayMessage.prefix(nodeID: hello.nodeID, name: hello.name)
    clients[index].nextPing = now + settings.heartbeat
    directory.joined(
      hello.nodeID, hello.name, hello.wakeChannel, in: channel, at: milliseconds(now))
    let connection = clients[index].connection
    effects.append(.trust(connection: connection))
    effects.append(.send(connection: connection, peers(for: hello.nodeID, in: channel)))
    effects.append(.send(connection: connection, greeting))
    gossip(index)
  }

  private mutating func turnAway(
    _ index: Int, _ reason: RelayClose, _ message: StaticString?, at now: Int64
  ) {
    counters.refused += 1
    let connection = clients[index].connection
    if let message { effects.append(.send(connection: connection, RelayMessage.error(message))) }
    effects.append(.close(connection: connection, reason))
    forget(index, at: now)
  }

  /// Who is in a channel, and who was.
  ///
  /// The relay is one of them.
  private func peers(for nodeID: String, in channel: UInt64) -> [UInt8] {
    var writer = JSONWriter()
    writer.object { message in
      message.field("type", "relay-peers")
      message.array("peers") { list in
        list.object { peer in
          peer.field("nodeId", settings.nodeID)
          peer.field("name", settings.name)
          peer.field("relay", true)
        }
        // Those who are there come first: the list may be cut.
        for isOnline in [true, false] {
          for entry in directory.entries
          where entry.isOnline == isOnline && entry.channel == channel && entry.nodeID != nodeID {
            guard list.bytes.count < RelayMessage.listBytes else { return }
            Self.write(entry, &list)
          }
        }
      }
    }
    return writer.bytes
  }

  private static func write(_ entry: RelayDirectory.Entry, _ list: inout JSONWriter) {
    list.object { peer in
      peer.field("nodeId", entry.nodeID)
      peer.field("name", entry.name)
      entry.writeWakeChannel(&peer)
      if !entry.isOnline { peer.field("offline", true) }
    }
  }

  // What clients send each other.

  private mutating func forward(
    _ payload: Range<Int>, _ envelope: RelayEnvelope, _ text: UnsafeRawBufferPointer,
    from index: Int, at now: Int64
  ) {
    let sender = clients[index]
    let content = UnsafeRawBufferPointer(rebasing: text[payload])
    guard !envelope.isVoid(.to, in: text) else {
      let message = RelayMessage.envelope(sender.prefix, content)
      for other in clients
      where other.isMember && other.channel == sender.channel
        && other.connection != sender.connection
      {
        counters.forwarded += 1
        effects.append(.send(connection: other.connection, message))
      }
      return
    }
    guard let to = envelope.text(.to, in: text) else {
      counters.malformed += 1
      return
    }
    if to == settings.nodeID { return take(content, from: index, at: now) }
    guard let other = member(to, sender.channel, Self.key(to, sender.channel)) else {
      counters.undeliverable += 1
      return
    }
    counters.forwarded += 1
    effects.append(
      .send(
        connection: clients[other].connection, RelayMessage.envelope(sender.prefix, content)))
  }

  private func member(_ nodeID: String, _ channel: UInt64, _ key: UInt64) -> Int? {
    for index in keys.indices where keys[index] == key {
      if clients[index].nodeID == nodeID, clients[index].channel == channel { return index }
    }
    return nil
  }

  /// FNV-1a of a node and its channel; never 0.
  private static func key(_ nodeID: String, _ channel: UInt64) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325 ^ channel
    for byte in nodeID.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    return hash | 1
  }

  // The relay as a peer.

  /// Takes a frame addressed to the relay itself.
  private mutating func take(_ frame: UnsafeRawBufferPointer, from index: Int, at now: Int64) {
    let client = clients[index]
    let time = milliseconds(now)
    var learned: [RelayDirectory.Entry] = []
    var isPing = false
    do throws(JSONFailure) {
      try JSONDocument.read(frame, limits: RelayMessage.limits) { root in
        switch root.string("type") {
        case "ping": isPing = true
        case "wake-channel":
          learned.append(
            RelayDirectory.Entry(
              channel: client.channel, nodeID: client.nodeID, name: client.name,
              wakeChannel: WakeChannel(reading: root), lastSeen: time))
        case "peer-info":
          let list = root.array("peers")
          for place in 0..<min(list?.count ?? 0, PeerInfo.longest) {
            guard let peer = list?[place],
              let entry = RelayDirectory.Entry(
                reading: peer, channel: client.channel, at: time),
              entry.nodeID != settings.nodeID
            else { continue }
            learned.append(entry)
          }
        default: break
        }
      }
    } catch {
      counters.malformed += 1
      return
    }
    if isPing { sendOwn(index) { $0.field("type", "pong") } }
    for entry in learned { directory.merge(entry, isOwnWord: entry.nodeID == client.nodeID) }
  }

  /// Tells a client of the others, unless it has been told all.
  mutating func gossip(_ index: Int) {
    let client = clients[index]
    guard client.told != directory.version else { return }
    clients[index].told = directory.version
    guard !directory.isEmpty(for: client.nodeID, in: client.channel) else { return }
    let directory = directory
    sendOwn(index) { directory.write(for: client.nodeID, in: client.channel, &$0) }
  }

  private mutating func sendOwn(_ index: Int, _ frame: (inout JSONWriter) -> Void) {
    var writer = JSONWriter()
    writer.object(frame)
    let message = writer.bytes.withUnsafeBytes { RelayMessage.envelope(ownPrefix, $0) }
    effects.append(.send(connection: clients[index].connection, message))
  }
}
