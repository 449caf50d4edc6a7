// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import PhaseSpace

@Suite struct ChannelEstimatorTests {
  @Test func lockedMembersWithConstantOffsetsAreLockedAndRIsNot() {
    var mesh = MeshSimulation(count: 3)
    for _ in 0..<400 { mesh.step { Phasor(cycles: Double($0) / 3) } }
    let state = mesh.state()
    #expect(close(state.meanCoherence, 1, 1e-9))
    #expect(close(state.lockingIndex, 1, 1e-9))
    #expect(state.orderParameter < 1e-9)
    #expect(state.memberCount == 3)
    #expect(close(state.decisionTau, 10 / 4.88))
    #expect(state.globalPhasor == nil)
    let pair = mesh.estimator.locking.pair(0, 1)
    #expect(close((pair?.phasor ?? .zero).angle, -2 * Double.pi / 3))
    let mirrored = mesh.estimator.locking.pair(1, 0)?.phasor
    #expect(close(mirrored ?? .zero, (pair?.phasor ?? .zero).conjugate))
    #expect(mesh.estimator.locking.locking(2, 2) == 1)
  }

  /// The global phase is given against the reference member: 50 Hz delayed by 5 ms is a quarter turn.
  @Test func theGlobalPhaseIsRelative() {
    var mesh = MeshSimulation(count: 3)
    for _ in 0..<400 { mesh.step { Phasor(cycles: $0 == 1 ? -0.05 * 5 : 0) } }
    let own = mesh.state().globalPhasor ?? .zero
    #expect(close(own, Phasor(re: 2.0 / 3, im: -1.0 / 3), 1e-9))
    let other = mesh.state(reference: 1).globalPhasor ?? .zero
    #expect(close(other, Phasor(re: 1.0 / 3, im: 2.0 / 3), 1e-9))
    #expect(mesh.state(reference: nil).globalPhasor == nil)
  }

  /// L must not depend on anything that turns all members alike: not on a channel frequency that is
  /// off the line, nor on the epoch of this node's clock.
  @Test func lockingIsUnchangedByACommonRotation() {
    var states: [MeshState] = []
    for (offset, start) in [(0.0, 1_000_000_000), (0.21, 300_000_000_000_000_123)] {
      var mesh = MeshSimulation(count: 3, start: Int64(start))
      var noise = (0..<3).map { BandNoise(seed: UInt64($0), width: 4, poles: 2, tick: 0.05) }
      for step in 0..<300 {
        let common = Phasor(cycles: offset * 0.05 * Double(step))
        mesh.step { (noise[$0].next() + Phasor(re: 1, im: 0)) * common }
      }
      states.append(mesh.state())
    }
    #expect(close(states[0].lockingIndex, states[1].lockingIndex, 1e-7))
    #expect(states[0].lockingIndex > 0.4)
    #expect(states[1].meanCoherence < states[0].meanCoherence - 0.2)
  }

  /// Samples that come at 10 Hz are brought to each tick by their own frequency.
  @Test func samplesAreExtrapolatedToTheTick() {
    var mesh = MeshSimulation(count: 2, tick: 0.01)
    let line = 50.37
    var step = 0
    for _ in 0..<600 {
      let time = mesh.now + mesh.tick
      let base = CarrierPhase.phasor(nanoseconds: time, frequency: line - 50)
      mesh.step(frequency: line) { slot in slot == 0 || step % 10 == 0 ? base : nil }
      step += 1
    }
    #expect((mesh.estimator.locking.locking(0, 1) ?? 0) > 0.999_999)
    let late = mesh.estimator.phasor(slot: 1, at: mesh.now + 100_000_000) ?? .zero
    let want = CarrierPhase.phasor(
      nanoseconds: mesh.now + 100_000_000, frequency: line - 50)
    #expect((late - want).magnitude < 1e-6)
  }

