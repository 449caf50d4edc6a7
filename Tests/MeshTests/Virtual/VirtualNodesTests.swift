// SPDX-License-Identifier: Apache-2.0
import MMP
import Testing

@testable import Mesh

/// Registration, limits, and what one application costs the others.
@Suite struct VirtualNodesTests {
  private let second: Int64 = 1_000_000_000

  /// mmp-wire §8: register → registered{nodeId,name,relay}; status → {type:"result",action,…}.
  @Test func registrationIsAnsweredInEitherFraming() {
    let home = Household()
    let (lines, frames) = (home.open(), home.open())
    let register = #"{"type":"register","name":"claude-code","cognitiveProfile":null}"#
    home.say(lines, register)
    home.sayFramed(frames, register)
    let answer =
      #"{"type":"registered","nodeId":"\#(Household.nodeID)","name":"kitchen","relay":null}"#
    #expect(home.texts(lines) == [answer + "\n"])
    #expect(home.texts(frames) == ["\0\0\0c" + answer])
    #expect(answer.utf8.count == 99)
    home.say(lines, #"{"type":"status"}"#)
    #expect(home.texts(lines).last == #"{"type":"result","action":"status"}"# + "\n")
    #expect(home.virtual.members.map { $0.name } == ["claude-code", "claude-code"])
  }

  @Test func theNodesOwnRequestsComeThroughWordForWord() {
    let home = Household()
    let asker = home.open()
    for text in [#"{"id":1,"verb":"status"}"#, "hello", "", "{}"] {
      home.say(asker, text)
      #expect(home.controls.last == text)
    }
    #expect(home.texts(asker).count == 4)
  }

  @Test func whatIsUnknownIsCountedAndNotAnswered() {
    let home = Household()
    let node = home.open("a")
    for text in [#"{"type":"xmesh-context"}"#, "nonsense", #"{"type":"message"}"#] {
      home.say(node, text)
    }
    #expect(home.texts(node).isEmpty && home.controls.isEmpty && home.requests.isEmpty)
    #expect(home.virtual.members[0].counters.invalid == 3)
    home.virtual.closed(node)
    #expect(home.virtual.counters.invalid == 3)
  }

  @Test func aSeventeenthIsRefusedAndAPlaceIsFreeAgain() {
    let home = Household()
    let nodes = (0..<VirtualNodes.capacity).map { home.open("node\($0)") }
    let late = home.open()
    home.say(late, #"{"type":"register","name":"late"}"#)
    #expect(home.texts(late).first?.hasPrefix(#"{"type":"error""#) == true)
    #expect(home.virtual.members.count == VirtualNodes.capacity)
    home.virtual.closed(nodes[3])
    home.say(late, #"{"type":"register","name":"late"}"#)
    #expect(home.virtual.members.last?.name == "late")
  }

  @Test func strangersGiveWayButVirtualNodesDoNot() {
    let home = Household()
    let node = home.open("a")
    home.now = second
    let first = home.open()
    home.now = 2 * second
    let others = (1..<VirtualNodes.mostStrangers).map { _ in home.open() }
    #expect(home.closed.isEmpty)
    home.now = 3 * second
    home.say(first, #"{"id":1,"verb":"status"}"#)
    _ = home.open()
    #expect(home.closed == [others[0]: .gaveWay])
    #expect(home.virtual.name(of: node) == "a")
  }

  @Test func aFloodIsCountedNotCarriedOut() {
    let home = Household()
    let flood = home.open("flood")
    let calm = home.open("calm")
    let line = #"{"type":"message","content":"spam"}"# + "\n"
    let chunk = Array(String(repeating: line, count: 100).utf8)
    for _ in 0..<1000 { home.send(flood, chunk) }
    #expect(home.requests.count == Int(VirtualConnection.textsAtOnce))
    #expect(home.virtual.members[0].counters.refused == 100_000 - 200)
    #expect(home.held[flood] ?? 0 > second, "it is not read from for as long as it sent too much")
    home.say(calm, #"{"type":"message","content":"hello"}"#)
    #expect(home.requests.last?.text == "hello")
    home.now += second
    for _ in 0..<10 { home.send(flood, chunk) }
    #expect(home.requests.count == 201 + Int(VirtualConnection.textsPerSecond))
  }

  @Test func whoHasNotRegisteredIsLimitedTooButMayAskTheNode() {
    let home = Household()
    let stranger = home.open()
    for _ in 0..<1000 { home.say(stranger, #"{"type":"send","message":"spam"}"#) }
    #expect(home.requests.count == Int(VirtualConnection.textsAtOnce))
    for _ in 0..<1000 { home.say(stranger, #"{"id":1,"verb":"status"}"#) }
    #expect(home.controls.count == 1000)
  }

  @Test func aSlowReaderLosesItsOldestEventsAndNobodyElseDoes() {
    let home = Household()
    let slow = home.open("slow")
    let quick = home.open("quick")
    home.stuck = [slow]
    for number in 0..<100 { home.hear("event \(number)") }
    #expect(home.texts(quick).count == 100)
    // One is with the kernel.
    let most = Outbox.mostTexts
    #expect(home.virtual.members[0].counters.dropped == UInt64(99 - most))
    home.drain(slow)
    #expect(home.texts(slow).count == 1 + most)
    #expect(home.texts(slow)[0].contains("event 0\"") && home.texts(slow)[1].contains("event 36\""))
    #expect(home.closed.isEmpty)
  }

  @Test func aReaderThatTakesNothingIsClosed() {
    let home = Household()
    let dead = home.open("dead")
    home.stuck = [dead]
    home.hear("one")
    home.now += Outbox.patience - 1
    home.hear("two")
    #expect(home.closed.isEmpty)
    home.now += 1
    home.hear("three")
    #expect(home.closed == [dead: .notReading])
    #expect(home.virtual.members.isEmpty)
  }

  @Test func whoAsksWithoutReadingIsClosed() {
    let home = Household()
    let (stranger, node) = (home.open(), home.open("a"))
    home.stuck = [stranger, node]
    for _ in 0..<2 { home.say(stranger, #"{"id":1,"verb":"status"}"#) }
    #expect(home.closed[stranger] == .notReading)
    for _ in 0..<(Outbox.mostTexts + 1) { home.say(node, #"{"type":"peers"}"#) }
    #expect(home.closed[node] == nil)
    home.say(node, #"{"type":"peers"}"#)
    #expect(home.closed[node] == .notReading)
  }

  @Test func waitingTextsStayWithinTheirBytes() {
    let home = Household()
    let slow = home.open("slow")
    home.stuck = [slow]
    let long = String(repeating: "x", count: 20_000)
    for _ in 0..<10 { home.hear(long) }
    #expect(home.virtual.members[0].counters.dropped == 6)
    home.drain(slow)
    #expect(home.texts(slow).count == 4)
  }

  @Test func aStreamThatCannotBeFollowedIsClosedAlone() {
    let home = Household()
    let (bad, good) = (home.open(), home.open("good"))
    home.send(bad, [0, 0, 0, 0])
    #expect(home.closed == [bad: .framing(.empty)])
    home.say(good, #"{"type":"ping"}"#)
    #expect(home.texts(good) == [#"{"type":"pong"}"# + "\n"])
  }
}
