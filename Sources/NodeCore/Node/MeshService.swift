// SPDX-License-Identifier: Apache-2.0
internal import MMP
internal import Mesh
internal import PhaseSpace
internal import Runtime

/// Carries out what `Peering` decides: streams, datagrams and timers at the reactor.
final class MeshService {
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  static let dialTimeout: Int64 = 10_000_000_000
  /// A stream that is being closed may still write for so long.
  static let lingerTime: Int64 = 500_000_000

  /// What is open for one of Peering's connections.
  private struct Transport {
    let connection: Int
    let stream: ByteStream
  }

  var delegate: (any MeshDelegate)?
  /// The relay that peers are reached through; nil for none.
  var relay: RelayLine?
  /// What the relay itself is called; nil where it says nothing of that.
  var relayNode: String?
  /// Told what the relay knows of others.
  var onRelayGossip: ((PeerInfo) -> Void)?
  /// Address listened on, with the port the kernel chose.
  let address: SocketAddress
  /// Slots of the peers, by ascending nodeId.
  private(set) var order: [Int] = []
  private(set) var conflicts: Int64 = 0
  var peering: Peering
  let udp: UDPSocket
  let reactor: Reactor
  let log: Log
  private var listener: TCPListener?
  private var transports: [Transport] = []
  /// Whose end is being told of; only its name is left.
  private var departed: Transport?
  /// Where the datagrams of each slot go; nil for a plaintext peer.
  private var datagramAddresses: [SocketAddress?]
  private var timer: Timer?
  private var isPumping = false
  private(set) var discovery: MeshDiscovery?
  private let announcement: MDNS.Announcement?
  private let datagram = UnsafeMutableRawBufferPointer.allocate(byteCount: 128, alignment: 8)

  /// Opens the TCP and UDP sockets; nobody is dialed before `start`.
  init(
    reactor: Reactor, configuration: Configuration, identity: Identity, ledger: OwnerLedger,
    boot: UInt32, memory: NodeMemory, log: Log
  ) throws(Failure) {
    (self.reactor, self.log) = (reactor, log)
    let sockets = try MeshSockets(reactor: reactor, configuration.mesh)
    (listener, udp, address) = (sockets.listener, sockets.udp, sockets.address)
    announcement =
      configuration.mesh.discovery
      ? MDNS.Announcement(
        nodeID: identity.nodeID.description, nodeName: configuration.node.name,
        publicKey: identity.publicKeyText, meshID: configuration.mesh.id, port: address.port)
      : nil
    guard let key = ledger.key else {
      throw Failure(description: "mesh id \(ledger.meshID) is not valid")
    }
    let settings: PeeringSettings
    do throws(SystemError) {
      settings = PeeringSettings(
        configuration, identity: identity, ledger: ledger, key: key, boot: boot,
        udpPort: sockets.address.port,
        memory: memory, jitterSeed: try Entropy.word())
    } catch { throw Failure(description: "\(error)") }
    peering = Peering(settings, now: reactor.now)
    datagramAddresses = Array(repeating: nil, count: settings.capacity)
    peering.wallClockOffset = MonotonicClock.wallTime - MonotonicClock.now
    sockets.handlers.accept = { self.accepted($0) }
    sockets.handlers.datagram = { self.received($0, at: $2) }
  }

  deinit { datagram.deallocate() }

  /// Begins to announce and to dial.
  func start() {
    timer = reactor.makeTimer { self.tick() }
    startDiscovery()
    tick()
  }

  private func startDiscovery() {
    guard let announcement else { return }
    do throws(SystemError) {
      discovery = try MeshDiscovery(reactor: reactor, announcement, own: address, log: log) {
        change in
        switch change {
        case .found(let peer): self.peering.found(peer, at: self.reactor.now)
        case .lost(let nodeID): self.peering.lost(nodeID, at: self.reactor.now)
        }
        self.pump()
      }
    } catch { log.error("discovery", "\(error); only configured peers are dialed") }
  }

