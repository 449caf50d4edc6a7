// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import PhaseSpace

/// Every number of the reference vectors that concerns phases and their coherence.
@Suite struct VectorTests {
  @Test func generator() throws {
    let group = try vectors("prng_splitmix64")
    var random = SplitMix64(seed: 42)
    let want = group["u64_hex"] as? [String] ?? []
    #expect(want.count == 4)
    for text in want { #expect(random.next() == UInt64(text, radix: 16)) }
    random = SplitMix64(seed: 42)
    for value in group.numbers("uniform01_seed42") {
      #expect(close(random.uniform(), value, 1e-15))
    }
  }

  @Test func alpha() throws {
    let cases = try vectors("alpha_from_tau").cases()
    #expect(cases.count == 20)
    for one in cases {
      let dt = one.number("dt")
      #expect(close(Integrator.alpha(dt: dt, tau: one.number("tau")), one.number("alpha")))
      #expect(close(Integrator.alpha(dt: dt, tau: one.number("tau_max")), one.number("alpha_max")))
    }
    #expect(Integrator.alpha(dt: 0, tau: 1) == 0)
    #expect(Integrator.alpha(dt: -1, tau: 1) == 0)
  }

  @Test func profilesAreTheTable() throws {
    let cases = try vectors("alpha_from_tau").cases()
    let names = [
      "pi-zero": TauProfile.zero, "pi-2": .pi2, "pi-4": .pi4, "mac-mini": .server, "cloud": .cloud,
    ]
    for one in cases {
      let profile = names[one["profile"] as? String ?? ""]
      #expect(profile?.tauBase == one.number("tau"))
      #expect(profile?.tauMax == one.number("tau_max"))
    }
  }

  @Test func integrator() throws {
    let group = try vectors("phase_ema")
    #expect(group.cases().count == 7)
    for one in group.cases() {
      var integrator = Integrator(tau: one["tau"] == nil ? 1 : one.number("tau"))
      let (u, dt) = (one.phasors("u"), one.numbers("dt"))
      for index in u.indices {
        if one["alpha"] == nil {
          integrator.add(u[index], dt: dt[index])
        } else {
          integrator.add(u[index], alpha: one.number("alpha"))
        }
        #expect(close(integrator.sum, one.phasors("z")[index]))
        #expect(close(integrator.sum.magnitude, one.numbers("coherence")[index]))
        #expect(close(integrator.mean, one.phasors("z_debiased")[index]))
        #expect(close(integrator.mean.magnitude, one.numbers("coherence_debiased")[index]))
      }
    }
  }

  @Test func noiseFloorOfIntegrator() throws {
    for one in try vectors("phase_ema").cases("noise_floor") {
      let tick = -log1mAlpha(one.number("alpha"))
      let samples = DecisionTime.effectiveSamples(tick: tick, tau: 1, bandwidth: .infinity)
      #expect(close(samples, one.number("n_eff")))
      #expect(close(1 / samples.squareRoot(), one.number("rms_coherence")))
    }
  }

  @Test func orderParameter() throws {
    let cases = try vectors("order_parameter").cases()
    #expect(cases.count == 9)
    for one in cases {
      let order = OrderParameter(
        angles: one.numbers("theta"), weights: one["w"] as? [Double])
      #expect(close(order.length, one.number("R")))
      #expect(close(order.samples, one.number("n_eff")))
      #expect(close(order.significance, one.number("p")))
      #expect(matches(order.angle, one["psi"] as? Double))
      #expect(matches(order.consistency, one["ppc"] as? Double))
    }
  }

  @Test func syncLayer() throws {
    let cases = try vectors("t_sync").cases("sync_layer")
    #expect(cases.count == 6)
    for one in cases {
      let sync = SeedSync(master: one.phasor("T_master"), emissary: one.phasor("T_emissary"))
      #expect(close(sync.magnitudeDifference, one.number("magnitude_difference")))
      #expect(close(abs(sync.angleDifference), one.number("true_phase_difference")))
      #expect(sync.isAligned == one.flag("aligned"))
      #expect(sync.isDissipated == one.flag("dissipated"))
      #expect(sync.isCollapsed == one.flag("collapsed"))
      #expect(close(sync.phasor, one.phasor("T_sync")))
      #expect(close(sync.coherence, one.number("coherence_reported")))
    }
  }

  @Test func seedMesh() throws {
    let cases = try vectors("t_sync").cases("mesh")
    #expect(cases.count == 6)
    for one in cases {
      let nodes = one.cases("nodes")
      let mesh = SeedMesh(
        phases: nodes.map { $0.phasor("phase") }, coherences: nodes.map { $0.number("coherence") },
        weights: nodes.map { $0.number("weight") })
      #expect(close(mesh.globalCoherence, one.number("global_coherence")))
      #expect(close(mesh.orderParameter, one.number("R")))
      #expect((mesh.unified != nil) == (one["unified"] is [Any]))
      if one["global_phase"] is [Any] {
        #expect(close(mesh.globalPhase ?? .zero, one.phasor("global_phase")))
        #expect(mesh.isGatedEmergent == one.flag("gated_emerged"))
      } else {
        #expect(mesh.globalPhase == nil)
      }
    }
  }

  @Test func outputs() throws {
    let cases = try vectors("output_mapping").cases()
    #expect(cases.count == 9)
    for one in cases {
      let (phasor, coherence) = (one.phasor("phase"), one.number("coherence"))
      let tone = OutputMapping.seed.tone(phasor, coherence: coherence)
      let drive = OutputMapping.seed.drive(phasor, coherence: coherence)
      let light = OutputMapping.seed.light(phasor, coherence: coherence)
      let speaker = one["speaker"] as? [String: Any] ?? [:]
      let motors = one["motors"] as? [String: Any] ?? [:]
      let display = one["display"] as? [String: Any] ?? [:]
      #expect(close(tone.frequency, speaker.number("frequency")))
      #expect(close(tone.volume, speaker.number("volume")))
      #expect(close(drive.velocity, motors.number("velocity")))
      #expect(close(drive.rotation, motors.number("rotation")))
      #expect(close(drive.pulseMilliseconds, motors.number("pulse_ms")))
      #expect(close(light.hue, display.number("hue")))
      #expect(close(light.brightness, display.number("brightness")))
    }
  }

  @Test func demodulation() throws {
    let encoders = try vectors("encoders")
    let group = encoders["complex_demod"] as? [String: Any] ?? [:]
    let signal = encoders["fir_hilbert"] as? [String: Any] ?? [:]
    let (rate, samples) = (group.number("fs"), signal.numbers("x").map { Float($0) })
    let width =
      -rate
      * log1mAlpha(
        Integrator.alpha(dt: 1 / rate, tau: group.number("tau"))) / Double.pi
    var encoder = AnalyticEncoder(
      AnalyticSettings(
        rate: rate, frequency: group.number("f"), width: width, poles: 1, removesOffset: false))
    let want = group.phasors("z")
    #expect(want.count == 10)
    var next = 0
    for index in samples.indices {
      encoder.take(samples[index])
      guard index % Int(group.number("z_index_step")) == 0 else { continue }
      #expect(close(encoder.baseband, want[next], 5e-6), "\(index)")
      next += 1
    }
    #expect(next == want.count)
  }

  @Test func delayCompensation() throws {
    let cases = try vectors("clock").cases("delay_comp")
    #expect(cases.count == 3)
    for one in cases {
      let turned = CarrierPhase.advance(
        one.phasor("u"), frequency: one.number("f"), seconds: one.number("age"))
      #expect(close(turned, one.phasor("out")))
    }
  }

  @Test func phaseLocking() throws {
    let cases = try vectors("plv").cases()
    #expect(cases.count == 2)
    for one in cases {
      let locking = PhaseLocking(one.numbers("a"), one.numbers("b"))
      #expect(close(locking.value, one.number("plv")))
      #expect(matches(locking.lag, one.number("mean_lag")))
      #expect(matches(locking.consistency, one.number("ppc")))
    }
  }

  private func matches(_ got: Double?, _ want: Double?) -> Bool {
    guard let got, let want else { return got == nil && want == nil }
    return close(got, want)
  }
}
