// SPDX-License-Identifier: Apache-2.0
import Memory
import Testing

@testable import Cognition

/// Drift, coupling, mood and coherence against the groups `drift_coupling`,
/// `neuronwise_coherence` and `neural_couple_legacy`.
@Suite struct CouplingTests {
  @Test func driftAndCoupling() throws {
    let cases = try vectors("drift_coupling").cases()
    #expect(cases.count == 12)
    for one in cases {
      let name = one["name"] as? String ?? ""
      let (mine, theirs) = (one.state("h1", "h2"), one.state("g1", "g2"))
      guard one["drift"] is Double else {
        #expect(Drift.kuramoto.between(mine, theirs) == nil, "\(name)")
        #expect(CouplingRule.kuramoto.coupling(nil) == .rejected)
        #expect(CouplingRule.kuramoto.takesMood(nil) == false)
        continue
      }
      let drift = Drift.kuramoto.distance(mine, theirs)
      #expect(close(drift, one.number("drift")), "\(name)")
      #expect(
        CouplingRule.kuramoto.coupling(drift).word.description == one["kappa"] as? String,
        "\(name)")
      #expect(CouplingRule.kuramoto.takesMood(drift) == one["mood_accept"] as? Bool, "\(name)")
      let legacy = Drift.cosine.distance(mine, theirs)
      #expect(close(legacy, one.number("legacy_cosine_drift")), "\(name)")
      #expect(
        CouplingRule.cosine.coupling(legacy).word.description == one["legacy_kappa"] as? String,
        "\(name)")
    }
  }

  @Test func thresholdsAreStrictOrInclusiveAsTheirSourceSays() {
    #expect(CouplingRule.kuramoto.coupling(0.3) == .guarded)
    #expect(CouplingRule.kuramoto.coupling(0.5) == .rejected)
    #expect(CouplingRule.kuramoto.coupling(0.3.nextDown) == .aligned)
    #expect(CouplingRule.cosine.coupling(0.25) == .aligned)
    #expect(CouplingRule.cosine.coupling(0.5) == .guarded)
    #expect(CouplingRule.kuramoto.coupling(.nan) == .rejected)
    #expect(CouplingRule.kuramoto.takesMood(0.8))
    #expect(!CouplingRule.kuramoto.takesMood(0.8.nextUp))
    #expect(!CouplingRule.kuramoto.takesMood(.nan))
  }

  @Test func stateThatSaysNothingIsComparedWithNothing() {
    var random = Random(seed: 3)
    let mine = CognitiveState(h1: random.floats(64), h2: random.floats(64), confidence: 1)
    #expect(Drift.kuramoto.between(mine, mine) != nil)
    let zero = CognitiveState(
      h1: [Float](repeating: 0, count: 64), h2: [Float](repeating: 0, count: 64), confidence: 1)
    var bad: [CognitiveState] = [zero]
    // The formula alone calls two empty memories equal.
    #expect(Drift.kuramoto.distance(zero, zero) == 0)
    for value in [Float.nan, .infinity, -.infinity, 17, 1e30] {
      var state = mine
      state.h2[63] = value
      bad.append(state)
    }
    bad.append(CognitiveState(h1: [], h2: [], confidence: 1))
    bad.append(CognitiveState(h1: mine.h1, h2: Array(mine.h2.dropLast()), confidence: 1))
    bad.append(CognitiveState(h1: [1e-9], h2: [0], confidence: 1))
    bad.append(CognitiveState(h1: mine.h1, h2: mine.h2, confidence: .nan))
    for state in bad {
      for drift in [Drift.kuramoto, .cosine] {
        #expect(drift.between(mine, state) == nil)
        #expect(drift.between(state, mine) == nil)
        #expect(drift.between(state, state) == nil)
      }
    }
    let short = CognitiveState(
      h1: Array(mine.h1[..<32]), h2: Array(mine.h2[..<32]), confidence: 1)
    #expect(short.isKnown)
    #expect(Drift.kuramoto.between(mine, short) == nil)
  }

  @Test func statesOfDifferentEncodersAreNotCompared() {
    var random = Random(seed: 4)
    var mine = CognitiveState(h1: random.floats(64), h2: random.floats(64), confidence: 1)
    var theirs = mine
    mine.encoder = "0123456789abcdef"
    #expect(
      Drift.kuramoto.between(mine, theirs) == 0 || Drift.kuramoto.between(mine, theirs) != nil)
    theirs.encoder = "0123456789abcdef"
    #expect(Drift.kuramoto.between(mine, theirs) != nil)
    theirs.encoder = "0123456789abcdee"
    #expect(Drift.kuramoto.between(mine, theirs) == nil)
  }

  @Test func coherence() throws {
    let group = try vectors("drift_coupling")
    let random = group.cases().filter { ($0["name"] as? String ?? "").hasPrefix("d=64") }
    #expect(random.count == 2)
    let nodes = [
      random[0].state("h1", "h2"), random[0].state("g1", "g2"), random[1].state("g1", "g2"),
    ]
    let three = MeshCoherence(nodes)
    #expect(close(three.seed ?? .nan, group.section("mesh_coherence").number("C")))
    let wanted = try vectors("neuronwise_coherence")
    #expect(
      close(three.neurons ?? .nan, wanted.number("d64_three_nodes_same_as_mesh_coherence")))
    let unrelated = MeshCoherence(Array(nodes[..<2]))
    #expect(close(unrelated.neurons ?? .nan, wanted.number("d64_two_independent")))
    let related = MeshCoherence([nodes[0], nodes[2]])
    #expect(close(related.neurons ?? .nan, wanted.number("d64_two_related")))
    // What the seed's C cannot tell apart, the debiased one can.
    #expect((unrelated.debiased ?? 1) < 0.45)
    #expect((related.debiased ?? 0) > 0.9)
    #expect(MeshCoherence([]) == MeshCoherence([]))
    #expect(MeshCoherence([]).neurons == nil)
    #expect(MeshCoherence([nodes[0]]).debiased == nil)
  }

  @Test func blending() throws {
    let group = try vectors("neural_couple_legacy")
    let local = group.state("local_h1", "local_h2")
    let decisions = group.cases("decisions")
    var blend = Blend()
    for (index, peer) in group.cases("peers").enumerated() {
      var state = peer.state("h1", "h2")
      state.confidence = peer.number("confidence")
      let drift = Drift.cosine.distance(local, state)
      #expect(close(drift, decisions[index].number("drift")))
      let coupling = CouplingRule.cosine.coupling(drift)
      #expect(coupling.word.description == decisions[index]["decision"] as? String)
      blend.add(state, drift: drift, coupling: coupling, age: peer.number("age"))
    }
    #expect(decisions.count == 3)
    #expect(close(blend.effectiveStrength, group.number("effective_alpha")))
    var out = local
    blend.apply(h1: &out.h1, h2: &out.h2, tau: group.floats("tau"))
    #expect(close(out.h1, group.floats("out_h1")))
    #expect(close(out.h2, group.floats("out_h2")))
  }

  @Test func aloneOrRejectedNothingIsBlended() {
    var random = Random(seed: 5)
    let tau = [Float](repeating: 1, count: 64)
    let local = CognitiveState(h1: random.floats(64), h2: random.floats(64), confidence: 1)
    let far = CognitiveState(h1: random.floats(64), h2: random.floats(64), confidence: 1)
    var blend = Blend()
    func blended() -> CognitiveState {
      var out = local
      blend.apply(h1: &out.h1, h2: &out.h2, tau: tau)
      return out
    }
    #expect(blended() == local)
    blend.add(far, drift: 0.9, coupling: .rejected, age: 0)
    #expect(blended() == local)
    blend.add(far, drift: 0.4, coupling: .guarded, age: 0)
    #expect(blended() != local)
    blend.reset()
    #expect(blended() == local)
  }
}