  /// Says goodbye to everyone and closes the sockets.
  func stop() {
    peering.stop(at: reactor.now)
    pump()
    relay?.close()
    discovery?.close()
    listener?.close()
    udp.close()
    if let timer { reactor.remove(timer) }
    timer = nil
  }

  /// Sets the newest measurement of an own channel.
  func offer(_ pulse: Pulse?, channel: Int) { peering.pulses.offer(pulse, channel: channel) }

  /// Sends a frame to the peer in `slot`; one that it does not read is dropped.
  func send(_ frame: Frame, to slot: Int) {
    peering.send(frame, to: slot, at: reactor.now)
    // While effects are being carried out they go out in their turn.
    if !isPumping { pump() }
  }

  /// Takes what the owner, at the control socket, has decided.
  func hear(_ statements: [OwnerStatement]) -> [OwnerLedger.Verdict] {
    let verdicts = peering.hear(statements, from: nil, at: reactor.now)
    pump()
    return verdicts
  }

  /// Nodes met on secure links, to be kept over a restart.
  var secureNodes: [NodeID] { peering.table.secureNodes }

  private func tick() {
    // A board without a clock of its own learns the time while it runs.
    peering.wallClockOffset = MonotonicClock.wallTime - MonotonicClock.now
    peering.tick(at: reactor.now)
    pump()
  }

  /// Carries out all effects, sends what datagrams are due, and sets the timer to the next.
  func pump() {
    guard !isPumping else { return }
    isPumping = true
    while let effect = peering.next() { carryOut(effect) }
    isPumping = false
    sendDatagrams()
    sendRelayed()
    guard let timer else { return }
    let pulses = peering.pulses
    let next = min(peering.deadline, pulses.deadline ?? .max, pulses.relayDeadline ?? .max)
    if next < .max { reactor.arm(timer, at: next) } else { reactor.disarm(timer) }
  }

  private func sendDatagrams() {
    while let out = peering.pulses.nextDatagram(at: MonotonicClock.now, into: datagram) {
      guard let address = datagramAddresses[out.peer] else { continue }
      udp.send(UnsafeRawBufferPointer(rebasing: datagram[..<out.count]), to: address)
    }
  }

  func received(_ bytes: UnsafeRawBufferPointer, at time: Int64) {
    switch peering.pulses.receive(bytes, at: time) {
    case .pulse(let slot, let pulse, _):
      delegate?.heard(
        pulse, slot: slot, names: peering[slot]?.handshake.taumesh?.inputs ?? [],
        staleAfter: peering.pulses.staleAfter(of: slot))
    case .clock, nil: break
    }
    if peering.pulses.deadline == 0 { pump() }
  }
}

// MARK: - Streams

extension MeshService {
  private func accepted(_ stream: ByteStream) {
    guard let seed = seed(), let connection = peering.accepted(seed, at: reactor.now) else {
      return stream.close()
    }
    attach(stream, connection)
    stream.start()
    pump()
  }

  private func dial(_ connection: Int, _ endpoint: PeerEndpoint) {
    if endpoint.port == PeerEndpoint.relayPort {
      // Whoever is at the relay need not be connected to.
      guard let seed = seed() else { return peering.dialFailed(connection, at: reactor.now) }
      return peering.dialed(connection, seed, at: reactor.now)
    }
    guard let address = SocketAddress(endpoint.host, defaultPort: endpoint.port),
      self.address.reaches(address)
    else {
      peering.dialFailed(connection, at: reactor.now)
      return
    }
    let stream = ByteStream.connect(
      reactor: reactor, to: address, timeoutNanoseconds: Self.dialTimeout)
    attach(stream, connection)
    stream.onOpen = {
      guard let seed = self.seed() else { return }
      self.peering.dialed(connection, seed, at: self.reactor.now)
      self.pump()
    }
  }

