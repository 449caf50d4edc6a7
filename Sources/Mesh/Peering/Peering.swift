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
    /// Send a payload to a node at the relay.
    case relay(to: String, [UInt8])
    /// Write what was sent before, then close; report nothing more of this connection.
    case close(connection: Int, CloseReason)
    /// A peer is there; its datagrams go to the connection's remote address, at `udpPort`.
    case joined(slot: Int, connection: Int, PeerSummary)
    /// The same start of the same peer, over another connection than before.
    case moved(slot: Int, connection: Int, PeerSummary)
    case left(slot: Int, NodeID, CloseReason)
    case frame(slot: Int, Frame)
    /// What the owner of the mesh has said has changed, or a secret's time is over: `ledger` is to
    /// be kept.
    case ledgerChanged
    /// A second living node uses this identity.
    case conflict(NodeID)
  }

  struct Connection: Sendable {
    let number: Int
    let target: DiscoveryPolicy.Target?
    let endpoint: PeerEndpoint?
    var session: SessionID?
    /// `nil` while being dialed.
    var stream: PeerConnection?

    func isDue(at now: Int64) -> Bool { (stream?.deadline).map { $0 <= now } ?? false }
  }

  /// How often peers are told of the others, nanoseconds.
  package static let gossipInterval = 60 * Nanoseconds.second
  /// Most others told of in one frame, and on one heartbeat.
  static let gossipLength = 32
  static let newsLength = 8
  /// How often a node signs anew what it is: a sign of life for nodes that do not see it.
  static let cardInterval = 3600 * Nanoseconds.second

  package internal(set) var counters = PeeringCounters()
  package internal(set) var table: PeerTable
  package internal(set) var policy: DiscoveryPolicy
  /// Every node known of, there or away.
  package internal(set) var directory: PeerDirectory
  /// Datagrams in and out; touch it for nothing else.
  package var pulses: PulsePath
  /// What the owner of the mesh has said, and the secrets that follow.
  package internal(set) var ledger: OwnerLedger
  /// Wall clock minus monotonic clock, nanoseconds; frames for other MMP nodes carry wall time.
  package var wallClockOffset: Int64 = 0

  var settings: PeeringSettings
  var connections: [Connection] = []
  var relay: RelayPeers
  var summaries: [PeerSummary?]
  var lastNumber = 0
  var nextGossip: Int64
  /// What this node says of itself, and when it says it anew.
  var ownCard: PeerCard?
  var nextCard: Int64
  /// Of the newest card of this node, also before this start.
  package internal(set) var cardSequence: UInt64
  /// When the mesh secret before the current one is given up; `.max` for not yet known, or none.
  var overlapEnd = Int64.max
  var effects: [Effect] = []
  var nextEffect = 0

  package init(_ settings: PeeringSettings, now: Int64) {
    let own = settings.connection.identity.nodeID
    self.settings = settings
    relay = RelayPeers(seed: settings.jitterSeed)
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
    (nextCard, cardSequence) = (now, settings.cardSequence)
    directory = PeerDirectory(
      ownID: own, capacity: settings.directoryCapacity, timeToLive: settings.timeToLive)
    directory.restore(settings.known)
    ledger =
      settings.ledger
      ?? OwnerLedger(
        meshID: settings.connection.key.meshID, secret: settings.connection.key.secret)
    useLedger()
  }

  /// What the peer in `slot` said of itself.
  package subscript(slot: Int) -> PeerSummary? {
    summaries.indices.contains(slot) ? summaries[slot] : nil
  }

  /// Connections that stand or are being made.
  package var connectionCount: Int { connections.count }

  /// When `tick` is next worth calling, nanoseconds; datagrams have their own deadline.
  package var deadline: Int64 {
    var earliest = min(nextGossip, overlapEnd, relayDeadline, policy.deadline ?? .max)
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
    // Numbers ascend in the list; with a datagram to send this runs, so it makes no list of them.
    var last = 0
    while let index = connections.firstIndex(where: { $0.number > last && $0.isDue(at: now) }) {
      last = connections[index].number
      offerNews(index)
      connections[index].stream?.tick(at: now)
      settle(last, at: now)
    }
    watchOverlap(at: now)
    gossip(at: now)
    dial(at: now)
    dialThroughRelay(at: now)
  }

  /// Ends every connection, for a node that stops.
  package mutating func stop(at now: Int64) {
    for number in connections.map({ $0.number }) { close(number, .stopping, at: now) }
  }
}
