// SPDX-License-Identifier: Apache-2.0
import MMP
import Memory
import Testing

@testable import Cognition

/// Memories never go to a rejected peer: meshes of random states, every memory on its way checked.
@Suite struct SharingTests {
  private static let words = [
    "pump", "boiler", "guitar", "morning", "window", "fan", "level", "tank", "motor", "door",
    "hot", "cold", "open", "loud", "mill", "night",
  ]

  private struct Figures {
    var violations = 0
    var sends = 0
    var accepted: UInt64 = 0
  }

  private func text(_ random: inout Random) -> String {
    (0..<(1 + random.below(5))).map { _ in Self.words[random.below(Self.words.count)] }
      .joined(separator: " ")
  }

  /// A state of a hostile or broken peer, or one close to `near`.
  private func state(_ random: inout Random, near: CognitiveState, encoder: String?) -> StateSync {
    let count = random.uniform() < 0.15 ? 32 : 64
    var h1 = random.floats(count).map { Double($0) }
    var h2 = random.floats(count).map { Double($0) }
    switch random.below(6) {
    case 0: (h1, h2) = ([Double](repeating: 0, count: count), [Double](repeating: 0, count: count))
    case 1: h1[random.below(count)] = [.nan, .infinity, 1e308, 1e30][random.below(4)]
    case 2, 3:
      // Somewhere between its neighbour's state and noise.
      let noise = random.uniform()
      for k in 0..<count {
        h1[k] = Double(near.h1[k]) + noise * h1[k] * 0.3
        h2[k] = Double(near.h2[k]) + noise * h2[k] * 0.3
      }
    default: break
    }
    if random.uniform() < 0.05 { h2.removeLast() }
    var sync = StateSync(h1: h1, h2: h2, confidence: random.uniform())
    sync.encoder = random.uniform() < 0.8 ? encoder : "0000000000000000"
    return sync
  }

  private func life(seed: UInt64, rule: CouplingRule, checks: CouplingChecks) -> Figures {
    var random = Random(seed: seed)
    var dialects: [Dialect] = [.taumesh, .taumesh, .taumesh, .original, .sectioned]
    dialects = dialects.map { random.uniform() < 0.2 ? .taumesh : $0 }
    var mesh = SimulatedMesh(dialects, rule: rule, checks: checks)
    for step in 0..<40 {
      let (one, other) = (random.below(5), random.below(5))
      switch random.below(8) {
      case 0, 1, 2: mesh.remember(one, text(&random), key: "\(seed)-\(step)")
      case 3, 4:
        guard one != other else { continue }
        let near = mesh.engines[other].own
        mesh.inject(
          state(&random, near: near, encoder: near.encoder), from: one, to: other)
      case 5:
        guard one != other else { continue }
        if random.uniform() < 0.5 { mesh.part(one, other) } else { mesh.join(one, other) }
      case 6:
        let summary = ChannelSummary(
          cosine: Float(random.sym()), sine: Float(random.sym()),
          quality: Float(random.uniform()), trend: Float(random.sym()))
        mesh.observe(one, random.uniform() < 0.8 ? summary : nil, place: random.below(4))
      default: mesh.run(seconds: 1 + random.below(8))
      }
    }
    let accepted = mesh.engines.reduce(0) { $0 + $1.counters.accepted }
    return Figures(violations: mesh.violations, sends: mesh.sends, accepted: accepted)
  }

  private func lives(_ rule: CouplingRule, _ checks: CouplingChecks, seeds: UInt64) -> Figures {
    var total = Figures()
    for seed in 1...seeds {
      let one = life(seed: seed, rule: rule, checks: checks)
      total.violations += one.violations
      total.sends += one.sends
      total.accepted += one.accepted
    }
    return total
  }

  @Test(arguments: [CouplingRule.kuramoto, .cosine])
  func nothingGoesToRejectedPeers(_ rule: CouplingRule) {
    let figures = lives(rule, .all, seeds: 40)
    #expect(figures.violations == 0)
    // It is not that nobody talked.
    #expect(figures.sends > 400)
    #expect(figures.accepted > 20)
  }

  @Test func withoutTheGateOfTheSenderTheWitnessSees() {
    #expect(lives(.kuramoto, [.receiving, .comparable], seeds: 10).violations > 50)
  }

  @Test func withoutTheCheckOfStatesTheWitnessSees() {
    #expect(lives(.kuramoto, [.sending, .receiving], seeds: 20).violations > 0)
  }

