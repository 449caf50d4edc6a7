// SPDX-License-Identifier: Apache-2.0
import MMP
import Testing

@testable import Mesh

/// What nodes in the field do to connections, and how long they are waited for.
@Suite struct ConnectionRuleTests {
  private let second = Nanoseconds.second
  private let id = "01a1fd53-71ff-7d62-94ba-a1f035178dc4"

  /// A node that lets plaintext in, and the connection of a peer that greets it so.
  private func greeted(
    _ more: String, _ change: (inout ConnectionSettings) -> Void = { _ in }
  ) throws -> PeerConnection {
    var settings = try TestNode.settings(1)
    settings.allowPlaintext = true
    change(&settings)
    var connection = PeerConnection(
      role: .acceptor, settings: settings, pulseSession: SessionID(rawValue: 1),
      ephemeralSeed: try TestNode.key(9), now: 0)
    send(#"{"type":"handshake","nodeId":"\#(id)","name":"x"\#(more)}"#, to: &connection)
    return connection
  }

  private func send(_ text: String, to connection: inout PeerConnection, at now: Int64 = 0) {
    let body = [UInt8](text.utf8)
    connection.receive([0, 0, UInt8(body.count >> 8), UInt8(body.count & 255)] + body, at: now)
  }

  /// When a peer that says nothing any more is given up.
  private func givenUp(_ connection: PeerConnection) -> Int64? {
    var connection = connection
    var last: Int64?
    while let due = connection.deadline {
      last = due
      connection.tick(at: due)
    }
    return last
  }

  @Test func everyKindOfNodeHasItsOwnPatience() throws {
    #expect(givenUp(try greeted("")) == 15 * second)
    #expect(givenUp(try greeted(#","version":"0.2.3""#)) == 120 * second)
    #expect(givenUp(try greeted(#","version":"0.2.3","room":"default""#)) == 120 * second)
    let short = try greeted(#","version":"0.2.3","room":"default""#) { settings in
      settings.foreignSilence = 30 * second
    }
    #expect(givenUp(short) == 30 * second)
    #expect(givenUp(try greeted("") { $0.silence = 3 * second }) == 3 * second)
  }

  @Test func connectionsAreLookedAfterOnceASecondAllAtOnce() throws {
    var connection = try greeted("")
    for now in [Int64(1), 17_000_001, 999_999_999, 3_141_592_653, 4_000_000_000] {
      send(#"{"type":"ping"}"#, to: &connection, at: now)
      let due = try #require(connection.deadline)
      #expect(due % second == 0)
      var later = connection
      later.tick(at: due)
      let isClosed = later.isClosed
      #expect(!isClosed)
    }
    // Looked at late by less than a second, never early.
    let late = givenUp(connection)
    #expect(late == 19 * second)
  }

  @Test func aRepeatedHandshakeIsHarmlessUnlessItIsAnothers() throws {
    var connection = try greeted("")
    for _ in 0..<3 {
      send(#"{"type":"handshake","nodeId":"\#(id)","name":"renamed"}"#, to: &connection)
    }
    #expect(!connection.isClosed)
    #expect(connection.summary?.name == "x")
    send(
      #"{"type":"handshake","nodeId":"11a1fd53-71ff-7d62-94ba-a1f035178dc4","name":"x"}"#,
      to: &connection)
    #expect(connection.isClosed)
  }

  @Test func aPingIsAnsweredAtOnceAndNewsOnItIsTaken() throws {
    var connection = try greeted("")
    while connection.next() != nil {}
    send(
      #"{"type":"ping","peers":[{"nodeId":"f64c3719","name":"far","lastSeen":1}]}"#,
      to: &connection, at: second)
    let pong = try FrameEncoder.encode(.pong)
    #expect(connection.next() == .send(pong))
    guard case .frame(.peerInfo(let info)) = connection.next() else {
      Issue.record("the news on a ping is lost")
      return
    }
    #expect(info.peers.map(\.name) == ["far"])
  }

  @Test func aConnectionClosedWithoutAWordIsDialedAgainAndHurtsNoOther() throws {
    var town = Town()
    town.add(try TestNode.settings(1), dials: [1, 2])
    town.add(try TestNode.settings(2), dials: [])
    town.add(try TestNode.settings(3), dials: [])
    try town.run(seconds: 2)
    #expect(town.peers(of: 0) == ["node 2", "node 3"])
    let number = try #require(town.nodes[0].table[0]?.connection)
    let stream = try #require(
      town.streams.firstIndex { $0.dialer == Town.End(node: 0, number: number) })
    let other = town.streams[stream].acceptor
    town.streams[stream].isOpen = false
    town.nodes[0].ended(number, at: town.now)
    town.nodes[other.node].ended(other.number, at: town.now)
    #expect(town.nodes[0].table.count == 1)
    try town.run(seconds: 2)
    #expect(town.peers(of: 0) == ["node 2", "node 3"])
    #expect(town.streams.count == 3)
  }
}