  private func attach(_ stream: ByteStream, _ connection: Int) {
    transports.append(Transport(connection: connection, stream: stream))
    stream.onBytes = { bytes in
      self.peering.received(bytes, on: connection, at: self.reactor.now)
      self.pump()
    }
    stream.onClose = { reason in
      self.log.debug("mesh", "\(stream.peerName): \(reason)")
      self.transports.removeAll { $0.connection == connection }
      self.departed = Transport(connection: connection, stream: stream)
      self.peering.ended(connection, at: self.reactor.now)
      self.pump()
      self.departed = nil
    }
  }

  /// Where the datagrams of a peer go; nil for a plaintext peer.
  func peerAddress(_ slot: Int) -> SocketAddress? { datagramAddresses[slot] }

  private func name(ofConnection connection: Int) -> String {
    if let stream = stream(of: connection) { return stream.peerName }
    if let departed, departed.connection == connection { return departed.stream.peerName }
    return "connection \(connection)"
  }

  private func stream(of connection: Int) -> ByteStream? {
    transports.first { $0.connection == connection }?.stream
  }

  private func close(_ connection: Int, lingers: Bool) {
    guard let stream = stream(of: connection) else { return }
    transports.removeAll { $0.connection == connection }
    (stream.onOpen, stream.onBytes, stream.onClose) = (nil, nil, nil)
    guard lingers, stream.queuedBytes > 0 else { return stream.close() }
    stream.finish()
    reactor.after(Self.lingerTime) { stream.close() }
  }

  func seed() -> ConnectionSeed? {
    do throws(SystemError) {
      guard let ephemeral = Key32(try Entropy.bytes(Key32.count)) else { return nil }
      return ConnectionSeed(
        ephemeral: ephemeral, session: UInt32(truncatingIfNeeded: try Entropy.word()))
    } catch {
      log.error("mesh", "\(error)")
      return nil
    }
  }
}

// MARK: - Effects

extension MeshService {
  private func carryOut(_ effect: Peering.Effect) {
    switch effect {
    case .dial(let connection, let endpoint): dial(connection, endpoint)
    case .cancelDial(let connection): close(connection, lingers: false)
    case .send(let connection, let bytes):
      if let stream = stream(of: connection), !stream.send(bytes) {
        peering.close(connection, .stalled, at: reactor.now)
      }
    case .relay(let node, let payload): relay?.send(payload, to: node)
    case .close(let connection, let reason):
      let name = name(ofConnection: connection)
      close(connection, lingers: true)
      report(reason, name)
    case .joined(let slot, let connection, let summary):
      settle(slot, connection, summary)
      log.info("mesh", "\(summary.name) (\(summary.nodeID)) joined")
      delegate?.joined(slot: slot)
    case .moved(let slot, let connection, let summary): settle(slot, connection, summary)
    case .left(let slot, let nodeID, let reason):
      order.removeAll { $0 == slot }
      datagramAddresses[slot] = nil
      delegate?.left(slot: slot)
      log.info("mesh", "\(nodeID) left: \(reason)")
    case .frame(let slot, let frame): delegate?.received(frame, slot: slot)
    case .ledgerChanged: delegate?.ledgerChanged()
    case .conflict(let nodeID):
      conflicts += 1
      log.error("mesh", "two living nodes use the identity \(nodeID)")
    }
  }

  /// Closings that a person may have to do something about.
  private func report(_ reason: CloseReason, _ name: String) {
    switch reason {
    case .relayGap, .peerClosed, .replaced, .secretReplaced, .stopping, .ourselves,
      .refused(.duplicate),
      .link(.closed):
      log.debug("mesh", "\(name): \(reason)")
    default: log.warning("mesh", "\(name): \(reason)")
    }
  }

  private func settle(_ slot: Int, _ connection: Int, _ summary: PeerSummary) {
    var address = stream(of: connection)?.peerAddress
    address?.port = summary.link?.hello.udpPort ?? 0
    datagramAddresses[slot] = summary.isSecure ? address : nil
    order.removeAll { $0 == slot }
    let place = order.firstIndex { other in
      (peering.table[other]?.nodeID).map { $0 > summary.nodeID } ?? false
    }
    order.insert(slot, at: place ?? order.count)
  }
}
