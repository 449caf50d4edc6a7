// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Cognition

/// The gate's arithmetic on given vectors, with the cases and results that MMP publishes for it
/// (conformance of §9.2, §9.2.1), and on texts.
@Suite struct ContentGateTests {
  struct Case: Sendable {
    let incoming: [Float]
    let anchors: [[Float]]
    let age: Double
    let verdict: ContentGate.Verdict
    let drift: Double
    var nearest: Double?
  }

  @Test(arguments: [
    Case(
      incoming: [1, 0], anchors: [[1, 0]], age: 0, verdict: .redundant, drift: 0, nearest: 0),
    Case(
      incoming: [1, 0], anchors: [[1, 0], [0.6, 0.8], [0.6, 0.8]], age: 0, verdict: .redundant,
      drift: 0.088761609, nearest: 0),
    Case(
      incoming: [1, 0], anchors: [[0.85, 0.52678269], [0.5, -0.8660254]], age: 0,
      verdict: .aligned, drift: 0.000080529),
    Case(incoming: [1, 0], anchors: [[0.8, 0.6]], age: 0, verdict: .aligned, drift: 0.14),
    Case(
      incoming: [0.5, 0.8660254], anchors: [[1, 0]], age: 0, verdict: .guarded, drift: 0.35),
    Case(
      incoming: [0.5, 0.8660254], anchors: [[1, 0]], age: 36000, verdict: .rejected,
      drift: 0.649999999),
    Case(incoming: [1, 0], anchors: [], age: 0, verdict: .aligned, drift: 0, nearest: 0),
    // Anchors that point away are not absent.
    Case(
      incoming: [1, 0], anchors: [[-1, 0]], age: 0, verdict: .rejected, drift: 0.7, nearest: 1),
  ])
  func publishedCases(_ one: Case) {
    var gate = ContentGate()
    for anchor in one.anchors { gate.admit([anchor], at: 0) }
    let result = gate.judge([one.incoming], age: one.age, at: 0)
    #expect(result.verdict == one.verdict)
    #expect(close(result.drift, one.drift))
    if let nearest = one.nearest { #expect(close(result.nearest, nearest)) }
  }

  @Test func onlyFieldsThatBothHaveCount() {
    var gate = ContentGate()
    gate.admit([[1, 0], [], [0, 1]], at: 0)
    // The middle one has no anchor, the last one no text: the first decides.
    let result = gate.judge([[0, 1], [1, 0], []], age: 0, at: 0)
    #expect(close(result.drift, 0.7))
    #expect(result.verdict == .rejected)
    #expect(gate.judge([[], [1, 0], []], age: 0, at: 0).verdict == .aligned)
  }

  @Test func anchorsFadeAndGiveWay() {
    var gate = ContentGate()
    gate.admit([[1, 0]], at: 0)
    let late: Int64 = 1800 * 40 * 1_000_000_000
    #expect(gate.judge([[0, 1]], age: 0, at: 0).verdict == .rejected)
    // Nothing left to compare with.
    #expect(gate.judge([[0, 1]], age: 0, at: late).verdict == .aligned)
    for _ in 0..<ContentGate.anchors { gate.admit([[0, 1]], at: 0) }
    #expect(gate.judge([[1, 0]], age: 0, at: 0).verdict == .rejected)
    #expect(gate.judge([[0, 1]], age: 0, at: 0).verdict == .redundant)
  }

  @Test func texts() {
    let neutral = [String](repeating: "neutral", count: 6)
    var gate = ContentGate()
    func judge(_ focus: String) -> ContentGate.Verdict {
      gate.judge(ContentGate.encode([focus] + neutral), age: 0, at: 0).verdict
    }
    #expect(judge("boiler room temperature 61C rising") == .aligned)
    gate.admit(ContentGate.encode(["boiler room temperature 61C rising"] + neutral), at: 0)
    #expect(judge("boiler room temperature 61C rising") == .redundant)
    #expect(judge("boiler room temperature 64C rising fast").isAccepted)
    #expect(judge("guitar music preferred at breakfast") == .rejected)
    // Words in no known letters say nothing.
    #expect(ContentGate.encode(["日本語", "", "neutral"]).allSatisfy { $0.isEmpty })
  }

  @Test func ageOfTheFutureIsNow() {
    var gate = ContentGate()
    gate.admit([[0.8, 0.6]], at: 10)
    #expect(close(gate.judge([[1, 0]], age: -1e9, at: 0).drift, 0.14))
  }
}
