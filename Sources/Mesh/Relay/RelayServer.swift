// SPDX-License-Identifier: Apache-2.0
package import MMP

/// A relay: forwards what its clients send each other, and is itself a peer of theirs.
///
/// Pure: clients are numbers of connections. Report what the connections bring, pull `next` until
/// `nil` after every call and carry it out; call `tick` about once a second. A payload is forwarded
/// as the bytes that came; only what is addressed to the relay itself is read.
package struct RelayServer: Sendable {
  package enum Effect: Equatable, Sendable {
    case send(connection: UInt32, [UInt8])
    /// It may send messages of `messageLimit` from now on.
    case trust(connection: UInt32)
    /// Write what was sent before, then close; report nothing more of this connection.
    case close(connection: UInt32, RelayClose)
  }

  package struct Settings: Sendable {
    /// The relay's own identity and name.
    package var nodeID: String
    package var name: String
    package var publicKey: String?
    package var access: RelayAccess
    /// Most connections at a time.
    package var capacity = 1024
    /// Time between two pings to one client, and for its answer, nanoseconds.
    package var heartbeat = 10 * Nanoseconds.second
    package var heartbeatTimeout = 10 * Nanoseconds.second
    /// Time a connection has to say who it is, nanoseconds.
    package var authenticationTimeout = 10 * Nanoseconds.second
    /// A connection younger than this is not replaced by another of the same node, nanoseconds.
    package var youngest = 5 * Nanoseconds.second
    /// Most nodes remembered, those connected included.
    package var directoryCapacity = 4096
    /// How long nodes that are away are remembered, milliseconds.
    package var timeToLiveMilliseconds: Int64 = 7 * 86_400_000
    /// Time between two rounds of gossip, nanoseconds.
    package var gossipInterval = 60 * Nanoseconds.second

    package init(nodeID: String, name: String, access: RelayAccess) {
      (self.nodeID, self.name, self.access) = (nodeID, name, access)
    }
  }

  /// What was forwarded and refused since the start.
  package struct Counters: Equatable, Sendable {
    package var forwarded: UInt64 = 0
    /// Messages for nodes that are not in the sender's channel, or nowhere.
    package var undeliverable: UInt64 = 0
    /// Messages that mean nothing.
    package var malformed: UInt64 = 0
    package var refused: UInt64 = 0
    package var timedOut: UInt64 = 0
  }

  struct Client: Sendable {
    let connection: UInt32
    /// What came with the WebSocket's request.
    let bearer: String?
    let group: String?
    let since: Int64
    var nodeID = ""
    var name = ""
    var channel: UInt64 = 0
    var isMember = false
    /// What stands before a payload of this client, until the payload.
    var prefix: [UInt8] = []
    var nextPing: Int64
    /// When the answer to the last ping must be there; nil when it is.
    var dueAnswer: Int64?
    /// The version of the directory this client has been told.
    var told: UInt32 = 0
  }

  /// Longest message of a client that has not said who it is, bytes.
  package static let strangerLimit = 4096
  /// Longest message to be forwarded: a frame of 1 MiB and what stands around it, bytes.
  package static let messageLimit = (1 << 20) + 1024

  package internal(set) var counters = Counters()
  package internal(set) var directory: RelayDirectory
  /// Wall clock minus monotonic clock, nanoseconds.
  package var wallClockOffset: Int64 = 0
  let settings: Settings
  var clients: [Client] = []
  /// Each client's connection, and the hash of its node and channel (0 for a stranger), in the
  /// order of `clients`: short lists to look through.
  var numbers: [UInt32] = []
  var keys: [UInt64] = []
  var effects: [Effect] = []
  var nextEffect = 0
  private var nextGossip: Int64
  /// What stands before frames of the relay itself, and its handshake.
  let ownPrefix: [UInt8]
  let greeting: [UInt8]

  package init(_ settings: Settings, now: Int64) {
    self.settings = settings
    directory = RelayDirectory(
      capacity: settings.directoryCapacity,
      timeToLiveMilliseconds: settings.timeToLiveMilliseconds)
    nextGossip = now + settings.gossipInterval
    let prefix = RelayMessage.prefix(nodeID: settings.nodeID, name: settings.name)
    let handshake = RelayMessage.object("handshake") { frame in
      frame.field("nodeId", settings.nodeID)
      frame.field("name", settings.name)
      frame.field("version", "0.2.3")
      frame.array("extensions") { _ in }
      if let key = settings.publicKey { frame.field("publicKey", key) }
      frame.field("lifecycleRole", "observer")
    }
    ownPrefix = prefix
    greeting = handshake.withUnsafeBytes { RelayMessage.envelope(prefix, $0) }
  }

  /// Connections, those of strangers included.
  package var count: Int { clients.count }

  /// Takes the nodes met before this start.
  package mutating func restore(_ object: JSONValue, at now: Int64) {
    directory.read(object, at: milliseconds(now))
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

  /// A WebSocket has been opened, with the token of its header and the group of its path.
  package mutating func opened(
    _ connection: UInt32, bearer: String?, group: String?, at now: Int64
  ) {
    guard clients.count < settings.capacity else {
      return effects.append(.close(connection: connection, .full))
    }
    clients.append(
      Client(
        connection: connection, bearer: bearer, group: group, since: now,
        nextPing: now + settings.heartbeat))
    numbers.append(connection)
    keys.append(0)
  }

  /// A WebSocket has gone.
  package mutating func closed(_ connection: UInt32, at now: Int64) {
    guard let index = index(of: connection) else { return }
    let client = forget(index, at: now)
    if client.isMember { announce("relay-peer-left", client) }
  }

  /// The connection does not read what it is sent.
  package mutating func stalled(_ connection: UInt32, at now: Int64) {
    guard index(of: connection) != nil else { return }
    effects.append(.close(connection: connection, .slow))
    closed(connection, at: now)
  }

  /// Looks after time-outs, pings and gossip.
  package mutating func tick(at now: Int64) {
    var index = 0
    while index < clients.count {
      let client = clients[index]
      if !client.isMember, now - client.since >= settings.authenticationTimeout {
        refuse(index, .authenticationTimeout, at: now)
      } else if client.isMember, let due = client.dueAnswer, now >= due {
        refuse(index, .heartbeat, at: now)
      } else {
        if client.isMember, now >= client.nextPing { ping(index, at: now) }
        index += 1
      }
    }
    guard now >= nextGossip else { return }
    nextGossip = now + settings.gossipInterval
    directory.expire(at: milliseconds(now))
    for index in clients.indices where clients[index].isMember { gossip(index) }
  }

  private mutating func ping(_ index: Int, at now: Int64) {
    effects.append(.send(connection: clients[index].connection, RelayMessage.ping))
    clients[index].nextPing = now + settings.heartbeat
    if clients[index].dueAnswer == nil {
      clients[index].dueAnswer = now + settings.heartbeatTimeout
    }
  }

  /// Closes a connection for a time-out; the others are told.
  private mutating func refuse(_ index: Int, _ reason: RelayClose, at now: Int64) {
    counters.timedOut += 1
    let connection = clients[index].connection
    effects.append(.close(connection: connection, reason))
    closed(connection, at: now)
  }

  func index(of connection: UInt32) -> Int? {
    numbers.firstIndex(of: connection)
  }

  /// Takes a client out; whoever stays is told by the caller.
  @discardableResult
  mutating func forget(_ index: Int, at now: Int64) -> Client {
    let client = clients.remove(at: index)
    numbers.remove(at: index)
    keys.remove(at: index)
    if client.isMember {
      directory.left(client.nodeID, in: client.channel, at: milliseconds(now))
    }
    return client
  }

  /// Tells the others of a client's channel.
  mutating func announce(_ type: StaticString, _ client: Client) {
    let message = RelayMessage.peer(type, nodeID: client.nodeID, name: client.name)
    for other in clients
    where other.isMember && other.channel == client.channel
      && other.connection != client.connection
    {
      effects.append(.send(connection: other.connection, message))
    }
  }

  func milliseconds(_ now: Int64) -> Int64 {
    (now + wallClockOffset) / Nanoseconds.millisecond
  }
}
