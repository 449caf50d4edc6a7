internal import MMP
// SPDX-License-Identifier: Apache-2.0
package import Mesh
package import Runtime

/// A relay at its address: WebSockets for the clients, `GET /health` for whoever watches over it.
package final class RelayService {
  /// Where a relay is served, by which rules, and what it keeps.
  package struct Settings {
    package let address: String
    package let port: UInt16
    package let rules: RelayServer.Settings
    /// The file with the nodes it has met.
    package let directory: String

    package init(address: String, port: UInt16, rules: RelayServer.Settings, directory: String) {
      (self.address, self.port, self.rules, self.directory) = (address, port, rules, directory)
    }
  }

  /// Finds out what is to be served, when it is.
  package typealias Source = () throws(RelayFailure) -> Settings

  static let tickInterval: Int64 = 500_000_000
  /// Time between two looks at whether the directory is to be written, in ticks.
  static let saveTicks = 60
  private static let directoryLimit = 4 << 20

  private let settings: Settings
  private let reactor: Reactor
  private let log: Log
  private let startedAt: Int64
  private var server: RelayServer
  private var web: Web?
  private var timer: Timer?
  private var ticks = 0
  private var saved: UInt32

  /// Begins to serve.
  ///
  /// - Throws: Why the address cannot be had.
  package init(_ settings: Settings, reactor: Reactor, log: Log) throws(RelayFailure) {
    (self.settings, self.reactor, self.log) = (settings, reactor, log)
    startedAt = reactor.now
    server = RelayServer(settings.rules, now: reactor.now)
    server.wallClockOffset = MonotonicClock.wallTime - MonotonicClock.now
    saved = 0
    restore()
    saved = server.directory.version
    var limits = Web.Limits()
    // Those over the capacity are told so, as long as there are few of them.
    (limits.server, limits.client, limits.isRelay) = (settings.rules.capacity + 8, 0, true)
    limits.message = RelayServer.messageLimit
    do throws(Web.Failure) {
      web = try Web(
        reactor: reactor, address: settings.address, port: settings.port, token: "",
        certificates: nil, limits: limits
      ) { self.take($0) }
    } catch { throw RelayFailure(description: error.description) }
    timer = reactor.makeTimer { self.tick() }
    tick()
  }

  /// The port that is served.
  package var port: UInt16 { web?.port ?? 0 }
  package var name: String { settings.rules.name }

  /// Writes what is to be kept and serves no longer.
  package func stop() {
    save()
    if let timer { reactor.remove(timer) }
    (timer, web) = (nil, nil)
  }

  private func take(_ event: WebEvent) {
    let now = reactor.now
    switch event.kind {
    case .opened:
      let group = event.name.utf8.dropFirst().prefix { $0 != 63 }
      let bearer = String(decoding: event.bytes, as: UTF8.self)
      server.opened(
        event.connection, bearer: bearer.isEmpty ? nil : bearer,
        group: group.isEmpty ? nil : String(decoding: group, as: UTF8.self), at: now)
    case .message: server.received(event.bytes, on: event.connection, at: now)
    case .closed: server.closed(event.connection, at: now)
    case .request: answer(event)
    default: break
    }
    carryOut()
  }

  private func carryOut() {
    while let effect = server.next() {
      switch effect {
      case .send(let connection, let message):
        if web?.say(connection, message) == false { server.stalled(connection, at: reactor.now) }
      case .trust(let connection): web?.trust(connection)
      case .close(let connection, let reason):
        web?.end(connection, status: reason.rawValue)
        log.debug("relay", "closed a connection: \(reason.rawValue) \(reason.reason)")
      }
    }
  }

  private func answer(_ event: WebEvent) {
    var writer = JSONWriter()
    guard !event.isPost, event.name == "/health" else {
      writer.object { $0.field("error", "nothing here; expected a WebSocket, or GET /health") }
      web?.answer(event.connection, 404, writer.bytes, keeps: false)
      return
    }
    writer.object { health in
      health.field("status", "ok")
      health.field("connections", server.count)
      health.field("uptime", (reactor.now - startedAt) / 1_000_000_000)
    }
    web?.answer(event.connection, 200, writer.bytes, keeps: true)
  }

  private func tick() {
    server.tick(at: reactor.now)
    carryOut()
    ticks += 1
    if ticks % Self.saveTicks == 0 { save() }
    if let timer { reactor.arm(timer, at: reactor.now + Self.tickInterval) }
  }

  // What it keeps.

  private func restore() {
    do throws(StateFile.Failure) {
      guard let bytes = try StateFile.read(settings.directory, limit: Self.directoryLimit) else {
        return
      }
      do throws(JSONFailure) {
        let limits = JSONLimits(textBytes: Self.directoryLimit, arenaBytes: 16 << 20)
        try JSONDocument.read(bytes, limits: limits) { server.restore($0, at: reactor.now) }
      } catch { log.warning("relay", "\(settings.directory): \(error); starting without it") }
    } catch { log.warning("relay", "\(error); starting without it") }
  }

  private func save() {
    guard server.directory.version != saved else { return }
    var writer = JSONWriter()
    writer.object { server.directory.write(&$0) }
    do throws(StateFile.Failure) {
      try StateFile.write(settings.directory, writer.bytes)
      saved = server.directory.version
    } catch { log.error("relay", "who was met is not kept: \(error)") }
  }
}

/// Why a relay does not start.
package struct RelayFailure: Error, CustomStringConvertible {
  package let description: String

  package init(description: String) { self.description = description }
}
