// SPDX-License-Identifier: Apache-2.0
internal import Cognition
internal import MMP
internal import Memory
internal import Mesh
internal import Runtime

/// What virtual nodes ask of the node, and what the mesh tells them.
///
/// Peers see one node: what goes out carries this node's id and, as `fromName`, the name of the
/// virtual node that says it.
extension Node {
  func openIPC() throws(Failure) {
    var virtual = VirtualNodes(
      nodeID: identity.nodeID.description, nodeName: configuration.node.name,
      threshold: Float(configuration.ipc.similarity))
    virtual.relay = configuration.mesh.relay?.url
    virtual.encode = { TextEncoder.encode($0, buckets: 64) }
    do throws(UnixListener.Failure) {
      ipc = try IPCServer(reactor: reactor, configuration.ipc, virtual, log: log) {
        request, reply in
        self.answer(request, &reply)
      }
    } catch { throw Failure(description: "\(error)") }
    ipc?.onRequest = { self.serve($0, of: $1) }
  }

  /// Answers a virtual node.
  private func serve(_ request: VirtualRequest, of number: Int) {
    let action = request.kind.text
    var sent: Int?
    switch request.kind {
    case .message, .send:
      sent = say(request.text, to: request.kind == .message ? request.detail : nil, as: number)
    case .mood: sent = coupling.feel(request.text, context: request.detail, as: speaker(number))
    default: break
    }
    ipc?.reply(number) { object in
      VirtualNodes.result(action, &object)
      if let sent { return object.field("peers", sent) }
      switch request.kind {
      case .status:
        let status = report()
        object.object("status") { object in
          status.write(&object)
          object.field("peerCount", status.peers.count)
        }
        object.array("virtualNodes", of: status.virtualNodes.map { $0.name })
      case .peers:
        object.array("peers") { list in
          for peer in mesh.peers(at: reactor.now, coupling.describe) { list.object(peer.write) }
        }
      case .metrics:
        object.object("metrics") { object in
          for counter in report().counters { object.field(counter.name, counter.value) }
        }
      case .catchup: object.field("agents", 0)
      case .recall: recall(request, &object)
      default: remember(request, &object)
      }
    }
  }

  private func remember(_ request: VirtualRequest, _ object: inout JSONWriter) {
    let text = request.categories.map(CouplingService.content(of:)) ?? request.text
    let (key, complaint) = coupling.remember(text, tags: request.tags)
    object.field("key", key)
    if let complaint { object.field("error", complaint) }
  }

  private func recall(_ request: VirtualRequest, _ object: inout JSONWriter) {
    let limit = min(request.limit ?? CouplingService.recalled, CouplingService.recalled)
    object.array("results") { list in
      for entry in coupling.engine.store.recall(request.text, limit: limit) {
        list.object { MemoryFile.write(entry, &$0) }
      }
    }
  }

  private var wallMilliseconds: Int64 { MonotonicClock.wallTime / 1_000_000 }

  private func speaker(_ number: Int) -> String {
    ipc?.virtual.name(of: number) ?? configuration.node.name
  }

  /// Sends a message to everybody, to one peer (its name or nodeId), to the virtual node of a name
  /// wherever it is, or to one behind a peer (`peer/name`).
  ///
  /// - Returns: How many peers it went to.
  private func say(_ content: String, to addressee: String?, as number: Int) -> Int {
    var message = Message(
      from: identity.nodeID.description, fromName: speaker(number), content: content,
      timestamp: wallMilliseconds)
    guard let addressee else { return broadcast(.message(message)) }
    for slot in mesh.order {
      let (name, nodeID) = mesh.name(of: slot)
      guard let behind = Self.path(addressee, behind: name) ?? Self.path(addressee, behind: nodeID)
      else { continue }
      if !behind.isEmpty { message.toName = behind }
      mesh.send(.message(message), to: slot)
      return 1
    }
    message.toName = addressee
    guard ipc?.virtual.isHere(addressee) == true else { return broadcast(.message(message)) }
    ipc?.deliver(.message(message), event: "message", from: (message.fromName, message.from))
    return 0
  }

  /// What follows `peer/` in an address; empty for the peer itself, nil for another.
  private static func path(_ address: String, behind peer: String) -> String? {
    guard address.utf8.starts(with: peer.utf8) else { return nil }
    let rest = address.utf8.dropFirst(peer.utf8.count)
    guard let next = rest.first else { return "" }
    return next == UInt8(ascii: "/") ? String(decoding: rest.dropFirst(), as: UTF8.self) : nil
  }

  private func broadcast(_ frame: Frame) -> Int {
    for slot in mesh.order { mesh.send(frame, to: slot) }
    return mesh.order.count
  }

  /// What came from the peer in `slot`, for those of the virtual nodes whom it concerns.
  func deliver(_ frame: Frame, slot: Int) {
    let event: String
    switch frame {
    case .message: event = "message"
    case .mood: event = "mood-delivered"
    case .memoryShare: event = "memory-received"
    case .cmb: event = "cmb-accepted"
    default: return
    }
    ipc?.deliver(frame, event: event, from: mesh.name(of: slot))
  }
}
