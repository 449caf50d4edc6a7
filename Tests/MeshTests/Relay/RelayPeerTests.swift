// SPDX-License-Identifier: Apache-2.0
import MMP
import Testing

@testable import Mesh

/// The relay as a peer among its clients: handshake, gossip, memory of those who are away.
@Suite struct RelayPeerTests {
  private let wake = #"{"platform":"apns","token":"t1","environment":"sandbox"}"#
  private var own: String { #"{"from":"\#(RelayHouse.relayID)","fromName":"relay","payload":"# }

  @Test func relayShakesHandsWithItsOwnIdentity() {
    var house = RelayHouse()
    house.join(1, "a", "A")
    let heard = house.heard(1)
    #expect(
      heard[1] == own
        + #"{"type":"handshake","nodeId":"\#(RelayHouse.relayID)","name":"relay","version":"0.2.3","#
        + #""extensions":[],"lifecycleRole":"observer"}}"#)
    // Nobody else is known yet: nothing to gossip.
    #expect(heard.count == 2)
  }

  /// How gossip solves wake bootstrap (MMP 0.2.0, Peer Gossip): steps 1 to 3.
  @Test func wakeChannelOfOneWhoHasGoneIsToldToNewcomers() {
    var house = RelayHouse()
    house.join(1, "a", "A", wake: wake)
    house.leave(1)
    house.now += 3 * Nanoseconds.second
    house.join(2, "b", "B")
    let heard = house.heard(2)
    #expect(heard[0].contains(#"{"nodeId":"a","name":"A","wakeChannel":\#(wake),"offline":true}"#))
    #expect(
      heard[2] == own
        + #"{"type":"peer-info","peers":[{"nodeId":"a","name":"A","wakeChannel":\#(wake),"#
        + #""lastSeen":1795251541000}]}}"#)
  }

  @Test func relayLearnsOnlyWhatItIsTold() {
    var house = RelayHouse()
    house.join(1, "a", "A")
    house.join(2, "b", "B")
    _ = house.heard(2)
    // Between others: forwarded, not read.
    house.say(
      #"{"to":"b","payload":{"type":"wake-channel","platform":"apns","token":"t9"}}"#, on: 1)
    #expect(house.server.directory.entries.allSatisfy { $0.wakeChannel == nil })
    #expect(house.heard(2).count == 1)
    // To the relay: read, and gossiped in the next round.
    house.say(
      #"{"to":"\#(RelayHouse.relayID)","payload":{"type":"wake-channel","platform":"apns","token":"t1"}}"#,
      on: 1)
    house.say(
      #"{"to":"\#(RelayHouse.relayID)","payload":{"type":"peer-info","peers":[{"nodeId":"z","name":"Z","#
        + #""wakeChannel":{"platform":"fcm","token":"t2"},"lastSeen":1795251540000}]}}"#, on: 1)
    #expect(house.heard(2).isEmpty)
    house.run(seconds: 60, answering: [1, 2])
    let gossip = house.heard(2).last { $0.contains("peer-info") }
    #expect(
      gossip?.contains(#"{"nodeId":"a","name":"A","wakeChannel":{"platform":"apns","token":"t1"}"#)
        == true)
    #expect(
      gossip?.contains(
        #"{"nodeId":"z","name":"Z","wakeChannel":{"platform":"fcm","token":"t2"},"lastSeen":1795251540000}"#
      ) == true)
    // All have been told: silence.
    house.run(seconds: 60, answering: [1, 2])
    #expect(!house.heard(2).contains { $0.contains("peer-info") })
  }

  @Test func relayAnswersPingsAndNothingElse() {
    var house = RelayHouse()
    house.join(1, "a", "A")
    _ = house.heard(1)
    for type in ["handshake", "state-sync", "memory-share", "cmb", "mood", "message", "error"] {
      house.say(#"{"to":"\#(RelayHouse.relayID)","payload":{"type":"\#(type)"}}"#, on: 1)
    }
    #expect(house.heard(1).isEmpty)
    house.say(#"{"to":"\#(RelayHouse.relayID)","payload":{"type":"ping"}}"#, on: 1)
    #expect(house.heard(1) == [own + #"{"type":"pong"}}"#])
  }

  @Test func hearsayDoesNotReplaceWhatANodeSaidItself() {
    var house = RelayHouse()
    house.join(1, "a", "A", wake: wake)
    house.join(2, "b", "B")
    house.say(
      #"{"to":"\#(RelayHouse.relayID)","payload":{"type":"peer-info","peers":[{"nodeId":"a","name":"fool","#
        + #""wakeChannel":{"platform":"apns","token":"stolen"},"lastSeen":9999999999999}]}}"#, on: 2
    )
    let entry = house.server.directory.entries.first { $0.nodeID == "a" }
    #expect(entry?.name == "A")
    #expect(entry?.wakeChannel?.token == "t1")
  }

  @Test func channelsDoNotGossip() {
    var house = RelayHouse(
      access: RelayAccess(entries: [
        .init(token: "tokA", channel: "x"), .init(token: "tokB", channel: "y"),
      ]))
    house.join(1, "a", "A", token: "tokA", wake: wake)
    house.leave(1)
    house.join(2, "b", "B", token: "tokB")
    #expect(!house.heard(2).contains { $0.contains("\"a\"") })
    house.join(3, "c", "C", token: "tokA")
    #expect(house.heard(3).contains { $0.contains("\"a\"") })
  }

  @Test func directoryExpiresIsBoundedAndSurvivesARestart() throws {
    var house = RelayHouse { $0.directoryCapacity = 3 }
    for (number, name) in ["a", "b", "c", "d"].enumerated() {
      house.join(UInt32(number), name, name, wake: wake)
      house.leave(UInt32(number))
      house.now += Nanoseconds.second
    }
    #expect(house.server.directory.entries.map(\.nodeID) == ["b", "c", "d"])
    var writer = JSONWriter()
    writer.object { house.server.directory.write(&$0) }
    let limits = JSONLimits(textBytes: 1 << 20, arenaBytes: 1 << 20)
    let entries = house.server.directory.entries
    var again = RelayHouse()
    again.now = house.now
    try JSONDocument.read(writer.bytes, limits: limits) { again.server.restore($0, at: again.now) }
    #expect(again.server.directory.entries == entries)
    var late = RelayHouse()
    late.now = house.now + 8 * 86_400 * Nanoseconds.second
    try JSONDocument.read(writer.bytes, limits: limits) { late.server.restore($0, at: late.now) }
    #expect(late.server.directory.entries.isEmpty)
  }

  /// A list of many nodes with long tokens is cut, and still read by a client.
  @Test func longListsAreCutToWhatAClientReads() {
    var house = RelayHouse()
    let wake = WakeChannel(platform: "apns", token: String(repeating: "t", count: 510))
    house.server.directory.entries = (0..<1600).map { number in
      RelayDirectory.Entry(
        channel: RelayAccess.common, nodeID: "\(number)", name: "n", wakeChannel: wake,
        lastSeen: 1_795_251_540_000)
    }
    house.join(9999, "me", "Me")
    let list = house.heard(9999)[0]
    #expect(list.utf8.count > 700_000 && list.utf8.count < RelayServer.messageLimit)
    var client = RelayClient(RelayClient.Settings(nodeID: "me", name: "Me"), seed: 1, now: 0)
    client.tick(at: 0)
    client.opened(at: 0)
    client.received(Array(list.utf8), at: 0)
    #expect(client.state == .up)
  }

  @Test func groupChannelsNeedTheGroupsToken() {
    let group = "550e8400-e29b-41d4-a716-446655440000"
    let fixed = RelayAccess(entries: [.init(token: "secret of the group", channel: group)])
    #expect(fixed.channel(token: "secret of the group", group: group) != nil)
    #expect(fixed.channel(token: "secret of the group", group: nil) != nil)
    #expect(fixed.channel(token: "secret of the group", group: "other") == nil)
    #expect(fixed.channel(token: "guess", group: group) == nil)
    #expect(RelayAccess().channel(token: "secret of the group", group: group) == nil)
    let any = RelayAccess(servesGroups: true)
    let members = any.channel(token: "secret of the group", group: group)
    #expect(members != nil && members == any.channel(token: "secret of the group", group: group))
    // Who knows the group's id alone comes nowhere near it.
    #expect(any.channel(token: "another long token", group: group) != members)
    #expect(any.channel(token: "short", group: group) == nil)
    #expect(any.channel(token: nil, group: nil) == RelayAccess.common)
  }

  @Test func bearerTokenOfTheHeaderOpensTheGroupsChannel() {
    let group = "550e8400-e29b-41d4-a716-446655440000"
    var house = RelayHouse(
      access: RelayAccess(entries: [.init(token: "token of the group", channel: group)]))
    house.open(1, bearer: "token of the group", group: group)
    house.say(#"{"type":"relay-auth","nodeId":"a","name":"A"}"#, on: 1)
    #expect(house.closed.isEmpty)
    house.open(2, bearer: "token of another", group: group)
    house.say(
      #"{"type":"relay-auth","nodeId":"b","name":"B","token":"token of the group"}"#, on: 2)
    #expect(house.closed.map(\.reason.rawValue) == [4003])
  }
}