  /// Ten samples a second hold no more than ten independent values a second, however fast the ticks.
  @Test func rareSamplesBoundTheEffectiveNumber() {
    var mesh = MeshSimulation(count: 2, bandwidth: 40, tau: 5, tick: 0.02)
    var step = 0
    for _ in 0..<2_000 {
      mesh.step { slot in slot == 0 || step % 10 == 0 ? Phasor(re: 1, im: 0) : nil }
      step += 1
    }
    #expect(abs((mesh.estimator.member(slot: 0)?.effectiveSamples ?? 0) - 401) < 1)
    #expect(abs((mesh.estimator.effectiveSamples(0, 1) ?? 0) - 51) < 0.5)
  }

  /// n_eff counts usable time: a window filled for a short time holds less, and half of the window
  /// must be usable for a pair to be defined at all.
  @Test func aWindowFilledInPartHoldsLess() {
    var mesh = MeshSimulation(count: 2, tau: 2)
    let full = DecisionTime.effectiveSamples(tick: 0.05, tau: 2, bandwidth: 4.88)
    #expect(close(full, 1 + 2 * 4.88 * 2))
    var previous = 0.0
    for step in 1...400 {
      mesh.step { _ in Phasor(re: 1, im: 0) }
      let samples = mesh.estimator.effectiveSamples(0, 1)
      #expect((samples == nil) == (1 - exp(-0.05 * Double(step) / 2) < 0.5))
      guard let samples else { continue }
      #expect(samples > previous)
      previous = samples
    }
    #expect(abs(previous - full) < 0.02)
    #expect(abs(mesh.state().effectiveSamples - full) < 0.02)
  }

  @Test func lowQualityIsSilence() {
    var mesh = MeshSimulation(count: 2)
    for _ in 0..<200 { mesh.step { _ in Phasor(re: 1, im: 0) } }
    #expect(mesh.state().meanCoherence > 0.99)
    for _ in 0..<60 { mesh.step(quality: 0.01) { _ in Phasor(re: 1, im: 0) } }
    let state = mesh.state()
    #expect(state.meanCoherence == 0)
    #expect(state.memberCount == 2)
    #expect(mesh.estimator.locking.locking(0, 1) == nil)
  }

  @Test func aSilentMemberIsStaleAndComesBack() {
    var mesh = MeshSimulation(count: 3)
    for _ in 0..<200 { mesh.step { _ in Phasor(re: 1, im: 0) } }
    for _ in 0..<12 { mesh.step { $0 == 2 ? nil : Phasor(re: 1, im: 0) } }
    #expect(mesh.state().memberCount == 3)
    mesh.step { $0 == 2 ? nil : Phasor(re: 1, im: 0) }
    #expect(mesh.state().memberCount == 2)
    #expect(mesh.estimator.member(slot: 2)?.isFresh == false)
    mesh.step { _ in Phasor(re: 1, im: 0) }
    let state = mesh.state()
    #expect(state.memberCount == 3)
    #expect(close(state.lockingIndex, 1, 1e-9))
  }

  /// Whoever takes a slot next must inherit nothing of its last holder.
  @Test func aSlotIsCleanForItsNextHolder() {
    var mesh = MeshSimulation(count: 3)
    for _ in 0..<200 { mesh.step { _ in Phasor(re: 1, im: 0) } }
    mesh.estimator.leave(slot: 1)
    #expect(mesh.state().memberCount == 2)
    #expect(mesh.estimator.member(slot: 1) == nil)
    mesh.estimator.join(slot: 1, bandwidth: 4.88, requiredTau: 2)
    #expect(mesh.estimator.locking.locking(0, 1) == nil)
    #expect(mesh.estimator.locking.locking(1, 2) == nil)
    #expect(mesh.estimator.locking.locking(0, 2) != nil)
    mesh.step { _ in Phasor(re: 0, im: 1) }
    let state = mesh.state()
    #expect(state.memberCount == 3)
    #expect(mesh.estimator.member(slot: 1)?.mean == .zero)
    #expect(close(state.lockingIndex, 0.5, 1e-9))
  }

