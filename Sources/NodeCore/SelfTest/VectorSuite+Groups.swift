// SPDX-License-Identifier: Apache-2.0
internal import MMP
internal import Mesh
internal import PhaseSpace

extension VectorSuite {
  static func alpha(_ group: JSONValue, _ suite: inout VectorSuite) {
    for item in group.array("cases")?.elements ?? [] {
      let dt = item.double("dt") ?? 0
      suite.expect(
        Integrator.alpha(dt: dt, tau: item.double("tau") ?? 0), item.double("alpha"), "α(τ)")
      suite.expect(
        Integrator.alpha(dt: dt, tau: item.double("tau_max") ?? 0), item.double("alpha_max"),
        "α(τ_max)")
    }
  }

  static func integrators(_ group: JSONValue, _ suite: inout VectorSuite) {
    for item in group.array("cases")?.elements ?? [] {
      suite.name(item.string("name"))
      var integrator = Integrator(tau: item.double("tau") ?? 1)
      let steps = item.numbers("dt")
      let inputs = item.array("u")?.elements ?? []
      let wanted = item.array("z")?.elements ?? []
      let debiased = item.array("z_debiased")?.elements ?? []
      for index in steps.indices {
        guard index < inputs.count, index < wanted.count, let u = inputs[index].phasor else {
          return suite.fail("step \(index) is not in the vectors")
        }
        if let alpha = item.double("alpha") {
          integrator.add(u, alpha: alpha)
        } else {
          integrator.add(u, dt: steps[index])
        }
        suite.expect(integrator.sum, wanted[index].phasor, "z[\(index)]")
        if index < debiased.count {
          suite.expect(integrator.mean, debiased[index].phasor, "debiased z[\(index)]")
        }
      }
    }
  }

  static func orderParameters(_ group: JSONValue, _ suite: inout VectorSuite) {
    for item in group.array("cases")?.elements ?? [] {
      suite.name(item.string("name"))
      let weights = item.array("w") == nil ? nil : item.numbers("w")
      let order = OrderParameter(angles: item.numbers("theta"), weights: weights)
      suite.expect(order.length, item.double("R"), "R")
      suite.expect(order.angle, orNull: item["psi"], "ψ")
      suite.expect(order.samples, item.double("n_eff"), "n_eff")
      suite.expect(order.consistency, orNull: item["ppc"], "ppc")
      suite.expect(order.significance, item.double("p"), "p")
    }
  }

  static func locking(_ group: JSONValue, _ suite: inout VectorSuite) {
    for item in group.array("cases")?.elements ?? [] {
      let locking = PhaseLocking(item.numbers("a"), item.numbers("b"))
      suite.expect(locking.value, item.double("plv"), "plv")
      suite.expect(locking.consistency, orNull: item["ppc"], "ppc")
    }
  }

  static func synchronisation(_ group: JSONValue, _ suite: inout VectorSuite) {
    for item in group.array("sync_layer")?.elements ?? [] {
      suite.name(item.string("name"))
      guard let master = item["T_master"]?.phasor, let emissary = item["T_emissary"]?.phasor
      else { return suite.fail("phasors are not in the vectors") }
      let pair = SeedSync(master: master, emissary: emissary)
      suite.expect(pair.magnitudeDifference, item.double("magnitude_difference"), "difference")
      suite.expect(pair.isAligned, item.bool("aligned"), "aligned")
      suite.expect(pair.isDissipated, item.bool("dissipated"), "dissipated")
      suite.expect(pair.isCollapsed, item.bool("collapsed"), "collapsed")
      suite.expect(pair.phasor, item["T_sync"]?.phasor, "T_sync")
      suite.expect(pair.coherence, item.double("coherence_reported"), "coherence")
    }
    for item in group.array("mesh")?.elements ?? [] { meshStep(item, &suite) }
  }

  private static func meshStep(_ item: JSONValue, _ suite: inout VectorSuite) {
    suite.name(item.string("name"))
    let nodes = item.array("nodes")?.elements ?? []
    let mesh = SeedMesh(
      phases: nodes.map { $0["phase"]?.phasor ?? .zero },
      coherences: nodes.map { $0.double("coherence") ?? 0 },
      weights: nodes.map { $0.double("weight") ?? 0 })
    if let phase = mesh.globalPhase {
      suite.expect(phase, item["global_phase"]?.phasor, "global phase")
    } else {
      suite.expect(item["global_phase"]?.phasor == nil, true, "no global phase")
    }
    suite.expect(mesh.globalCoherence, item.double("global_coherence"), "global coherence")
  }

  static func clocks(_ group: JSONValue, _ suite: inout VectorSuite) {
    for item in group.array("delay_comp")?.elements ?? [] {
      let moved = CarrierPhase.advance(
        item["u"]?.phasor ?? .zero, frequency: item.double("f") ?? 0,
        seconds: item.double("age") ?? 0)
      suite.expect(moved, item["out"]?.phasor, "phasor brought forward")
    }
    for item in group.array("ntp")?.elements ?? [] {
      let times = item.numbers("t").map { Int64(($0 * 1e9).rounded()) }
      guard times.count == 4 else { return suite.fail("expected four times") }
      let exchange = ClockExchange(
        sent: times[0], peerReceived: times[1], peerSent: times[2], received: times[3])
      guard let reading = exchange.reading else { return suite.fail("times refused") }
      suite.expect(Double(reading.offset) * 1e-9, item.double("offset"), "offset")
      suite.expect(Double(reading.delay) * 1e-9, item.double("delay"), "delay")
    }
  }

  static func outputs(_ group: JSONValue, _ suite: inout VectorSuite) {
    for item in group.array("cases")?.elements ?? [] {
      // The vectors write what is not a number as null or text.
      let phasor = item["phase"]?.phasor
      let coherence = item.double("coherence") ?? .nan
      guard phasor != nil, coherence.isFinite else { continue }
      let tone = OutputMapping.seed.tone(phasor, coherence: coherence)
      suite.expect(tone.frequency, item.object("speaker")?.double("frequency"), "tone")
      suite.expect(tone.volume, item.object("speaker")?.double("volume"), "volume")
      let drive = OutputMapping.seed.drive(phasor, coherence: coherence)
      suite.expect(drive.velocity, item.object("motors")?.double("velocity"), "velocity")
      suite.expect(drive.rotation, item.object("motors")?.double("rotation"), "rotation")
      suite.expect(
        drive.pulseMilliseconds, item.object("motors")?.double("pulse_ms"), "servo pulse")
      let light = OutputMapping.seed.light(phasor, coherence: coherence)
      suite.expect(light.hue, item.object("display")?.double("hue"), "hue")
      suite.expect(light.brightness, item.object("display")?.double("brightness"), "brightness")
    }
  }

  private mutating func expect(_ got: Phasor, _ wanted: Phasor?, _ what: String) {
    guard let wanted else { return fail("\(what): not in the vectors") }
    expect(got.re, wanted.re, "\(what) re")
    expect(got.im, wanted.im, "\(what) im")
  }
}

extension JSONValue {
  /// `[re, im]` as a phasor.
  fileprivate var phasor: Phasor? {
    guard count == 2, let re = self[0]?.double, let im = self[1]?.double else { return nil }
    return Phasor(re: re, im: im)
  }
}