  /// A peer that is far away sends all the same: nothing of it is taken.
  @Test(arguments: [CouplingChecks.all, [.sending, .comparable]])
  func receiverHasAGateOfItsOwn(_ checks: CouplingChecks) {
    var mesh = SimulatedMesh([.taumesh, .taumesh], checks: checks)
    mesh.remember(0, "pump in the boiler room", key: "a")
    mesh.remember(1, "guitar at breakfast", key: "b")
    mesh.run(seconds: 10)
    #expect(mesh.engines[0].coupling(of: 1)?.coupling == .rejected)
    var engine = mesh.engines[0]
    let share = MemoryShare(key: "x", content: "guitar", source: "1", tags: [], timestamp: 0)
    let block = CouplingEngine.Block(
      entry: MemoryEntry(key: "y", content: "guitar", source: "1", timestamp: 0, isOwn: false),
      texts: ["pump in the boiler hall"], age: 0)
    let verdict = engine.received(share, from: 1, at: mesh.now)
    let blockVerdict = engine.received(block, from: 1, at: mesh.now)
    if checks.contains(.receiving) {
      #expect(verdict == .rejected && blockVerdict == .rejected)
      #expect(engine.store.entries.count == 1)
      #expect(engine.counters.rejected == 2)
    } else {
      #expect(verdict == .accepted && blockVerdict == .accepted)
    }
  }

  /// Who is close may still not fill this node's memory, nor make up its mind, with a flood.
  @Test(arguments: [CouplingChecks.all, [.sending, .comparable]])
  func floodIsTakenSlowly(_ checks: CouplingChecks) {
    var mesh = SimulatedMesh([.taumesh, .taumesh], checks: checks)
    mesh.remember(0, "pump in the boiler room is hot", key: "a")
    mesh.remember(1, "pump in the boiler room is hot", key: "b")
    mesh.run(seconds: 30)
    var engine = mesh.engines[0]
    let before = engine.counters.accepted
    for number in 0..<500 {
      let share = MemoryShare(
        key: "f\(number)", content: "guitar", source: "1", tags: [], timestamp: 0)
      _ = engine.received(share, from: 1, at: mesh.now)
    }
    let taken = engine.counters.accepted - before
    if checks.contains(.receiving) {
      #expect(taken <= 20 && taken >= 15)
      for second in 1...10 { engine.tick(at: mesh.now + Int64(second) * 1_000_000_000) }
      let share = MemoryShare(key: "g", content: "x", source: "1", tags: [], timestamp: 0)
      let later = engine.received(share, from: 1, at: mesh.now)
      #expect(later == .accepted || engine.coupling(of: 1)?.coupling == .rejected)
    } else {
      #expect(taken == 500)
    }
  }

  @Test func coupledPeersLearn() {
    var mesh = SimulatedMesh([.taumesh, .taumesh, .taumesh])
    mesh.remember(0, "pump in the boiler room is hot", key: "a")
    mesh.remember(1, "the pump in the boiler room is very hot", key: "b")
    mesh.remember(2, "guitar at breakfast", key: "c")
    mesh.run(seconds: 30)
    #expect(mesh.engines[0].coupling(of: 1)?.coupling.sharesMemory == true)
    // What was made before they were coupled has been told as well.
    #expect(mesh.engines[0].store.entries.map { $0.key } == ["a", "b"])
    #expect(mesh.engines[1].store.entries.map { $0.key } == ["b", "a"])
    #expect(mesh.engines[2].store.entries.map { $0.key } == ["c"])
    mesh.remember(0, "pump stopped", key: "d")
    #expect(mesh.engines[1].store.knows("d"))
    #expect(!mesh.engines[2].store.knows("d"))
  }

  @Test func whoKnowsNothingIsToldNothing() {
    var mesh = SimulatedMesh([.taumesh, .taumesh])
    mesh.remember(0, "pump in the boiler room is hot", key: "a")
    mesh.run(seconds: 70)
    #expect(mesh.engines[0].coupling(of: 1)?.coupling == .rejected)
    #expect(mesh.engines[0].coupling(of: 1)?.drift == nil)
    #expect(mesh.engines[0].counters.statesEmpty > 0)
    #expect(mesh.sends == 0)
  }

