// SPDX-License-Identifier: Apache-2.0
package import MMP

/// A node's whole side of the mesh: whom to dial, every connection, the peers, their pulses.
///
/// Pure: connections are numbers, given out here and never used twice. Report what the sockets
/// do, pull `next` until `nil` after every call and carry it out; call `tick` at `deadline`. Send
/// and receive datagrams through `pulses` directly.
package struct Peering: Sendable {
  package enum Effect: Equatable, Sendable {
    /// Connect, then report `dialed` or `dialFailed`.
    case dial(connection: Int, PeerEndpoint)
    /// Stop connecting; report nothing more of this connection.
    case cancelDial(connection: Int)
    case send(connection: Int, [UInt8])
    /// Write what was sent before, then close; report nothing more of this connection.
    case close(connection: Int, CloseReason)
    /// A peer is there; its datagrams go to the connection's remote address, at `udpPort`.
    case joined(slot: Int, connection: Int, PeerSummary)
    /// The same start of the same peer, over another connection than before.
    case moved(slot: Int, connection: Int, PeerSummary)
    case left(slot: Int, NodeID, CloseReason)
    case frame(slot: Int, Frame)
    /// A second living node uses this identity.
    case conflict(NodeID)
  }

  private struct Connection: Sendable {
    let number: Int
    let target: DiscoveryPolicy.Target?
    let endpoint: PeerEndpoint?
    var session: SessionID?
    /// `nil` while being dialed.
    var stream: PeerConnection?
  }

  /// How often peers are told of the others, nanoseconds.
  package static let gossipInterval = 60 * Nanoseconds.second
  /// Most others told of at once.
  private static let gossipLength = 32

  package private(set) var counters = PeeringCounters()
  package private(set) var table: PeerTable
  package private(set) var policy: DiscoveryPolicy
  /// Datagrams in and out; touch it for nothing else.
  package var pulses: PulsePath
  /// Wall clock minus monotonic clock, nanoseconds; frames for other MMP nodes carry wall time.
  package var wallClockOffset: Int64 = 0

  private let settings: PeeringSettings
  private var connections: [Connection] = []
  private var summaries: [PeerSummary?]
  private var lastNumber = 0
  private var nextGossip: Int64
  private var effects: [Effect] = []
  private var nextEffect = 0

  package init(_ settings: PeeringSettings, now: Int64) {
    let own = settings.connection.identity.nodeID
    self.settings = settings
    table = PeerTable(
      ownID: own, capacity: settings.capacity, secureNodes: settings.secureNodes)
    policy = DiscoveryPolicy(
      ownID: own, meshID: settings.connection.key.meshID, configured: settings.configured,
      allowPlaintext: settings.connection.allowPlaintext, capacity: 2 * settings.capacity,
      seed: settings.jitterSeed, now: now)
    pulses = PulsePath(
      capacity: settings.capacity, channels: settings.channels,
      boot: settings.connection.handshake.taumesh?.boot ?? 0, rate: settings.rate, now: now)
    summaries = [PeerSummary?](repeating: nil, count: settings.capacity)
    nextGossip = now + Self.gossipInterval
  }

  /// What the peer in `slot` said of itself.
  package subscript(slot: Int) -> PeerSummary? {
    summaries.indices.contains(slot) ? summaries[slot] : nil
  }

  /// Connections that stand or are being made.
  package var connectionCount: Int { connections.count }

  /// When `tick` is next worth calling, nanoseconds; datagrams have their own deadline.
  package var deadline: Int64 {
    var earliest = min(nextGossip, policy.deadline ?? .max)
    for connection in connections {
      earliest = min(earliest, connection.stream?.deadline ?? .max)
    }
    return earliest
  }

  package mutating func next() -> Effect? {
    guard nextEffect < effects.count else {
      effects.removeAll(keepingCapacity: effects.count <= 64)
      nextEffect = 0
      return nil
    }
    nextEffect += 1
    return effects[nextEffect - 1]
  }

  package mutating func tick(at now: Int64) {
    for number in connections.map({ $0.number }) {
      guard let index = index(of: number), let due = connections[index].stream?.deadline,
        due <= now
      else { continue }
      connections[index].stream?.tick(at: now)
      settle(number, at: now)
    }
    gossip(at: now)
    dial(at: now)
  }

  /// Ends every connection, for a node that stops.
  package mutating func stop(at now: Int64) {
    for number in connections.map({ $0.number }) { close(number, .stopping, at: now) }
  }
}

// MARK: - What sockets and mDNS report

