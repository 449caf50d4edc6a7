// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import PhaseSpace

@Suite struct IntegratorTests {
  @Test func aLongStepCountsAsEightTimeConstants() {
    var integrator = Integrator(tau: 1)
    integrator.add(Phasor(re: 1, im: 0), dt: 8)
    var after = integrator
    after.add(.zero, dt: 3_600)
    integrator.add(.zero, dt: 8)
    #expect(after.sum == integrator.sum)
    #expect(after.sum.re > 0)
  }

  /// What was coherent before a long gap must read as cold after it, not as coherent.
  @Test func aGapCoolsTheWindowButNotItsMean() {
    var integrator = Integrator(tau: 2)
    for _ in 0..<100 { integrator.add(Phasor(angle: 1), dt: 0.1) }
    let warm = integrator.weight
    integrator.decay(seconds: 10)
    #expect(close(integrator.weight, warm * 0.006_737_946_999_085_467))
    #expect(close(integrator.mean.magnitude, 1))
    integrator.decay(seconds: -5)
    #expect(integrator.weight < 0.01)
  }

  @Test func theBankIsSpacedGeometrically() {
    let bank = IntegratorBank(profile: .zero)
    let want = [0.01, 0.1, 1]
    #expect(bank.integrators.count == 3)
    for (integrator, tau) in zip(bank.integrators, want) { #expect(close(integrator.tau, tau)) }
    #expect(close(IntegratorBank(profile: .pi2).integrators[1].tau, 464.758_001_544_890_1))
  }

  @Test func profilesAreFoundByName() {
    for profile in TauProfile.all {
      #expect(TauProfile(named: profile.name.description) == profile)
    }
    #expect(TauProfile(named: "pi3") == nil)
    #expect(TauProfile.zero.limits.jsonArenaBytes == 131_072)
    #expect(TauProfile.pi2.limits.jsonArenaBytes == 524_288)
    #expect(TauProfile.server.limits.jsonArenaBytes == 4_194_304)
  }

  /// Decision 8: band-limited noise holds 1 + 2Bτ independent samples, not 2τ/dt.
  ///
  /// The Monte-Carlo figures are 19.4 for one pole where the formula gives 16.7, and 14.5 for two
  /// where it gives 13.2.
  @Test(arguments: [(1, 16.7, 19.4), (2, 13.2, 14.5)])
  func noiseHoldsAsManySamplesAsItsBandwidth(poles: Int, formula: Double, measured: Double) {
    let (tau, width, tick) = (1.0, 5.0, 0.02)
    let bandwidth = LowPass.noiseFactor(poles: poles) * width
    let predicted = DecisionTime.effectiveSamples(tick: tick, tau: tau, bandwidth: bandwidth)
    #expect(abs(predicted - formula) < 0.05)
    var noise = BandNoise(seed: UInt64(poles), width: width, poles: poles, tick: tick)
    var integrator = Integrator(tau: tau)
    var power = 0.0
    let ticks = 150_000
    for _ in 0..<ticks {
      integrator.add(noise.next(), dt: tick)
      power += integrator.mean.squaredMagnitude
    }
    let seen = Double(ticks) / power
    #expect(abs(seen - measured) < 1.5, "\(seen)")
  }
}
