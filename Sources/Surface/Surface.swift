// SPDX-License-Identifier: Apache-2.0
internal import MMP
package import Runtime

/// The surface process: HTTP, WebSocket and MQTT for a node that has no parser of them.
///
/// It opens what the node tells it to, hands values on, and ends when the node does. Nobody is
/// served before an input wants to be.
package final class Surface {
  /// Where inputs are served, and with which token.
  package struct Settings {
    package let address: String
    package let port: UInt16
    package let token: String
    /// Certificates of the authorities to trust (PEM), nil where the system has none.
    package let certificates: String?
    /// The relay to serve; nil for none.
    package var relay: RelayService.Source?

    package init(address: String, port: UInt16, token: String, certificates: String?) {
      (self.address, self.port, self.token) = (address, port, token)
      self.certificates = certificates
    }
  }

  /// Endpoints a node may open: as many as it has inputs and outputs.
  static let maximumEndpoints = 32

  private let settings: Settings
  private let reactor: Reactor
  private let log: Log
  private var desk: Desk?
  private var server: Web?
  private var endpoints: [Endpoint] = []
  private var visitors: Visitors
  /// Open WebSockets, and whom they feed.
  private var sockets: [(connection: UInt32, endpoint: UInt32)] = []

  package init(_ settings: Settings, reactor: Reactor, log: Log) {
    (self.settings, self.reactor, self.log) = (settings, reactor, log)
    visitors = Visitors(at: reactor.now)
  }

  /// Runs until the node closes its end of `stream`.
  ///
  /// - Returns: What keeps it from running; nil after a normal end.
  package func run(_ stream: ByteStream) -> String? {
    do throws(Web.Failure) {
      let client = try Web(
        reactor: reactor, address: nil, port: 0, token: "", certificates: settings.certificates
      ) { self.followed($0) }
      let node = NodeLink(
        stream, onLine: { self.take($0) }, onEnd: { self.reactor.stop() })
      desk = Desk(reactor: reactor, log: log, node: node, client: client)
    } catch { return error.description }
    reactor.after(3_000_000_000) { Environment.settleMemory() }
    reactor.run()
    for endpoint in endpoints { endpoint.close() }
    endpoints = []
    return nil
  }

  // What the node says.

  private func take(_ line: NodeLine) {
    let place = endpoints.firstIndex { $0.number == line.endpoint }
    switch line.verb {
    case .open(let kind): open(kind, line)
    case .ask: if let place { endpoints[place].ask() }
    case .send: if let place { endpoints[place].send(line) }
    case .close:
      guard let place else { return }
      endpoints.remove(at: place).close()
      for socket in sockets where socket.endpoint == line.endpoint {
        server?.end(socket.connection, status: 1001)
      }
      sockets.removeAll { $0.endpoint == line.endpoint }
    }
  }

  private func open(_ kind: String, _ line: NodeLine) {
    guard let desk else { return }
    guard endpoints.count < Self.maximumEndpoints else {
      return desk.node.failed(line.endpoint, "more than \(Self.maximumEndpoints) endpoints")
    }
    guard let endpoint = endpoint(kind, line, desk) else {
      return desk.node.failed(line.endpoint, "cannot open: address or pointer is not valid")
    }
    endpoints.append(endpoint)
    guard endpoint is InputEndpoint else { return endpoint.open() }
    do throws(Web.Failure) {
      desk.node.ready(line.endpoint, "served at \(settings.address) port \(try serve())")
    } catch { desk.node.failed(line.endpoint, error.description) }
  }

  private func endpoint(_ kind: String, _ line: NodeLine, _ desk: Desk) -> Endpoint? {
    switch kind {
    case "posts": InputEndpoint(line, isSocket: false, desk)
    case "sockets": InputEndpoint(line, isSocket: true, desk)
    case "poll": PollEndpoint(line, desk)
    case "topic": TopicEndpoint(line, desk)
    case "tokens": TokenEndpoint(line, desk)
    case "hook": HookEndpoint(line, desk)
    case "relay": RelayEndpoint(line, desk)
    case "relay-server": settings.relay.map { RelayServerEndpoint(line, $0, desk) }
    case "apns": APNsEndpoint(line, desk)
    case "fcm": FCMEndpoint(line, desk)
    default: nil
    }
  }

  /// Serves from now on, if it does not yet; the port.
  private func serve() throws(Web.Failure) -> UInt16 {
    if let server { return server.port }
    let server = try Web(
      reactor: reactor, address: settings.address, port: settings.port, token: settings.token,
      certificates: nil
    ) { self.visited($0) }
    self.server = server
    log.info("surface", "listens on \(settings.address) port \(server.port)")
    return server.port
  }

  // What happens on connections of ours.

  private func followed(_ event: WebEvent) {
    endpoints.first { $0.connection == event.connection }?.take(event)
  }

  // What happens on connections of others.

  private func visited(_ event: WebEvent) {
    switch event.kind {
    case .request: answer(event)
    case .opened: welcome(event)
    case .message: take(message: event)
    case .closed:
      visitors.leave(event.connection)
      sockets.removeAll { $0.connection == event.connection }
    default: break
    }
  }

  private func answer(_ event: WebEvent) {
    let route = Route(isPost: event.isPost, isAuthorised: event.isAuthorised, path: event.name)
    switch route {
    case .refused(let status, let reason):
      if status == 401 { log.warning("surface", "refused a request without the token") }
      refuse(event.connection, status, reason)
    case .input(let name):
      // Only who has the token counts, or strangers could use up what others may send.
      guard visitors.take(event.connection, at: reactor.now) else {
        return refuse(event.connection, 429, "too many requests; slow down")
      }
      guard let input = input(name, isSocket: false) else {
        return refuse(event.connection, 404, "no input of type http is called \(name)")
      }
      deliver(event, to: input)
    }
  }

  private func deliver(_ event: WebEvent, to input: InputEndpoint) {
    do throws(InputValue.Complaint) {
      guard try input.take(body: event.bytes) else {
        return refuse(event.connection, 503, "the node does not keep up; try again")
      }
      server?.answer(event.connection, 200, Array("{\"ok\":true}".utf8), keeps: true)
    } catch { refuse(event.connection, 400, error.text) }
  }

  private func welcome(_ event: WebEvent) {
    guard let name = Route.inputName(event.name), let input = input(name, isSocket: true) else {
      server?.end(event.connection, status: 1008)
      return
    }
    sockets.append((event.connection, input.number))
  }

  private func take(message event: WebEvent) {
    guard let socket = sockets.first(where: { $0.connection == event.connection }),
      let input = endpoints.first(where: { $0.number == socket.endpoint }) as? InputEndpoint
    else { return }
    guard visitors.take(event.connection, at: reactor.now) else {
      return reply(event.connection, "too many messages; slow down")
    }
    do throws(InputValue.Complaint) { _ = try input.take(body: event.bytes) } catch {
      reply(event.connection, error.text)
    }
  }

  private func input(_ name: String, isSocket: Bool) -> InputEndpoint? {
    for endpoint in endpoints {
      if let input = endpoint as? InputEndpoint, input.name == name, input.isSocket == isSocket {
        return input
      }
    }
    return nil
  }

  private func refuse(_ connection: UInt32, _ status: Int, _ reason: String) {
    server?.answer(connection, status, complaint(reason), keeps: status == 400 || status == 503)
  }

  private func reply(_ connection: UInt32, _ reason: String) {
    server?.answer(connection, 200, complaint(reason), keeps: true)
  }

  private func complaint(_ reason: String) -> [UInt8] {
    var writer = JSONWriter()
    writer.object { $0.field("error", reason) }
    return writer.bytes
  }
}
