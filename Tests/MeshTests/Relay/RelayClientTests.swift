// SPDX-License-Identifier: Apache-2.0
import MMP
import Testing

@testable import Mesh

@Suite struct RelayClientTests {
  /// A client whose WebSocket opens when it asks, as long as `isReachable`.
  private struct Visit {
    var client: RelayClient
    var now: Int64 = 0
    var effects: [RelayClient.Effect] = []
    var attempts: [Int64] = []

    init(_ change: (inout RelayClient.Settings) -> Void = { _ in }) {
      var settings = RelayClient.Settings(nodeID: "me", name: "Me")
      change(&settings)
      client = RelayClient(settings, seed: 5, now: 0)
    }

    mutating func pull() {
      while let effect = client.next() {
        if effect == .connect { attempts.append(now) }
        effects.append(effect)
      }
    }

    mutating func tick() {
      client.tick(at: now)
      pull()
    }

    mutating func hear(_ text: String) {
      client.received(Array(text.utf8), at: now)
      pull()
    }

    mutating func end(_ code: Int = 0) {
      client.ended(code: code, "gone", at: now)
      pull()
    }

    /// Connects and is let in.
    mutating func enter() {
      tick()
      client.opened(at: now)
      hear(#"{"type":"relay-peers","peers":[]}"#)
    }

    mutating func taken() -> [RelayClient.Effect] {
      defer { effects = [] }
      return effects
    }
  }

