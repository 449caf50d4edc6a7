// SPDX-License-Identifier: Apache-2.0
import MMP
import Testing

@testable import Mesh

@Suite struct RelayedPeersTests {
  /// Two nodes of one mesh that can reach only the relay.
  private func pair(dials: Bool = false) throws -> Town {
    var town = Town()
    town.add(try TestNode.settings(1), dials: dials ? [1] : [])
    town.add(try TestNode.settings(2), dials: dials ? [0] : [])
    town.enterRelay(0)
    town.enterRelay(1)
    return town
  }

  private func heard(_ town: Town, _ index: Int) -> Int { town.pulsesHeard[index].count }

  @Test func theyLinkSecurelyAndExchangePulses() throws {
    var town = try pair()
    try town.run(seconds: 2)
    #expect(town.peers(of: 0) == ["node 2"])
    #expect(town.peers(of: 1) == ["node 1"])
    for node in town.nodes {
      #expect(node[0]?.isSecure == true)
      #expect(node.isRelayed(0))
    }
    try town.run(seconds: 20)
    #expect(town.nodes[0].pulses.clock(of: 0) != nil)
    #expect(heard(town, 0) > 20)
    #expect(heard(town, 1) > 20)
    #expect(town.streams.isEmpty && town.datagrams.isEmpty)
  }

  @Test func theRelayReadsNothingAndIsNotUsedOften() throws {
    var town = try pair()
    try town.run(seconds: 10)
    let before = town.relay.carried.count
    try town.run(seconds: 10)
    let messages = town.relay.carried[before...].filter { $0.from == 0 }
    let pulses = messages.filter {
      String(decoding: $0.text, as: UTF8.self).contains("x-taumesh-pulse")
    }
    // Decision 5: at most 2 Hz to a peer.
    #expect(pulses.count <= 20 && pulses.count >= 18)
    #expect(messages.count - pulses.count <= 6)
    for (_, _, text) in town.relay.carried {
      let text = String(decoding: text, as: UTF8.self)
      #expect(text.contains("\"x-taumesh-"))
      #expect(!text.contains("handshake") && !text.contains("node 1") && !text.contains("hum"))
    }
  }

  @Test func messagesMoodsAndMemoryBlocksArriveAsOverTCP() throws {
    var town = try pair()
    try town.run(seconds: 2)
    let text = String(repeating: "boiler room, ", count: 4000)
    let frames: [Frame] = [
      .message(Message(from: "a", fromName: "A", content: text, timestamp: 5)),
      .mood(MoodSignal(from: "a", fromName: "A", mood: "calm", timestamp: 6)),
      .memoryShare(
        MemoryShare(key: "mem_1", content: text, source: "A", tags: ["t"], timestamp: 7)),
    ]
    let wanted = frames.filter { town.nodes[0][0]?.dialect.reads($0) == true }
    for frame in wanted { town.nodes[0].send(frame, to: 0, at: town.now) }
    try town.run(seconds: 0.5)
    let arrived = town.effects[1].compactMap { effect -> Frame? in
      guard case .frame(_, let frame) = effect else { return nil }
      if case .peerInfo = frame { return nil }
      return frame
    }
    #expect(wanted.count >= 2)
    #expect(arrived.map(\.type) == wanted.map(\.type))
    #expect((arrived == wanted) == true)
    // Longer than a piece: it was carried in several.
    #expect(text.utf8.count > 3 * RelayPayload.pieceBytes)
  }

  @Test func moreNodesThanThereIsRoomForDoNotKeepItBusy() throws {
    var town = Town()
    town.add(try TestNode.settings(1), dials: [], capacity: 2)
    let now = town.now
    for number in 1...40 {
      let digits = number < 10 ? "0\(number)" : "\(number)"
      town.nodes[0].relayJoined("ffffffff-ffff-8fff-bfff-ffffffffff\(digits)", at: now)
    }
    while let effect = town.nodes[0].next() {
      guard case .dial(let number, _) = effect else { continue }
      town.nodes[0].dialed(number, try town.draw(), at: now)
    }
    #expect(town.nodes[0].connectionCount == 10)
    #expect(town.nodes[0].deadline > now)
  }