  /// τ_d is the longest any member requires, and falls again when that member goes.
  @Test func theSlowestMemberSetsTheDecisionTime() {
    var mesh = MeshSimulation(count: 2)
    let own = mesh.estimator.decisionTau
    let slow = DecisionTime.required(tick: 1, bandwidth: 4.88)
    #expect(slow == 10)
    #expect(DecisionTime.required(tick: 0.01, bandwidth: 4.88, configured: 5) == 5)
    for _ in 0..<200 { mesh.step { _ in Phasor(re: 1, im: 0) } }
    mesh.estimator.join(slot: 2, bandwidth: 4.88, requiredTau: slow)
    #expect(mesh.estimator.decisionTau == 10)
    mesh.step { _ in Phasor(re: 1, im: 0) }
    #expect((mesh.estimator.locking.locking(0, 1) ?? 0) > 0.999)
    mesh.estimator.leave(slot: 2)
    #expect(mesh.estimator.decisionTau == own)
    mesh.estimator.update(slot: 0, bandwidth: .nan, requiredTau: .infinity)
    #expect(mesh.estimator.decisionTau == own)
  }

  @Test func badSamplesAreRefused() {
    var mesh = MeshSimulation(count: 3)
    for _ in 0..<100 { mesh.step { _ in Phasor(re: 1, im: 0) } }
    let unit = Phasor(re: 1, im: 0)
    func observe(_ slot: Int, _ time: Int64, _ phasor: Phasor, _ hertz: Double = 50) -> Bool {
      mesh.estimator.observe(
        slot: slot, PhaseSample(time: time, phasor: phasor, quality: 1, frequency: hertz),
        weight: .nan, staleAfterNanoseconds: .max)
    }
    #expect(!observe(0, mesh.now, unit))
    #expect(!observe(0, mesh.now - 1, unit))
    #expect(!observe(0, mesh.now + 1_500_000_001, unit))
    #expect(!observe(0, .max, unit))
    #expect(!observe(0, .min, unit))
    #expect(!observe(3, mesh.now + 1, unit))
    #expect(!observe(-1, mesh.now + 1, unit))
    #expect(observe(0, mesh.now + 1, Phasor(re: .nan, im: 0)))
    #expect(observe(1, mesh.now + 1, Phasor(re: .infinity, im: 0)))
    #expect(observe(2, mesh.now + 1, unit, .infinity))
    for _ in 0..<10 { mesh.estimator.tick(at: mesh.now + 50_000_000) }
    let state = mesh.state()
    #expect(state.meanCoherence.isFinite && state.orderParameter == 0)
    #expect(state.lockingIndex.isFinite && state.effectiveSamples.isFinite)
  }

  @Test func timeThatDoesNotAdvanceChangesNothing() {
    var mesh = MeshSimulation(count: 2)
    for _ in 0..<100 { mesh.step { _ in Phasor(re: 1, im: 0) } }
    let before = mesh.state()
    mesh.estimator.tick(at: mesh.now)
    mesh.estimator.tick(at: mesh.now - 5_000_000_000)
    #expect(mesh.state() == before)
  }

  @Test func theSeedsModeIsLoudness() {
    var mesh = MeshSimulation(
      count: 1, tau: 1, settings: ChannelSettings(frequency: 50, mode: .seed))
    for level in [0.76, 0.74] {
      for step in 0..<1_000 {
        let sample = SeedAmplitudeEncoder.reading(amplitude: level).sample(
          at: mesh.now + Int64(step + 1) * 50_000_000)
        mesh.estimator.observe(
          slot: 0, sample, weight: 1, staleAfterNanoseconds: 600_000_000)
        mesh.estimator.tick(at: sample.time)
      }
      let state = mesh.state()
      #expect(close(state.meanCoherence, level, 1e-6))
      #expect(state.isEmergent == (level > 0.75))
      mesh = MeshSimulation(
        count: 1, tau: 1, settings: ChannelSettings(frequency: 50, mode: .seed))
    }
  }

  @Test func theDigestIsOfWhatIsShared() {
    var state = MeshState()
    let empty = state.digest
    state.lockingIndex = 0.501
    let half = state.digest
    state.lockingIndex = 0.499
    #expect(state.digest == half && half != empty)
    state.isEmergent = true
    #expect(state.digest != half)
    state.meanCoherence = .nan
    _ = state.digest
  }
}