extension Peering {
  /// Someone has connected.
  ///
  /// When there are too many, the oldest that has not said who it is gives way: strangers who
  /// only hold connections cannot keep members out.
  ///
  /// - Returns: The connection's number, or `nil` to close it at once.
  package mutating func accepted(_ seed: ConnectionSeed, at now: Int64) -> Int? {
    if connections.count >= settings.connectionCapacity, let oldest = oldestStranger {
      close(oldest, .tooManyConnections, at: now)
    }
    guard connections.count < settings.connectionCapacity,
      let session = pulses.reserve(randomness: seed.session)
    else {
      counters.count(.tooManyConnections)
      return nil
    }
    lastNumber += 1
    let stream = PeerConnection(
      role: .acceptor, settings: settings.connection, pulseSession: session,
      ephemeralSeed: seed.ephemeral, now: now)
    connections.append(
      Connection(
        number: lastNumber, target: nil, endpoint: nil, session: session, stream: stream))
    return lastNumber
  }

  /// The connection asked for by `dial` stands.
  package mutating func dialed(_ number: Int, _ seed: ConnectionSeed, at now: Int64) {
    guard let index = index(of: number), let endpoint = connections[index].endpoint else { return }
    guard let session = pulses.reserve(randomness: seed.session) else {
      forget(number, at: now)
      effects.append(.close(connection: number, .tooManyConnections))
      return counters.count(.tooManyConnections)
    }
    connections[index].session = session
    connections[index].stream = PeerConnection(
      role: .dialer(isSecure: endpoint.isSecure), settings: settings.connection,
      pulseSession: session, ephemeralSeed: seed.ephemeral, now: now)
    settle(number, at: now)
  }

  /// The connection asked for by `dial` could not be made.
  package mutating func dialFailed(_ number: Int, at now: Int64) { forget(number, at: now) }

  package mutating func received(
    _ bytes: UnsafeRawBufferPointer, on number: Int, at now: Int64
  ) {
    guard let index = index(of: number) else { return }
    connections[index].stream?.receive(bytes, at: now)
    settle(number, at: now)
  }

  /// The peer has closed, or the stream has failed.
  package mutating func ended(_ number: Int, at now: Int64) {
    guard let index = index(of: number) else { return }
    guard connections[index].stream != nil else { return forget(number, at: now) }
    connections[index].stream?.receiveEnd()
    settle(number, at: now)
  }

  /// mDNS shows a node.
  package mutating func found(_ peer: FoundPeer, at now: Int64) {
    policy.found(peer, at: now)
    dial(at: now)
  }

  /// mDNS says that a node has gone.
  package mutating func lost(_ nodeID: NodeID, at now: Int64) {
    policy.lost(nodeID)
    dial(at: now)
  }

  /// Sends a frame to the peer in `slot`, if it is still there.
  package mutating func send(_ frame: Frame, to slot: Int, at now: Int64) {
    guard let number = table[slot]?.connection, let index = index(of: number) else { return }
    connections[index].stream?.send(frame, at: now)
    settle(number, at: now)
  }

  /// Ends a connection, as when its stream cannot take more bytes.
  package mutating func close(_ number: Int, _ reason: CloseReason, at now: Int64) {
    guard let index = index(of: number) else { return }
    guard connections[index].stream != nil else {
      forget(number, at: now)
      return effects.append(.cancelDial(connection: number))
    }
    connections[index].stream?.close(reason)
    settle(number, at: now)
  }
}

// MARK: - What follows from it

extension Peering {
  private func index(of number: Int) -> Int? {
    connections.firstIndex { $0.number == number }
  }

  private var oldestStranger: Int? {
    connections.first { connection in
      connection.target == nil && connection.stream?.summary == nil
    }?.number
  }

  /// Carries on what the connection wants, until it wants nothing more.
  private mutating func settle(_ number: Int, at now: Int64) {
    while let index = index(of: number), let effect = connections[index].stream?.next() {
      switch effect {
      case .send(let bytes): effects.append(.send(connection: number, bytes))
      case .established(let summary): admit(summary, on: number, at: now)
      case .frame(let frame):
        if let slot = table.slot(ofConnection: number) {
          effects.append(.frame(slot: slot, frame))
        }
      case .dropped: counters.badFrames += 1
      case .close(let reason): finish(number, reason, at: now)
      }
    }
  }

  private mutating func admit(_ summary: PeerSummary, on number: Int, at now: Int64) {
    refreshPrior(summary.nodeID)
    let peer = PeerTable.Peer(
      nodeID: summary.nodeID, connection: number, isOutbound: summary.isOutbound,
      isSecure: summary.isSecure, boot: summary.link?.hello.boot ?? 0, lastHeard: now)
    let prior = table.slot(of: summary.nodeID).flatMap { slot in table[slot] }
    switch table.admit(peer, at: now) {
    case .added(let slot):
      join(summary, slot, number, at: now)
      effects.append(.joined(slot: slot, connection: number, summary))
      greet(slot, at: now)
    case .replaced(let slot, let closing):
      replace(slot, closing, at: now)
      join(summary, slot, number, at: now)
      if prior?.boot == peer.boot, prior?.isSecure == peer.isSecure {
        effects.append(.moved(slot: slot, connection: number, summary))
      } else {
        effects.append(.left(slot: slot, summary.nodeID, .replaced))
        effects.append(.joined(slot: slot, connection: number, summary))
      }
      greet(slot, at: now)
    case .refused(let reason):
      // Who is there has been learned all the same: it is not dialed while it is linked.
      identify(number, summary.nodeID, at: now)
      if reason == .conflict { effects.append(.conflict(summary.nodeID)) }
      close(number, .refused(reason), at: now)
    }
  }

