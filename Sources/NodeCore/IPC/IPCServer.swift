// SPDX-License-Identifier: Apache-2.0
internal import MMP
internal import Mesh
internal import Runtime

/// The sockets at which the command line and local applications reach the node.
///
/// Root, the user the node runs as and members of the configured group are answered. What is said
/// is `VirtualNodes`' business; this carries out what it decides.
final class IPCServer {
  /// What one of the node's own requests is answered: the member `result` is written, or nothing
  /// and a complaint returned.
  typealias Answer = (_ request: ControlRequest, _ reply: inout JSONWriter) -> String?

  private struct Connection {
    let number: Int
    let stream: ByteStream
  }

  /// Answers what a virtual node asks for.
  var onRequest: ((VirtualRequest, Int) -> Void)?
  var virtual: VirtualNodes
  private let reactor: Reactor
  private let log: Log
  private let group: UInt32?
  private let answer: Answer
  private var listeners: [UnixListener] = []
  private var connections: [Connection] = []
  /// Who is there, since nothing can be asked about who has gone.
  private var peers: [(slot: Int, name: String, nodeID: String)] = []
  private var isPumping = false

  init(
    reactor: Reactor, _ settings: IPCSettings, _ virtual: VirtualNodes, log: Log,
    _ answer: @escaping Answer
  ) throws(UnixListener.Failure) {
    (self.reactor, self.log, group) = (reactor, log, settings.group)
    (self.virtual, self.answer) = (virtual, answer)
    try listen(settings.socket, settings)
    guard settings.isCompatible else { return }
    // Anybody may have put something there: that must not keep the node from running.
    do throws(UnixListener.Failure) {
      try listen(IPCSettings.compatibilitySocket, settings)
    } catch { log.error("control", "\(error)") }
  }

  private func listen(_ path: String, _ settings: IPCSettings) throws(UnixListener.Failure) {
    listeners.append(
      try UnixListener(
        reactor: reactor, at: path, mode: settings.mode, group: settings.group,
        queueLimit: ControlClient.maximumAnswer
      ) { self.accept($0) })
  }

  func close() {
    for listener in listeners { listener.close() }
    for connection in connections { connection.stream.close() }
    (listeners, connections, onRequest) = ([], [], nil)
  }

  /// Answers a virtual node's request.
  func reply(_ number: Int, _ body: (inout JSONWriter) -> Void) {
    // The answer may tell of the virtual nodes themselves.
    let text = virtual.framing(of: number).text(body)
    virtual.answer(number, text, at: reactor.now)
    pump()
  }

  /// Gives virtual nodes what the peer sent.
  func deliver(_ frame: Frame, event: String, from peer: (name: String, nodeID: String)) {
    virtual.deliver(frame, event: event, from: peer.nodeID, peer.name, at: reactor.now)
    pump()
  }

  /// Tells all virtual nodes of a peer that has come.
  func joined(slot: Int, _ peer: (name: String, nodeID: String)) {
    peers.removeAll { $0.slot == slot }
    peers.append((slot, peer.name, peer.nodeID))
    announce("peer-joined", peer)
  }

  /// Tells all virtual nodes of a peer that has gone.
  func left(slot: Int) {
    guard let place = peers.firstIndex(where: { $0.slot == slot }) else { return }
    let peer = peers.remove(at: place)
    announce("peer-left", (peer.name, peer.nodeID))
  }

  private func announce(_ event: String, _ peer: (name: String, nodeID: String)) {
    virtual.announce(event, at: reactor.now) { data in
      data.field("id", peer.nodeID)
      data.field("name", peer.name)
    }
    pump()
  }

  private func accept(_ stream: ByteStream) {
    let user = stream.peerCredentials?.user
    let isMember = group.map { stream.isPeerMember(of: $0) } ?? false
    guard user == 0 || user == Environment.user || isMember else {
      log.warning("control", "refused a connection of user \(user.map { "\($0)" } ?? "unknown")")
      return stream.close()
    }
    let number = virtual.opened(at: reactor.now)
    connections.append(Connection(number: number, stream: stream))
    stream.onBytes = { bytes in
      self.virtual.received(bytes, on: number, at: self.reactor.now)
      self.pump()
    }
    stream.onDrained = {
      self.virtual.drained(number, at: self.reactor.now)
      self.pump()
    }
    stream.onClose = { _ in
      self.connections.removeAll { $0.number == number }
      self.virtual.closed(number)
    }
    stream.start()
    pump()
  }

  private func pump() {
    guard !isPumping else { return }
    isPumping = true
    while let effect = virtual.next(at: reactor.now) { carryOut(effect) }
    isPumping = false
  }

  private func stream(_ number: Int) -> ByteStream? {
    connections.first { $0.number == number }?.stream
  }

  private func carryOut(_ effect: VirtualNodes.Effect) {
    switch effect {
    case .control(let number, let text): respond(to: text, on: number)
    case .request(let number, let request): onRequest?(request, number)
    case .send(let number, let bytes):
      guard let stream = stream(number), stream.send(bytes), stream.queuedBytes == 0 else { return }
      virtual.drained(number, at: reactor.now)
    case .hold(let number, let until):
      guard let stream = stream(number) else { return }
      stream.setReading(false)
      reactor.after(until - reactor.now) { stream.setReading(true) }
    case .close(let number, let reason):
      log.warning("control", "closed a connection: \(reason)")
      stream(number)?.close()
      connections.removeAll { $0.number == number }
    }
  }

  private func respond(to text: [UInt8], on number: Int) {
    var id: Int64 = 0
    var request: ControlRequest?
    var complaint: String?
    do throws(JSONFailure) {
      try JSONDocument.read(text, limits: .beforeHandshake) { value in
        id = value.int("id") ?? 0
        request = ControlRequest(reading: value)
      }
    } catch { complaint = "\(error)" }
    reply(number) { object in
      object.field("id", id)
      if let request {
        complaint = answer(request, &object)
      } else if complaint == nil {
        complaint =
          "expected {\"id\":1,\"verb\":\"status\"}, and \"args\" with texts where a verb takes some"
      }
      if let complaint { object.field("error", complaint) }
    }
  }
}