  private func text(_ effect: RelayClient.Effect?) -> String? {
    guard case .send(let bytes) = effect else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test func saysWhoItIsAndIsToldWhoIsThere() {
    var visit = Visit { ($0.token, $0.group) = ("t", "g") }
    visit.tick()
    visit.client.opened(at: 0)
    visit.pull()
    let greeting = visit.taken()
    #expect(greeting.first == .connect)
    #expect(
      text(greeting.last)
        == #"{"type":"relay-auth","nodeId":"me","name":"Me","token":"t","group":"g"}"#)
    visit.hear(
      #"{"type":"relay-peers","peers":[{"nodeId":"r","name":"R","relay":true},{"nodeId":"a","name":"A"},"#
        + #"{"nodeId":"z","name":"Z","offline":true},{"nodeId":7}]}"#)
    visit.hear(#"{"type":"relay-peer-joined","nodeId":"b","name":"B"}"#)
    visit.hear(#"{"type":"relay-peer-left","nodeId":"a","name":"A"}"#)
    #expect(
      visit.taken() == [
        .up, .joined(nodeID: "r", name: "R", isRelay: true),
        .joined(nodeID: "a", name: "A", isRelay: false),
        .joined(nodeID: "b", name: "B", isRelay: false), .left(nodeID: "a"),
      ])
  }

  /// T4 of the recorded transcripts, from the client's side.
  @Test func recordedRelayIsUnderstood() {
    let peer = "01a1fd54-8797-7570-b222-6dc519370be4"
    var visit = Visit()
    visit.tick()
    visit.client.opened(at: 0)
    visit.hear(#"{"type":"relay-peers","peers":[{"nodeId":"\#(peer)","name":"relay-peer"}]}"#)
    visit.hear(#"{"from":"\#(peer)","fromName":"relay-peer","payload":{"type":"pong"}}"#)
    #expect(
      visit.taken().suffix(3) == [
        .up, .joined(nodeID: peer, name: "relay-peer", isRelay: false),
        .payload(from: peer, Array(#"{"type":"pong"}"#.utf8)),
      ])
    visit.client.send(Array(#"{"type": "ping"}"#.utf8), to: peer)
    visit.client.send(Array(#"{"type":"ping"}"#.utf8), to: nil)
    visit.pull()
    #expect(
      visit.taken().map(text) == [
        #"{"to":"\#(peer)","payload":{"type": "ping"}}"#, #"{"payload":{"type":"ping"}}"#,
      ])
  }

  @Test func answersPingsAndSaysByItselfThatItLives() {
    var visit = Visit()
    visit.enter()
    _ = visit.taken()
    visit.hear(#"{"type":"relay-ping"}"#)
    #expect(visit.taken().map(text) == [#"{"type":"relay-pong"}"#])
    visit.now = 20 * Nanoseconds.second
    visit.tick()
    #expect(visit.taken().map(text) == [#"{"type":"relay-pong"}"#])
    visit.hear(#"{"type":"relay-reauth"}"#)
    #expect(visit.taken().map(text) == [#"{"type":"relay-auth","nodeId":"me","name":"Me"}"#])
  }

  @Test func silentRelayIsLeftAfterAMinute() {
    var visit = Visit()
    visit.enter()
    for second in 1..<60 {
      visit.now = Int64(second) * Nanoseconds.second
      visit.tick()
    }
    #expect(!visit.effects.contains(.disconnect))
    visit.now = 60 * Nanoseconds.second
    visit.tick()
    #expect(visit.taken().suffix(2) == [.disconnect, .down("nothing heard of the relay for 60 s")])
    #expect(visit.client.deadline >= visit.now + Nanoseconds.second)
  }

  @Test(arguments: [30, 60]) func waitsLongerEachTimeUpToTheCap(_ cap: Int) {
    var visit = Visit { $0.longestRetry = Int64(cap) * Nanoseconds.second }
    var waits: [Double] = []
    for _ in 0..<9 {
      visit.tick()
      visit.end()
      waits.append(Double(visit.client.deadline - visit.now) * 1e-9)
      visit.now = visit.client.deadline
    }
    let expected = [1, 2, 4, 8, 16, 32, 64, 128, 256].map { min($0, Double(cap)) }
    for (wait, expected) in zip(waits, expected) {
      #expect(wait >= expected && wait <= 1.1 * expected)
    }
    #expect(Set(waits.suffix(3)).count > 1, "no jitter")
  }

  @Test func connectionThatStoodBeginsTheSeriesAnew() {
    var visit = Visit()
    for _ in 0..<6 {
      visit.tick()
      visit.end()
      visit.now = visit.client.deadline
    }
    visit.enter()
    visit.now += 29 * Nanoseconds.second
    visit.end()
    #expect(visit.client.deadline - visit.now >= 30 * Nanoseconds.second)
    visit.now = visit.client.deadline
    visit.enter()
    visit.now += 30 * Nanoseconds.second
    visit.end()
    #expect(visit.client.deadline - visit.now <= 1_100_000_000)
  }

  @Test func doesNotFightForItsPlace() {
    var visit = Visit()
    visit.enter()
    visit.end(4004)
    #expect(
      visit.taken().last == .down("another connection took this node's place at the relay"))
    #expect(visit.client.deadline == visit.now + RelayClient.truce)
  }

  @Test func refusedTokenIsSurfacedAndNotHammered() {
    var visit = Visit()
    visit.tick()
    visit.client.opened(at: 0)
    visit.hear(#"{"type":"relay-error","message":"Invalid token"}"#)
    visit.end(4003)
    #expect(
      visit.taken().last == .down("the relay refuses the token: the relay says: Invalid token"))
    #expect(visit.client.deadline >= 30 * Nanoseconds.second)
  }

  @Test func tooYoungWaitsUntilTheOtherIsOld() {
    var visit = Visit()
    visit.tick()
    visit.client.opened(at: 0)
    visit.end(4006)
    #expect(visit.client.deadline >= 6 * Nanoseconds.second)
  }

  @Test func nothingIsSentOrTakenBeforeItIsLetIn() {
    var visit = Visit()
    visit.tick()
    visit.client.opened(at: 0)
    visit.pull()
    _ = visit.taken()
    visit.client.send(Array("{}".utf8), to: "a")
    visit.hear(#"{"from":"a","fromName":"A","payload":{}}"#)
    visit.hear("nonsense")
    visit.hear(#"{"from":7,"payload":{}}"#)
    #expect(visit.taken().isEmpty)
    #expect(visit.client.malformed == 3)
  }

  @Test func socketThatNeverOpensIsGivenUp() {
    var visit = Visit()
    visit.tick()
    visit.now = visit.client.deadline
    visit.tick()
    #expect(visit.taken().suffix(2) == [.disconnect, .down("the relay does not answer")])
  }
}
