// SPDX-License-Identifier: Apache-2.0
import MMP
import Mesh

/// Messages of a relay's client and of a relay, from strangers and from those who were let in.
///
/// Lines are messages. What the relay forwards must come out of the client as the same bytes.
func fuzzRelay(_ bytes: UnsafeRawBufferPointer) {
  var server = RelayServer(
    RelayServer.Settings(nodeID: "relay", name: "relay", access: RelayAccess()), now: 0)
  for (connection, name) in [(UInt32(1), "a"), (UInt32(2), "b")] {
    server.opened(connection, bearer: nil, group: nil, at: 0)
    server.received(
      Array("{\"type\":\"relay-auth\",\"nodeId\":\"\(name)\",\"name\":\"\(name)\"}".utf8),
      on: connection, at: 0)
  }
  server.opened(3, bearer: nil, group: "group", at: 0)
  while server.next() != nil {}
  var client = RelayClient(RelayClient.Settings(nodeID: "b", name: "b"), seed: 1, now: 0)
  client.tick(at: 0)
  client.opened(at: 0)
  client.received(Array("{\"type\":\"relay-peers\",\"peers\":[]}".utf8), at: 0)
  while client.next() != nil {}
  var now: Int64 = 0
  for line in bytes.split(separator: 10, omittingEmptySubsequences: false) {
    now += 1_000_000_000
    let text = UnsafeRawBufferPointer(rebasing: line)
    client.received(text, at: now)
    while client.next() != nil {}
    server.received(text, on: 3, at: now)
    server.received(text, on: 1, at: now)
    carry(&server, &client, text, at: now)
    server.tick(at: now)
    payload(Array(line))
  }
}

/// What is read as sealed is written and read again as the same.
private func payload(_ text: [UInt8]) {
  switch RelayPayload(text) {
  case .link(let piece): precondition(RelayPayload(RelayPayload.text(piece)) == .link(piece))
  case .pulses(let all): precondition(RelayPayload(RelayPayload.text(pulses: all)) == .pulses(all))
  case .frame, nil: break
  }
}

private func carry(
  _ server: inout RelayServer, _ client: inout RelayClient, _ text: UnsafeRawBufferPointer,
  at now: Int64
) {
  let payload = RelayEnvelope(text)?[.payload].map { Array(text[$0]) }
  while let effect = server.next() {
    guard case .send(2, let message) = effect else { continue }
    client.received(message, at: now)
    while let effect = client.next() {
      if case .payload("a", let carried) = effect {
        precondition(carried == payload, "a payload was changed on its way")
      }
    }
  }
}