  /// Datagrams are life too: a stream is quiet for seconds while pulses flow.
  private mutating func refreshPrior(_ nodeID: NodeID) {
    guard let slot = table.slot(of: nodeID), let prior = table[slot],
      let index = index(of: prior.connection)
    else { return }
    let stream = connections[index].stream?.lastHeard ?? prior.lastHeard
    table.heard(slot, at: max(stream, pulses.lastHeard(of: slot) ?? stream))
  }

  private mutating func join(
    _ summary: PeerSummary, _ slot: Int, _ number: Int, at now: Int64
  ) {
    summaries[slot] = summary
    policy.linked(summary.nodeID)
    identify(number, summary.nodeID, at: now)
    guard let index = index(of: number), let link = summary.link,
      let session = connections[index].session,
      link.hello.pulseSession.rawValue != 0, link.hello.udpPort != 0
    else { return pulses.close(slot) }
    pulses.open(
      slot,
      PulsePeer(
        ownSession: session, peerSession: link.hello.pulseSession, keys: link.keys,
        boot: link.hello.boot,
        intervalMilliseconds: summary.handshake.taumesh?.pulseIntervalMilliseconds ?? 0),
      at: now)
  }

  private mutating func identify(_ number: Int, _ nodeID: NodeID, at now: Int64) {
    guard let index = index(of: number), let target = connections[index].target else { return }
    policy.established(target, nodeID: nodeID, at: now)
  }

  /// Closes the connection that gave way; its peer stays in its slot.
  private mutating func replace(_ slot: Int, _ closing: Int, at now: Int64) {
    guard let index = index(of: closing) else { return }
    connections[index].stream?.close(.replaced)
    settle(closing, at: now)
  }

  private mutating func finish(_ number: Int, _ reason: CloseReason, at now: Int64) {
    counters.count(reason)
    effects.append(.close(connection: number, reason))
    if reason == .ourselves {
      identify(number, settings.connection.identity.nodeID, at: now)
    }
    forget(number, at: now)
    guard let slot = table.slot(ofConnection: number), let peer = table[slot] else { return }
    _ = table.remove(connection: number)
    pulses.close(slot)
    summaries[slot] = nil
    policy.unlinked(peer.nodeID, at: now)
    effects.append(.left(slot: slot, peer.nodeID, reason))
  }

  private mutating func forget(_ number: Int, at now: Int64) {
    guard let index = index(of: number) else { return }
    let connection = connections.remove(at: index)
    if let target = connection.target { policy.ended(target, at: now) }
    if let session = connection.session { pulses.release(session) }
  }

  private mutating func dial(at now: Int64) {
    while let effect = policy.next(at: now) {
      switch effect {
      case .dial(let target, let endpoint): dial(target, endpoint, at: now)
      case .cancel(let target):
        guard let index = connections.firstIndex(where: { $0.target == target }) else { continue }
        let connection = connections.remove(at: index)
        if connection.stream == nil {
          effects.append(.cancelDial(connection: connection.number))
        } else {
          effects.append(.close(connection: connection.number, .stopping))
        }
        if let session = connection.session { pulses.release(session) }
      }
    }
  }

  private mutating func dial(_ target: Int, _ endpoint: PeerEndpoint, at now: Int64) {
    guard connections.count < settings.connectionCapacity else {
      return policy.ended(target, at: now)
    }
    lastNumber += 1
    connections.append(
      Connection(
        number: lastNumber, target: target, endpoint: endpoint, session: nil, stream: nil))
    effects.append(.dial(connection: lastNumber, endpoint))
  }

  private mutating func gossip(at now: Int64) {
    guard now >= nextGossip else { return }
    nextGossip = now + Self.gossipInterval
    for slot in 0..<summaries.count where summaries[slot] != nil { greet(slot, at: now) }
  }

  /// Tells the peer in `slot` of the others.
  private mutating func greet(_ slot: Int, at now: Int64) {
    var others: [PeerInfo.Entry] = []
    for other in 0..<summaries.count where other != slot && others.count < Self.gossipLength {
      guard let summary = summaries[other], let peer = table[other] else { continue }
      let heard = max(peer.lastHeard, pulses.lastHeard(of: other) ?? 0)
      others.append(
        PeerInfo.Entry(
          nodeID: summary.handshake.nodeID, name: summary.name,
          lastSeenMilliseconds: (heard + wallClockOffset) / Nanoseconds.millisecond))
    }
    send(.peerInfo(PeerInfo(peers: others)), to: slot, at: now)
  }
}
