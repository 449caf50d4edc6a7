// SPDX-License-Identifier: Apache-2.0
import MMP
import Testing

@testable import Mesh

/// The rules of MMP 0.2.0 §1.3 and of sym-relay 0.1.2, whose bytes are those recorded.
@Suite struct RelayServerTests {
  private let first = "01a1fd54-8797-7570-b222-6dc519370be4"
  private let probe = "00000000-0000-4000-8000-0000000000ad"
  private let tokens = RelayAccess(entries: [
    .init(token: "tokA", channel: "chanA"), .init(token: "tokB", channel: "chanB"),
  ])

  /// T4 of the recorded transcripts: what the relay said, but that this one is a peer itself.
  @Test func recordedSessionIsReproduced() {
    var house = RelayHouse(access: tokens)
    house.join(1, first, "relay-peer", token: "tokA")
    _ = house.heard(1)
    house.join(2, probe, "taumesh-relay-probe", token: "tokA")
    let welcome = house.heard(2)
    #expect(
      welcome[0] == #"{"type":"relay-peers","peers":[{"nodeId":"\#(RelayHouse.relayID)","#
        + #""name":"relay","relay":true},{"nodeId":"\#(first)","name":"relay-peer"}]}"#)
    #expect(
      house.heard(1) == [
        #"{"type":"relay-peer-joined","nodeId":"\#(probe)","name":"taumesh-relay-probe"}"#
      ])
    let handshake =
      #"{"type":"handshake","nodeId":"01a1fd54-8797-7570-b222-6dc519370be4","name":"relay-peer","#
      + #""version":"0.2.3","extensions":[],"room":"default","publicKey":"-0w_XdbvjLCGZEq5x7OgStii7QCC72bbmxRK7unl-oA","#
      + #""e2ePublicKey":"MCowBQYDK2VuAyEAIkeTr692dNmychvFXFoay7PJvAbpTSDBEVBiRqTHCjY=","lifecycleRole":"participant"}"#
    house.say(#"{"to":"\#(probe)","payload":\#(handshake)}"#, on: 1)
    #expect(
      house.heard(2) == [#"{"from":"\#(first)","fromName":"relay-peer","payload":\#(handshake)}"#])
    house.say(#"{"to": "\#(first)", "payload": {"type": "ping"}}"#, on: 2)
    #expect(
      house.heard(1) == [
        #"{"from":"\#(probe)","fromName":"taumesh-relay-probe","payload":{"type": "ping"}}"#
      ])
    house.say(#"{"to":"\#(probe)","payload":{"type":"pong"}}"#, on: 1)
    #expect(
      house.heard(2) == [#"{"from":"\#(first)","fromName":"relay-peer","payload":{"type":"pong"}}"#]
    )
    house.leave(1)
    #expect(
      house.heard(2) == [
        #"{"type":"relay-peer-left","nodeId":"\#(first)","name":"relay-peer"}"#
      ])
  }

  @Test func whoSaysNothingIsClosedWith4001() {
    var house = RelayHouse()
    house.open(1)
    house.run(seconds: 9)
    #expect(house.closed.isEmpty)
    house.run(seconds: 1.5)
    #expect(house.closed.map(\.reason.rawValue) == [4001])
    #expect(house.server.count == 0)
  }

  @Test(arguments: [
    #"{"type":"relay-auth","name":"a"}"#, #"{"type":"relay-auth","nodeId":"a"}"#,
    #"{"type":"relay-pong"}"#, #"{"to":"a","payload":{}}"#, "[]", "nonsense", "",
    #"{"type":"relay-auth","nodeId":"","name":"a"}"#,
    #"{"type":"relay-auth","nodeId":"\#(RelayHouse.relayID)","name":"thief"}"#,
  ])
  func whoDoesNotSayWhoItIsIsClosedWith4002(_ text: String) {
    var house = RelayHouse()
    house.open(1)
    house.say(text, on: 1)
    #expect(house.closed.map(\.reason.rawValue) == [4002])
    #expect(house.server.count == 0)
  }

  @Test(arguments: [nil, "tokC", "tok", "tokAA", ""] as [String?])
  func wrongTokenIsToldAndClosedWith4003(_ token: String?) {
    var house = RelayHouse(access: tokens)
    house.join(1, probe, "probe", token: token)
    #expect(house.heard(1) == [#"{"type":"relay-error","message":"Invalid token"}"#])
    #expect(house.closed.map(\.reason.rawValue) == [4003])
  }

  @Test func olderConnectionGivesWayWith4004() {
    var house = RelayHouse()
    house.join(1, first, "one")
    house.join(2, probe, "two")
    house.run(seconds: 5)
    _ = house.heard(1)
    house.join(3, probe, "two")
    #expect(house.closed.map(\.connection) == [2])
    #expect(house.closed.map(\.reason.rawValue) == [4004])
    #expect(
      house.heard(1) == [#"{"type":"relay-peer-joined","nodeId":"\#(probe)","name":"two"}"#])
    house.say(#"{"to":"\#(probe)","payload":{"a":1}}"#, on: 1)
    #expect(house.heard(3).last == #"{"from":"\#(first)","fromName":"one","payload":{"a":1}}"#)
  }

  @Test func youngConnectionStaysAndTheNewIsClosedWith4006() {
    var house = RelayHouse()
    house.join(1, probe, "two")
    house.run(seconds: 4.5)
    house.join(2, probe, "two")
    #expect(house.closed.map(\.connection) == [2])
    #expect(house.closed.map(\.reason.rawValue) == [4006])
    #expect(house.heard(2) == [#"{"type":"relay-error","message":"Already connected"}"#])
    #expect(house.server.count == 1)
  }

  @Test func whoDoesNotAnswerPingsIsClosedWith4005() {
    var house = RelayHouse()
    house.join(1, first, "one")
    house.join(2, probe, "two")
    house.run(seconds: 120, answering: [1])
    #expect(house.closed.map(\.connection) == [2])
    #expect(house.closed.map(\.reason.rawValue) == [4005])
    #expect(
      house.heard(1).contains(#"{"type":"relay-peer-left","nodeId":"\#(probe)","name":"two"}"#))
  }

  @Test func heartbeatIsAsConfigured() {
    var house = RelayHouse {
      ($0.heartbeat, $0.heartbeatTimeout) = (2 * Nanoseconds.second, 3 * Nanoseconds.second)
    }
    house.join(1, first, "one")
    house.run(seconds: 4.5)
    #expect(house.heard(1).filter { $0 == #"{"type":"relay-ping"}"# }.count == 2)
    #expect(house.closed.isEmpty)
    house.run(seconds: 1)
    #expect(house.closed.map(\.reason.rawValue) == [4005])
  }

  @Test func broadcastReachesEveryoneElseInTheChannel() {
    var house = RelayHouse(access: tokens)
    house.join(1, "a", "A", token: "tokA")
    house.join(2, "b", "B", token: "tokA")
    house.join(3, "c", "C", token: "tokA")
    house.join(4, "d", "D", token: "tokB")
    for connection in 1...4 { _ = house.heard(UInt32(connection)) }
    for to in [#""#, #""to":null,"#, #""to":"","#] {
      house.say("{\(to)\"payload\":{\"type\":\"message\"}}", on: 1)
      let expected = [#"{"from":"a","fromName":"A","payload":{"type":"message"}}"#]
      #expect(house.heard(2) == expected)
      #expect(house.heard(3) == expected)
    }
    #expect(house.heard(1).isEmpty)
    #expect(house.heard(4).isEmpty)
  }

  /// The attacker names a node of another channel, and another sender than itself.
  @Test func nothingLeavesItsChannelWhateverIsForged() {
    var house = RelayHouse(access: tokens)
    house.join(1, "a", "A", token: "tokA")
    house.join(2, "b", "B", token: "tokB")
    #expect(!house.heard(2).contains { $0.contains(#""nodeId":"a""#) })
    _ = house.heard(1)
    house.say(#"{"to":"b","from":"b","channel":"chanB","payload":{"x":1}}"#, on: 1)
    house.say(#"{"payload":{"x":1},"to":"b"}"#, on: 1)
    house.say(#"{"to":"a","from":"b","fromName":"B","payload":{"x":2}}"#, on: 1)
    #expect(house.heard(2).isEmpty)
    #expect(house.server.counters.undeliverable == 2)
    // In its own channel the sender is who it said it is, whatever the envelope says.
    #expect(house.heard(1) == [#"{"from":"a","fromName":"A","payload":{"x":2}}"#])
    // The control: without channels the same message arrives.
    var open = RelayHouse()
    open.join(1, "a", "A")
    open.join(2, "b", "B")
    _ = open.heard(2)
    open.say(#"{"to":"b","from":"b","channel":"chanB","payload":{"x":1}}"#, on: 1)
    #expect(open.heard(2) == [#"{"from":"a","fromName":"A","payload":{"x":1}}"#])
  }

  @Test func payloadIsCarriedByteForByte() {
    var house = RelayHouse()
    house.join(1, "a", "A")
    house.join(2, "b", "B")
    _ = house.heard(2)
    let payload =
      #"{ "type" :"cmb", "n": 1.50e0 , "s":"\u00e9\"}{[", "deep":[[{"k":[ ]}]] ,"type":"twice" }"#
    house.say(#"{"payload": \#(payload) , "to":"b"}"#, on: 1)
    #expect(house.heard(2) == [#"{"from":"a","fromName":"A","payload":\#(payload)}"#])
  }

  @Test func whatMeansNothingIsDroppedAndTheConnectionLives() {
    var house = RelayHouse()
    house.join(1, "a", "A")
    house.join(2, "b", "B")
    _ = house.heard(2)
    for text in [
      "", "nonsense", "{}", #"{"to":"b"}"#, #"{"to":"b","payload":7}"#, #"{"to":7,"payload":{}}"#,
      #"{"to":"b","payload":{}}}"#, #"{"to":"b","to":"b","payload":{}}"#,
      #"{"to":"b","payload":{}"#,
      #"{"type":"unheard-of"}"#,
    ] { house.say(text, on: 1) }
    #expect(house.heard(2).isEmpty)
    #expect(house.server.counters.malformed == 10)
    #expect(house.closed.isEmpty)
  }

  @Test func thoseWhoDoNotReadAreClosedAndTheOthersTold() {
    var house = RelayHouse()
    house.join(1, "a", "A")
    house.join(2, "b", "B")
    _ = house.heard(1)
    house.server.stalled(2, at: house.now)
    house.pull()
    #expect(house.closed.map(\.reason.rawValue) == [1008])
    #expect(house.heard(1) == [#"{"type":"relay-peer-left","nodeId":"b","name":"B"}"#])
  }

  @Test func moreThanTheCapacityAreRefused() {
    var house = RelayHouse { $0.capacity = 2 }
    for connection in 1...3 { house.open(UInt32(connection)) }
    #expect(house.closed.map(\.connection) == [3])
    #expect(house.closed.map(\.reason.rawValue) == [1013])
  }
}
