// SPDX-License-Identifier: Apache-2.0
internal import MMP

/// Who is at the relay, whom to dial through it, and the links that go through it.
///
/// Of two Taumesh nodes the one with the smaller nodeId dials, so both decide alike; one that is
/// linked directly is not dialed. A link's stream travels in numbered pieces: when one is missing
/// the link is over, since its records cannot be opened any more.
struct RelayPeers: Sendable {
  struct Node: Sendable {
    /// What it calls itself at the relay.
    let name: String
    let nodeID: NodeID
    var attempts = 0
    var due: Int64
  }

  struct Route: Sendable {
    let connection: Int
    let to: String
    /// Of the link; nil where frames go as they are.
    let stream: UInt32?
    let isDialed: Bool
    let since: Int64
    var sent: UInt32 = 0
    var received: UInt32 = 0
  }

  /// Most nodes looked at; a larger relay is no place for this mesh alone.
  static let mostNodes = 256

  private(set) var nodes: [Node] = []
  private(set) var routes: [Route] = []
  private var jitter: Jitter
  private var lastStream: UInt32

  init(seed: UInt64) {
    jitter = Jitter(seed: seed ^ 0x7265_6C61_79)
    lastStream = UInt32(truncatingIfNeeded: seed)
  }

  func route(of connection: Int) -> Route? { routes.first { $0.connection == connection } }

  /// The route that carries a stream of a node, or its plain frames.
  func route(with name: String, stream: UInt32?) -> Route? {
    routes.first { $0.to == name && $0.stream == stream }
  }

  func node(_ name: String) -> Node? { nodes.first { $0.name == name } }

  /// Notes that a node is there; false where it was already, and so has begun anew.
  mutating func joined(_ name: String, at now: Int64) -> Bool {
    guard !nodes.contains(where: { $0.name == name }) else { return false }
    if nodes.count < Self.mostNodes {
      nodes.append(Node(name: name, nodeID: NodeID(foreign: name), due: now))
    }
    return true
  }

  mutating func left(_ name: String) { nodes.removeAll { $0.name == name } }
  mutating func allLeft() { nodes = [] }

  /// Whether this node is the one to dial: Taumesh nodes alone have identifiers of version 8.
  static func isToDial(_ nodeID: NodeID, own: NodeID) -> Bool {
    own < nodeID && nodeID.bytes[6] >> 4 == 8
  }

  /// The next node to dial that `isWanted`.
  func due(own: NodeID, at now: Int64, _ isWanted: (NodeID) -> Bool) -> Node? {
    nodes.first { node in
      node.due <= now && Self.isToDial(node.nodeID, own: own)
        && !routes.contains { $0.to == node.name } && isWanted(node.nodeID)
    }
  }

  /// When `due` may have someone, nanoseconds.
  func deadline(own: NodeID, _ isWanted: (NodeID) -> Bool) -> Int64 {
    var earliest = Int64.max
    for node in nodes
    where node.due < earliest && Self.isToDial(node.nodeID, own: own)
      && !routes.contains(where: { $0.to == node.name }) && isWanted(node.nodeID)
    { earliest = node.due }
    return earliest
  }

  /// Begins a link with a node, of a stream that was not before.
  mutating func dialed(_ name: String, on connection: Int, at now: Int64) {
    lastStream &+= 1
    routes.append(
      Route(connection: connection, to: name, stream: lastStream, isDialed: true, since: now))
  }

  /// Whether every other attempt is made with the secret before the current one, if there is one.
  func usesPrevious(_ connection: Int) -> Bool {
    route(of: connection).flatMap { node($0.to) }.map { $0.attempts % 2 == 1 } ?? false
  }

  /// Takes a link, or plain frames, that a node has begun.
  mutating func accepted(_ name: String, stream: UInt32?, on connection: Int, at now: Int64) {
    routes.append(
      Route(connection: connection, to: name, stream: stream, isDialed: false, since: now))
  }

  /// Notes the next piece of a route; false when one before it is missing.
  mutating func isNext(_ number: UInt32, on connection: Int) -> Bool {
    guard let index = routes.firstIndex(where: { $0.connection == connection }) else {
      return false
    }
    defer { routes[index].received &+= 1 }
    return routes[index].received == number
  }

  /// The payloads that carry `bytes` of a connection; nil for one that is not of the relay.
  mutating func payloads(_ bytes: [UInt8], of connection: Int) -> (to: String, [[UInt8]])? {
    guard let index = routes.firstIndex(where: { $0.connection == connection }) else { return nil }
    guard let stream = routes[index].stream else {
      return (routes[index].to, Self.frames(in: bytes))
    }
    var payloads: [[UInt8]] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      let part = rest.prefix(RelayPayload.pieceBytes)
      rest = rest.dropFirst(part.count)
      payloads.append(
        RelayPayload.text(
          RelayPayload.Piece(stream: stream, number: routes[index].sent, bytes: Array(part))))
      routes[index].sent &+= 1
    }
    return (routes[index].to, payloads)
  }

  /// Forgets a connection's route; what the other side is told, if anything.
  mutating func ended(_ connection: Int, at now: Int64) -> (to: String, payload: [UInt8])? {
    guard let index = routes.firstIndex(where: { $0.connection == connection }) else { return nil }
    let route = routes.remove(at: index)
    if let place = nodes.firstIndex(where: { $0.name == route.to }) {
      if now - route.since >= DiscoveryPolicy.stableAfter { nodes[place].attempts = 0 }
      let doubled = DiscoveryPolicy.shortestRetry << Int64(min(nodes[place].attempts, 6))
      let longest = Double(min(doubled, DiscoveryPolicy.longestRetry))
      nodes[place].attempts += 1
      nodes[place].due = now + Int64(longest * (0.5 + 0.5 * jitter.fraction()))
    }
    guard let stream = route.stream else { return nil }
    let end = RelayPayload.Piece(stream: stream, number: 0, bytes: [], isEnd: true)
    return (route.to, RelayPayload.text(end))
  }

  /// The JSON texts of frames, each behind its length in four bytes.
  private static func frames(in bytes: [UInt8]) -> [[UInt8]] {
    var frames: [[UInt8]] = []
    var rest = bytes[...]
    while rest.count > 4 {
      let length = Int(rest.prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) })
      frames.append(Array(rest.dropFirst(4).prefix(length)))
      rest = rest.dropFirst(4 + length)
    }
    return frames
  }

  /// A frame's JSON text as it goes over a stream.
  static func framed(_ text: [UInt8]) -> [UInt8] {
    let length = UInt32(truncatingIfNeeded: text.count)
    return (0..<4).map { UInt8(truncatingIfNeeded: length >> UInt32(24 - 8 * $0)) } + text
  }
}
