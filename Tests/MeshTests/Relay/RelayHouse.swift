// SPDX-License-Identifier: Apache-2.0
import MMP
import Testing

@testable import Mesh

/// A relay and what it has said to each connection, in virtual time.
struct RelayHouse {
  static let relayID = "00000000-0000-8000-8000-00000000000f"

  var server: RelayServer
  var now: Int64 = 0
  /// Texts and closings in the order in which they were asked for.
  var said: [(connection: UInt32, text: String)] = []
  var closed: [(connection: UInt32, reason: RelayClose)] = []

  init(
    access: RelayAccess = RelayAccess(),
    _ change: (inout RelayServer.Settings) -> Void = { _ in }
  ) {
    var settings = RelayServer.Settings(nodeID: Self.relayID, name: "relay", access: access)
    change(&settings)
    server = RelayServer(settings, now: 0)
    server.wallClockOffset = 1_795_251_541_000 * Nanoseconds.millisecond
  }

  mutating func open(_ connection: UInt32, bearer: String? = nil, group: String? = nil) {
    server.opened(connection, bearer: bearer, group: group, at: now)
    pull()
  }

  mutating func say(_ text: String, on connection: UInt32) {
    server.received(Array(text.utf8), on: connection, at: now)
    pull()
  }

  /// Opens a connection and says who it is.
  mutating func join(
    _ connection: UInt32, _ nodeID: String, _ name: String, token: String? = nil,
    wake: String? = nil
  ) {
    open(connection)
    let token = token.map { ",\"token\":\"\($0)\"" } ?? ""
    let wake = wake.map { ",\"wakeChannel\":\($0)" } ?? ""
    say(
      "{\"type\":\"relay-auth\",\"nodeId\":\"\(nodeID)\",\"name\":\"\(name)\"\(token)\(wake)}",
      on: connection)
  }

  mutating func leave(_ connection: UInt32) {
    server.closed(connection, at: now)
    pull()
  }

  mutating func run(seconds: Double, answering: [UInt32] = []) {
    let end = now + Int64(seconds * 1e9)
    while now < end {
      now += Nanoseconds.second / 2
      let before = said.count
      server.tick(at: now)
      pull()
      for index in before..<said.count
      where said[index].text == "{\"type\":\"relay-ping\"}"
        && answering.contains(said[index].connection)
      {
        say("{\"type\":\"relay-pong\"}", on: said[index].connection)
      }
    }
  }

  mutating func pull() {
    while let effect = server.next() {
      switch effect {
      case .send(let connection, let bytes):
        said.append((connection, String(decoding: bytes, as: UTF8.self)))
      case .trust: break
      case .close(let connection, let reason): closed.append((connection, reason))
      }
    }
  }

  /// Everything said to a connection since the last time.
  mutating func heard(_ connection: UInt32) -> [String] {
    defer { said.removeAll { $0.connection == connection } }
    return said.filter { $0.connection == connection }.map(\.text)
  }
}