  @Test func nodesOfTheFieldHaveThirtyTwoNumbers() {
    var mesh = SimulatedMesh([.original, .original])
    mesh.remember(0, "pump in the boiler room is hot", key: "a")
    mesh.remember(1, "the pump in the boiler room is very hot", key: "b")
    mesh.run(seconds: 10)
    #expect(mesh.engines[0].stateSync(for: 1).h1.count == 32)
    #expect(mesh.engines[0].stateSync(for: 1).encoder == nil)
    #expect(mesh.engines[0].coupling(of: 1)?.coupling.sharesMemory == true)
    // One that tells 64 is answered with 64.
    var sync = StateSync(
      h1: mesh.engines[0].own.h1.map { Double($0) }, h2: mesh.engines[0].own.h2.map { Double($0) },
      confidence: 1)
    sync.encoder = nil
    mesh.inject(sync, from: 1, to: 0)
    #expect(mesh.engines[0].coupling(of: 1)?.coupling == .aligned)
    #expect(mesh.engines[0].stateSync(for: 1).h1.count == 64)
  }

  @Test(arguments: [CouplingSettings.Unknown.always, .similar, .never])
  func peersWithoutStatesAreJudgedByWhatTheySay(_ unknown: CouplingSettings.Unknown) {
    var mesh = SimulatedMesh([.taumesh, .sectioned], unknown: unknown)
    #expect(mesh.engines[0].coupling(of: 1)?.coupling == .unknown)
    mesh.remember(0, "pump in the boiler room is hot", key: "a")
    #expect(mesh.sends == (unknown == .never ? 0 : 1))
    var engine = mesh.engines[0]
    let said = CouplingEngine.Block(
      entry: MemoryEntry(key: "s", content: "", source: "s", timestamp: 0, isOwn: false),
      texts: ["guitar at breakfast in the morning"], age: 0)
    // Content of its own: rejected, but heard.
    let verdict = engine.received(said, from: 1, at: 0)
    #expect(verdict == .rejected)
    while engine.next() != nil {}
    let far = MemoryEntry(
      key: "b", content: "pump in the boiler room is cold", source: "0", timestamp: 0, isOwn: true)
    let near = MemoryEntry(
      key: "c", content: "guitar at breakfast every morning", source: "0", timestamp: 0,
      isOwn: true)
    let storedFar = engine.remember(far, at: 0)
    #expect(storedFar == .stored)
    let sentFar = engine.next()
    #expect(sentFar == (unknown == .always ? .block(slot: 1, far) : nil))
    let storedNear = engine.remember(near, at: 0)
    #expect(storedNear == .stored)
    let sentNear = engine.next()
    #expect(sentNear == (unknown == .never ? nil : .block(slot: 1, near)))
  }

  @Test func moodGoesFurther() {
    var mesh = SimulatedMesh([.taumesh, .taumesh, .sectioned])
    mesh.remember(0, "pump in the boiler room is hot and loud", key: "a")
    mesh.remember(1, "the boiler is cold", key: "b")
    mesh.run(seconds: 10)
    var engine = mesh.engines[0]
    let drift = engine.coupling(of: 1)?.drift ?? 0
    #expect(drift > 0.5 && drift <= 0.8, "\(drift)")
    let ofCoupled = engine.takesMood("tired", from: 1)
    #expect(ofCoupled)
    let ofStranger = engine.takesMood("tired", from: 2)
    #expect(!ofStranger)
    let ofConcerned = engine.takesMood("the hot pump worries me", from: 2)
    #expect(ofConcerned)
    let ofNobody = engine.takesMood("tired", from: 9)
    #expect(!ofNobody)
    engine.left(1)
    let ofDeparted = engine.takesMood("tired", from: 1)
    #expect(!ofDeparted)
  }

  @Test func stateIsForgottenWithThePeerAndWithTime() {
    var mesh = SimulatedMesh([.taumesh, .taumesh])
    mesh.remember(0, "pump in the boiler room is hot", key: "a")
    mesh.remember(1, "pump in the boiler room is hot", key: "b")
    mesh.run(seconds: 5)
    #expect(mesh.engines[0].coupling(of: 1)?.coupling == .aligned)
    var engine = mesh.engines[0]
    engine.left(1)
    #expect(engine.coupling(of: 1) == nil)
    engine = mesh.engines[0]
    engine.tick(at: mesh.now + 301_000_000_000)
    #expect(engine.coupling(of: 1)?.coupling == .rejected)
  }
}