  @Test func theSmallerNodeDials() throws {
    var town = try pair()
    try town.run(seconds: 1)
    let smaller = town.name(of: 0) < town.name(of: 1) ? 0 : 1
    #expect(town.nodes[smaller][0]?.isOutbound == true)
    #expect(town.nodes[1 - smaller][0]?.isOutbound == false)
    #expect(town.nodes[0].connectionCount == 1)
    #expect(
      RelayPeers.isToDial(
        town.nodes[1 - smaller].settings.connection.identity.nodeID,
        own: town.nodes[smaller].settings.connection.identity.nodeID))
  }

  @Test func relayDeathAndReturnNeedNobody() throws {
    var town = try pair()
    try town.run(seconds: 5)
    for index in [0, 1] { town.leaveRelay(index) }
    try town.run(seconds: 1)
    #expect(town.peers(of: 0) == [] && town.peers(of: 1) == [])
    #expect(town.nodes[0].connectionCount == 0 && town.nodes[1].connectionCount == 0)
    try town.run(seconds: 10)
    town.enterRelay(1)
    town.enterRelay(0)
    let before = heard(town, 0)
    try town.run(seconds: 10)
    #expect(town.peers(of: 0) == ["node 2"] && town.peers(of: 1) == ["node 1"])
    #expect(heard(town, 0) > before + 5)
  }

  @Test func directConnectionTakesOverAndTheRelayTakesOverAgain() throws {
    var town = try pair(dials: true)
    try town.run(seconds: 8)
    #expect(!town.nodes[0].isRelayed(0) && !town.nodes[1].isRelayed(0))
    #expect(town.nodes[0].connectionCount == 1)
    #expect(town.streams.filter(\.isOpen).count == 1)
    // The same peer, without having left.
    for index in [0, 1] {
      #expect(!town.effects[index].contains { if case .left = $0 { true } else { false } })
    }
  }

  @Test func directConnectionIsPreferredWhicheverComesFirst() throws {
    for relayed in [false, true] {
      var table = PeerTable(ownID: try id(5), capacity: 4)
      var first = PeerTable.Peer(
        nodeID: try id(7), connection: 1, isOutbound: true, isSecure: true, boot: 3, lastHeard: 0)
      first.isRelayed = relayed
      var second = first
      (second.connection, second.isRelayed, second.isOutbound) = (2, !relayed, false)
      #expect(table.admit(first, at: 0) == .added(slot: 0))
      let verdict = table.admit(second, at: 1)
      #expect(verdict == (relayed ? .replaced(slot: 0, closing: 1) : .refused(.duplicate)))
    }
  }

  private func id(_ number: UInt8) throws -> NodeID {
    try #require(NodeID(bytes: [UInt8](repeating: number, count: 16)))
  }

  @Test func lostPieceEndsTheLinkAndANewOneFollows() throws {
    var town = try pair()
    try town.run(seconds: 3)
    town.nodes[0].send(.ping, to: 0, at: town.now)
    town.relay.losing = 1
    // Lost; the next piece shows the gap.
    try town.run(seconds: 0.1)
    #expect(town.peers(of: 0) == ["node 2"])
    town.relay.losing = 0
    for index in [0, 1] { town.nodes[index].send(.ping, to: 0, at: town.now) }
    try town.run(seconds: 8)
    let gaps = town.effects.joined().filter {
      if case .close(_, .relayGap) = $0 { true } else { false }
    }
    #expect(gaps.count == 1)
    #expect(town.peers(of: 0) == ["node 2"] && town.peers(of: 1) == ["node 1"])
  }

  @Test func restartedNodeIsLinkedAnew() throws {
    var town = try pair()
    try town.run(seconds: 3)
    town.restart(1, try TestNode.settings(2, boot: 77), dials: [])
    // Its connection to the relay begins again: the other is told that it has joined again.
    town.relay.members.removeAll { $0 == 1 }
    town.enterRelay(1)
    try town.run(seconds: 5)
    #expect(town.peers(of: 0) == ["node 2"])
    #expect(town.nodes[0][0]?.link?.hello.boot == 77)
  }

  @Test func anotherMeshBehindTheSameRelayStaysOut() throws {
    var town = Town()
    town.add(try TestNode.settings(1), dials: [])
    town.add(try TestNode.settings(2, mesh: try TestNode.mesh("home", secret: 8)), dials: [])
    town.enterRelay(0)
    town.enterRelay(1)
    try town.run(seconds: 5)
    #expect(town.peers(of: 0) == [] && town.peers(of: 1) == [])
    #expect(town.nodes[0].counters.otherMesh + town.nodes[1].counters.otherMesh > 0)
  }

  /// The attacker is the relay itself: it changes, repeats and invents payloads.
  @Test func aLyingRelayGainsNothing() throws {
    var town = try pair()
    try town.run(seconds: 12)
    let recorded = town.relay.carried
    let pulses = recorded.filter {
      $0.to == 0 && String(decoding: $0.text, as: UTF8.self).contains("pulse")
    }
    let before = heard(town, 0)
    let replayed = town.nodes[0].pulses.arrivals.replayed
    let seed = try town.draw()
    for (_, _, text) in pulses.suffix(10) {
      for datagram in town.nodes[0].relayed(text, from: town.name(of: 1), { seed }, at: town.now) {
        let event = datagram.withUnsafeBytes { town.nodes[0].pulses.receive($0, at: town.now) }
        if case .pulse = event { Issue.record("a repeated pulse was taken") }
        var changed = datagram
        changed[20] ^= 1
        let forged = changed.withUnsafeBytes { town.nodes[0].pulses.receive($0, at: town.now) }
        if case .pulse = forged { Issue.record("a changed pulse was taken") }
      }
    }
    #expect(town.nodes[0].pulses.arrivals.replayed > replayed)
    #expect(heard(town, 0) == before)
    // It plays back a whole link from its first piece on: no session comes of it.
    for (_, _, text) in recorded where String(decoding: text, as: UTF8.self).contains("link") {
      _ = town.nodes[0].relayed(
        text, from: "00000000-0000-8000-8000-000000000001", { seed }, at: town.now)
    }
    try town.run(seconds: 1)
    #expect(town.peers(of: 0).count <= 1)
  }

  @Test func plainFramesNeedPermissionAndAHandshake() throws {
    let probe = "00000000-0000-4000-8000-0000000000ad"
    let handshake = Array(
      #"{"type":"handshake","nodeId":"\#(probe)","name":"sym","version":"0.2.3"}"#.utf8)
    for isAllowed in [false, true] {
      var own = try TestNode.settings(1)
      own.allowPlaintext = isAllowed
      var town = Town()
      town.add(own, dials: [])
      let seed = try town.draw()
      town.nodes[0].relayJoined(probe, at: 0)
      _ = town.nodes[0].relayed(Array(#"{"type":"cmb"}"#.utf8), from: probe, { seed }, at: 0)
      #expect(town.nodes[0].connectionCount == 0)
      _ = town.nodes[0].relayed(handshake, from: probe, { seed }, at: 0)
      #expect(town.peers(of: 0) == (isAllowed ? ["sym"] : []))
      guard isAllowed else {
        #expect(town.nodes[0].counters.plaintextRefused == 2)
        continue
      }
      var sent: [String] = []
      while let effect = town.nodes[0].next() {
        if case .relay(probe, let text) = effect {
          sent.append(String(decoding: text, as: UTF8.self))
        }
      }
      #expect(sent.first?.hasPrefix(#"{"type":"handshake","#) == true)
      #expect(sent.allSatisfy { !$0.contains("taumesh\":{") })
      // Frames go as they are, without a length.
      _ = town.nodes[0].relayed(Array(#"{"type":"ping"}"#.utf8), from: probe, { seed }, at: 1)
      #expect(town.nodes[0].next() == .relay(to: probe, Array(#"{"type":"pong"}"#.utf8)))
      town.nodes[0].relayLeft(probe, at: 2)
      #expect(town.peers(of: 0) == [])
    }
  }

  @Test func payloadsAreReadAsTheyWereWritten() {
    let piece = RelayPayload.Piece(stream: 0xFFFF_FFFF, number: 7, bytes: Array(0...255))
    #expect(RelayPayload(RelayPayload.text(piece)) == .link(piece))
    var longest = piece
    longest.bytes = [UInt8](repeating: 0xA5, count: RelayPayload.pieceBytes)
    #expect((RelayPayload(RelayPayload.text(longest)) == .link(longest)) == true)
    let end = RelayPayload.Piece(stream: 5, number: 0, bytes: [], isEnd: true)
    #expect(RelayPayload(RelayPayload.text(end)) == .link(end))
    let pulses: [[UInt8]] = [[1, 2, 3], Array(repeating: 9, count: 81)]
    #expect(RelayPayload(RelayPayload.text(pulses: pulses)) == .pulses(pulses))
    #expect(RelayPayload(Array(#"{"type":"cmb"}"#.utf8)) == .frame)
    #expect(RelayPayload(Array(#"{"type":"x-taumesh-"#.utf8)) == .frame)
    // As a relay in another language may write it.
    let anew = #"{ "data": ["AQID"], "type": "x-taumesh-pulse"}"#
    #expect(RelayPayload(Array(anew.utf8)) == .pulses([[1, 2, 3]]))
    for bad in [
      #"{"type":"x-taumesh-link"}"#, #"{"type":"x-taumesh-link","stream":-1,"n":0,"data":"AA"}"#,
      #"{"type":"x-taumesh-link","stream":1,"n":0,"data":""}"#,
      #"{"type":"x-taumesh-link","stream":1,"n":0,"data":"*"}"#,
      #"{"type":"x-taumesh-pulse","data":[7]}"#, #"{"type":"x-taumesh-other"}"#,
    ] { #expect(RelayPayload(Array(bad.utf8)) == nil, "\(bad)") }
  }
}
