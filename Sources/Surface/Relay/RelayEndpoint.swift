// SPDX-License-Identifier: Apache-2.0
internal import MMP
internal import Mesh
internal import Runtime

/// The node's connection to a relay: payloads go through it as they are.
final class RelayEndpoint: Endpoint {
  private let address: WebAddress
  private let tokenFile: String?
  private let own: RelayClient.Settings
  private var token: String?
  private var client: RelayClient?
  private var timer: Timer?
  /// Parts of a body whose end is still to come.
  private var body: [UInt8] = []

  /// Nil for an address that is none of a WebSocket.
  init?(_ line: NodeLine, _ desk: Desk) {
    guard let address = WebAddress(line.url, plain: "ws", port: 80, tlsPort: 443) else {
      return nil
    }
    (self.address, tokenFile) = (address, line.secretFile)
    var own = RelayClient.Settings(nodeID: line.node, name: line.name)
    own.group = line.group
    // Members of a group wait for each other longer (Mesh Group 0.1.0 §4.2).
    if line.group != nil { own.longestRetry = 60_000_000_000 }
    self.own = own
    super.init(line.endpoint, desk)
  }

  override func open() {
    var settings = own
    do throws(Desk.Refusal) {
      token = try desk.secret(tokenFile)
      settings.token = token
    } catch { return fail(error.reason) }
    do throws(SystemError) {
      client = RelayClient(settings, seed: try Entropy.word(), now: desk.reactor.now)
    } catch { return fail("\(error)") }
    timer = desk.reactor.makeTimer { self.tick() }
    desk.node.ready(number, "connects to the relay")
    tick()
  }

  override func take(_ event: WebEvent) {
    let now = desk.reactor.now
    switch event.kind {
    case .opened: client?.opened(at: now)
    case .message: client?.received(event.bytes, at: now)
    case .failed, .closed, .done:
      connection = nil
      client?.ended(code: event.status, event.name, at: now)
    default: break
    }
    carryOut()
  }

  override func send(_ line: NodeLine) {
    let text = line.body.utf8
    let part = ByteText.bytes(base64: text, count: text.count * 3 / 4) ?? []
    guard body.count + part.count <= RelayServer.messageLimit else {
      body = []
      return
    }
    body += part
    guard !line.hasMore else { return }
    client?.send(body, to: line.node)
    body = []
    carryOut()
  }

  override func close() {
    if let timer { desk.reactor.remove(timer) }
    (timer, client) = (nil, nil)
    super.close()
  }

  private func tick() {
    client?.tick(at: desk.reactor.now)
    carryOut()
  }

  private func carryOut() {
    while let effect = client?.next() { carryOut(effect) }
    if let timer, let client { desk.reactor.arm(timer, at: client.deadline) }
  }

  private func carryOut(_ effect: RelayClient.Effect) {
    let node = desk.node
    switch effect {
    case .connect:
      connection = desk.client.join(address, bearer: token)
      guard connection == nil else { return }
      client?.ended(code: 0, "too many connections", at: desk.reactor.now)
    case .send(let message):
      guard let connection else { return }
      if !desk.client.say(connection, message) {
        endConnection()
        client?.ended(code: 0, "the relay does not read what it is sent", at: desk.reactor.now)
      }
    case .disconnect: endConnection()
    case .up: node.relay(number, "entered") { _ in }
    case .down(let reason): node.relay(number, "lost") { $0.field("reason", reason) }
    case .joined(let nodeID, let name, let isRelay):
      node.relay(number, "joined") { line in
        line.field("node", nodeID)
        line.field("name", name)
        line.field("is-relay", isRelay)
      }
    case .left(let nodeID): node.relay(number, "left") { $0.field("node", nodeID) }
    case .payload(let from, let bytes): _ = node.payload(number, from: from, bytes)
    }
  }
}
