// SPDX-License-Identifier: Apache-2.0
package import MMP

/// Peers that can only be reached through a relay: the same links, records and keys, carried in
/// payloads that the relay cannot read. A direct connection is always preferred.
extension Peering {
  /// A node is at the relay, or there again.
  package mutating func relayJoined(_ name: String, at now: Int64) {
    if NodeID(foreign: name) == settings.connection.identity.nodeID { return }
    // Who comes again has forgotten the links it had.
    if !relay.joined(name, at: now) { endRoutes(to: name, at: now) }
    dialThroughRelay(at: now)
  }

  package mutating func relayLeft(_ name: String, at now: Int64) {
    relay.left(name)
    endRoutes(to: name, at: now)
  }

  /// The relay is out of reach, and everyone with it.
  package mutating func relayDown(at now: Int64) {
    relay.allLeft()
    for route in relay.routes { ended(route.connection, at: now) }
  }

  private mutating func endRoutes(to name: String, at now: Int64) {
    for route in relay.routes where route.to == name { ended(route.connection, at: now) }
  }

  /// A payload of the node `name`; datagrams are given back, for `pulses`.
  ///
  /// `seed` is drawn for this payload: it may begin a connection.
  package mutating func relayed(
    _ text: [UInt8], from name: String, _ seed: () -> ConnectionSeed?, at now: Int64
  ) -> [[UInt8]] {
    switch RelayPayload(text) {
    case .link(let piece): take(piece, name, seed, at: now)
    case .pulses(let datagrams): return datagrams
    case .frame: take(frame: text, name, seed, at: now)
    case nil: counters.badFrames += 1
    }
    return []
  }

  private mutating func take(
    _ piece: RelayPayload.Piece, _ name: String, _ seed: () -> ConnectionSeed?, at now: Int64
  ) {
    let known = relay.route(with: name, stream: piece.stream)
    if piece.isEnd {
      if let known { ended(known.connection, at: now) }
      return
    }
    guard let connection = known?.connection ?? begin(piece, name, seed, at: now) else { return }
    guard relay.isNext(piece.number, on: connection) else {
      return close(connection, .relayGap, at: now)
    }
    piece.bytes.withUnsafeBytes { received($0, on: connection, at: now) }
  }

  /// A link that the other side has begun, in place of those it had before.
  private mutating func begin(
    _ piece: RelayPayload.Piece, _ name: String, _ seed: () -> ConnectionSeed?, at now: Int64
  ) -> Int? {
    guard piece.number == 0 else {
      // Of a link that is over here: whoever goes on with it is told.
      let end = RelayPayload.Piece(stream: piece.stream, number: 0, bytes: [], isEnd: true)
      effects.append(.relay(to: name, RelayPayload.text(end)))
      return nil
    }
    for route in relay.routes where route.to == name && route.stream != nil && !route.isDialed {
      ended(route.connection, at: now)
    }
    guard let seed = seed(), let connection = accepted(seed, at: now) else { return nil }
    relay.accepted(name, stream: piece.stream, on: connection, at: now)
    return connection
  }

  private mutating func take(
    frame: [UInt8], _ name: String, _ seed: () -> ConnectionSeed?, at now: Int64
  ) {
    guard settings.connection.allowPlaintext else {
      counters.plaintextRefused += 1
      return
    }
    var connection = relay.route(with: name, stream: nil)?.connection
    if connection == nil {
      // Nodes in the field go on with their frames when we have begun anew: only a handshake
      // begins a connection.
      let isHandshake = frame.withUnsafeBytes {
        RelayEnvelope($0)?.text(.type, in: $0) == "handshake"
      }
      guard isHandshake, let seed = seed() else { return }
      connection = accepted(seed, at: now)
      if let connection { relay.accepted(name, stream: nil, on: connection, at: now) }
    }
    guard let connection else { return }
    RelayPeers.framed(frame).withUnsafeBytes { received($0, on: connection, at: now) }
  }

  /// Whether the peer in `slot` is reached through a relay.
  package func isRelayed(_ slot: Int) -> Bool { table[slot]?.isRelayed ?? false }

  /// What a relay calls the peer in `slot`.
  package func relayName(_ slot: Int) -> String? {
    table[slot].flatMap { relay.route(of: $0.connection)?.to }
  }

  /// What this node tells those first that are no Taumesh nodes.
  package var ownHandshake: Handshake {
    var handshake = settings.connection.handshake
    handshake.taumesh = nil
    return handshake
  }

  /// Nodes at the relay that this node knows of.
  package var relayCount: Int { relay.nodes.count }

  mutating func dialThroughRelay(at now: Int64) {
    while connections.count < settings.connectionCapacity,
      let node = relay.due(own: settings.connection.identity.nodeID, at: now, { isUnlinked($0) })
    {
      lastNumber += 1
      connections.append(
        Connection(
          number: lastNumber, target: nil,
          endpoint: PeerEndpoint(host: node.name, port: PeerEndpoint.relayPort), session: nil,
          stream: nil))
      relay.dialed(node.name, on: lastNumber, at: now)
      effects.append(
        .dial(connection: lastNumber, PeerEndpoint(host: node.name, port: PeerEndpoint.relayPort)))
    }
  }

  var relayDeadline: Int64 {
    // Whoever is due while there is no room is dialed when another connection has ended.
    guard connections.count < settings.connectionCapacity else { return .max }
    return relay.deadline(own: settings.connection.identity.nodeID) { isUnlinked($0) }
  }

  private func isUnlinked(_ nodeID: NodeID) -> Bool { table.slot(of: nodeID) == nil }

  /// Sends what a connection wants to send, on its way.
  mutating func transmit(_ bytes: [UInt8], on number: Int) {
    guard let (to, payloads) = relay.payloads(bytes, of: number) else {
      return effects.append(.send(connection: number, bytes))
    }
    for payload in payloads { effects.append(.relay(to: to, payload)) }
  }

  /// Ends the way of a connection that is over.
  mutating func endRoute(_ number: Int, at now: Int64) {
    if let (to, payload) = relay.ended(number, at: now) {
      effects.append(.relay(to: to, payload))
    }
  }
}
