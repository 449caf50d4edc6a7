// SPDX-License-Identifier: Apache-2.0
import MMP
import Testing

@testable import Mesh

/// Several nodes with lossless streams and datagrams that take 1 ms, in virtual time.
struct Town {
  /// One end of a stream: the connection `number` of node `node`.
  struct End: Equatable {
    var node: Int
    var number: Int
  }

  struct Stream {
    var dialer: End
    var acceptor: End
    var isOpen = true
  }

  static let step = Nanoseconds.millisecond
  /// Whether nodes sign what they are.
  var described = false
  var nodes: [Peering] = []
  /// Nodes whose process does not run any more.
  var dead: Set<Int> = []
  var streams: [Stream] = []
  var effects: [[Peering.Effect]] = []
  var pulsesHeard: [[Int]] = []
  var now: Int64 = 0
  var relay = TownRelay()
  /// Every datagram that went out, with its receiver.
  var datagrams: [(to: Int, bytes: [UInt8])] = []
  private var flying: [(at: Int64, to: Int, bytes: [UInt8])] = []
  private var bytes: [(from: End, [UInt8])] = []
  private var random = SplitMix64(seed: 99)
  private var seed: UInt8 = 0

  /// The node's host is its number as text; node `n` dials those named.
  mutating func add(
    _ settings: ConnectionSettings, dials: [Int], capacity: Int = 8
  ) {
    let configured = dials.map { PeerEndpoint(host: "\($0)", port: 7778) }
    var peering = PeeringSettings(
      connection: settings, configured: configured, capacity: capacity, channels: 1,
      rate: .wired, jitterSeed: UInt64(nodes.count))
    if described {
      let wake = WakeChannel(platform: "wol", token: "wake \(nodes.count + 1)")
      peering.description = PeerDescription(
        profile: "server", memory: 512, adapters: ["microphone"], wakeChannel: wake)
    }
    nodes.append(Peering(peering, now: now))
    effects.append([])
    pulsesHeard.append([])
  }

  /// Starts node `index` anew, as after a crash: its streams break, its memory is gone.
  mutating func restart(_ index: Int, _ settings: ConnectionSettings, dials: [Int]) {
    for stream in streams.indices { breakStream(stream, unless: index) }
    let configured = dials.map { PeerEndpoint(host: "\($0)", port: 7778) }
    nodes[index] = Peering(
      PeeringSettings(
        connection: settings, configured: configured, capacity: 8, channels: 1, rate: .wired,
        jitterSeed: 5), now: now)
    dead.remove(index)
  }

  private mutating func breakStream(_ index: Int, unless node: Int) {
    let stream = streams[index]
    guard stream.isOpen, stream.dialer.node == node || stream.acceptor.node == node else { return }
    streams[index].isOpen = false
    let other = stream.dialer.node == node ? stream.acceptor : stream.dialer
    nodes[other.node].ended(other.number, at: now)
  }

  mutating func run(seconds: Double) throws {
    let end = now + Int64(seconds * 1e9)
    while now < end {
      now += Self.step
      for index in nodes.indices where !dead.contains(index) {
        nodes[index].pulses.offer(pulse(now), channel: 0)
        if nodes[index].deadline <= now { nodes[index].tick(at: now) }
        pump(index)
      }
      deliver()
      while try work() {}
    }
  }

  private func pulse(_ now: Int64) -> Pulse {
    Pulse(
      time: now, boot: 0, sequence: 0, channel: ChannelID(name: "hum"), re: 1, im: 0,
      frequencyMicrohertz: 50_000_000, bandwidth: 6, effectiveCount: 30, quality: 200, flags: 0,
      decisionTau: 5, digest: 1)
  }

  private mutating func pump(_ index: Int) {
    carryRelayed(index)
    var buffer = [UInt8](repeating: 0, count: 81)
    while let out = buffer.withUnsafeMutableBytes({
      nodes[index].pulses.nextDatagram(at: now, into: $0)
    }) {
      guard let number = nodes[index].table[out.peer]?.connection,
        let other = otherEnd(End(node: index, number: number))
      else { continue }
      let bytes = Array(buffer[..<out.count])
      datagrams.append((other.node, bytes))
      flying.append((now + Self.step, other.node, bytes))
    }
  }

  private func otherEnd(_ end: End) -> End? {
    for stream in streams where stream.isOpen {
      if stream.dialer == end { return stream.acceptor }
      if stream.acceptor == end { return stream.dialer }
    }
    return nil
  }

  private mutating func deliver() {
    let due = flying.filter { $0.at <= now }
    flying.removeAll { $0.at <= now }
    for datagram in due where !dead.contains(datagram.to) {
      let event = datagram.bytes.withUnsafeBytes {
        nodes[datagram.to].pulses.receive($0, at: now)
      }
      if case .pulse(let peer, _, _) = event { pulsesHeard[datagram.to].append(peer) }
    }
  }

  mutating func draw() throws -> ConnectionSeed {
    seed &+= 1
    return ConnectionSeed(
      ephemeral: try TestNode.key(seed), session: UInt32(truncatingIfNeeded: random.next()))
  }

  /// Carries out what the nodes want; `false` when they want nothing.
  private mutating func work() throws -> Bool {
    var isBusy = false
    for index in nodes.indices where !dead.contains(index) {
      while let effect = nodes[index].next() {
        isBusy = true
        try carry(effect, of: index)
      }
    }
    let sent = bytes
    bytes = []
    for (from, data) in sent {
      guard let end = otherEnd(from), !dead.contains(end.node) else { continue }
      var rest = data[...]
      while !rest.isEmpty {
        let slice = rest.prefix(1 + random.below(200))
        rest = rest.dropFirst(slice.count)
        slice.withUnsafeBytes { nodes[end.node].received($0, on: end.number, at: now) }
      }
    }
    return try deliverRelayed() || isBusy
  }

  private mutating func carry(_ effect: Peering.Effect, of index: Int) throws {
    switch effect {
    case .dial(let number, let endpoint) where endpoint.port == PeerEndpoint.relayPort:
      nodes[index].dialed(number, try draw(), at: now)
    case .relay(let name, let payload): relay.flying.append((index, name, payload))
    case .dial(let number, let endpoint):
      guard let other = Int(endpoint.host), other < nodes.count, !dead.contains(other),
        let accepted = nodes[other].accepted(try draw(), at: now)
      else { return nodes[index].dialFailed(number, at: now) }
      streams.append(
        Stream(
          dialer: End(node: index, number: number), acceptor: End(node: other, number: accepted)))
      nodes[index].dialed(number, try draw(), at: now)
    case .send(let number, let data): bytes.append((End(node: index, number: number), data))
    case .close(let number, _):
      effects[index].append(effect)
      let end = End(node: index, number: number)
      // What was sent before the close still arrives.
      for (from, data) in bytes where from == end {
        if let other = otherEnd(end) {
          data.withUnsafeBytes { nodes[other.node].received($0, on: other.number, at: now) }
        }
      }
      bytes.removeAll { $0.from == end }
      for stream in streams.indices
      where streams[stream].dialer == end || streams[stream].acceptor == end {
        breakStream(stream, unless: index)
      }
    default: effects[index].append(effect)
    }
  }

  func peers(of index: Int) -> [String] {
    (0..<nodes[index].table.capacity).compactMap { nodes[index][$0]?.name }.sorted()
  }
}
