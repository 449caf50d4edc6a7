// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import PhaseSpace

@Suite struct EmergenceTests {
  private static let tick = 0.1

  /// A phase that wanders slowly, with noise of each member's own.
  private static func hum(
    _ mesh: inout MeshSimulation, seconds: Double, noise: inout [BandNoise],
    judge: (MeshState) -> Void
  ) {
    for _ in 0..<Int(seconds / tick) {
      mesh.step { Phasor(cycles: 0.3 * Double($0)) + noise[$0].next() * 0.3 }
      judge(mesh.state())
    }
  }

  private static func noise(_ count: Int, seed: UInt64) -> [BandNoise] {
    (0..<count).map {
      BandNoise(seed: seed &* 1_000 &+ UInt64($0), width: 4, poles: 2, tick: tick)
    }
  }

  @Test func aCommonHumEmergesInTimeAndStays() {
    var mesh = MeshSimulation(count: 3, tau: 3, tick: Self.tick)
    var noise = Self.noise(3, seed: 1)
    var first: Double?
    var last = true
    let start = mesh.now
    var now = 0.0
    Self.hum(&mesh, seconds: 60, noise: &noise) { state in
      now += Self.tick
      if state.isEmergent, first == nil { first = now }
      last = state.isEmergent
      #expect(!state.isWe)
    }
    #expect(mesh.now > start)
    // Half of the window to be defined, n_eff of 20 out of 30, then held for 3 τ_d.
    #expect((first ?? 0) >= 9)
    #expect((first ?? .infinity) < 20)
    #expect(last)
  }

  @Test func twoAreWeAndNeverEmergent() {
    var mesh = MeshSimulation(count: 2, tau: 3, tick: Self.tick)
    var noise = Self.noise(2, seed: 2)
    var state = MeshState()
    Self.hum(&mesh, seconds: 30, noise: &noise) {
      state = $0
      #expect(!$0.isEmergent)
    }
    #expect(state.isWe)
  }

  /// Two of three locked, as in the demonstration: L is one half and nothing emerges.
  @Test func twoOfThreeIsHalf() {
    var mesh = MeshSimulation(count: 3, tau: 5, tick: Self.tick)
    var noise = Self.noise(3, seed: 3)
    for _ in 0..<400 {
      mesh.step { $0 == 2 ? noise[2].next() : Phasor(re: 1, im: 0) + noise[$0].next() * 0.1 }
      #expect(!mesh.state().isEmergent)
    }
    let state = mesh.state()
    #expect(abs(state.lockingIndex - 0.5) < 0.07, "\(state.lockingIndex)")
    #expect((mesh.estimator.locking.locking(0, 1) ?? 0) > 0.98)
    #expect((mesh.estimator.locking.locking(0, 2) ?? 1) < 0.5)
  }

  @Test func absoluteAlignmentAsksForEqualPhases() {
    for alignment in [ChannelSettings.Alignment.free, .absolute] {
      var mesh = MeshSimulation(
        count: 3, tau: 3, tick: Self.tick,
        settings: ChannelSettings(frequency: 50, alignment: alignment))
      for _ in 0..<300 {
        mesh.step { Phasor(cycles: Double($0) / 3) }
        _ = mesh.state()
      }
      #expect(mesh.state().isEmergent == (alignment == .free))
    }
  }

  /// It leaves at 0.9 of a threshold, not at the threshold.
  @Test func theGateHasHysteresis() {
    var gate = EmergenceGate()
    var state = MeshState()
    (state.memberCount, state.meanCoherence, state.effectiveSamples) = (3, 0.9, 40)
    (state.significance, state.decisionTau) = (1e-9, 1)
    func at(_ seconds: Double, _ locking: Double) -> Bool {
      gate.update(state, locking: locking, at: Int64(seconds * 1e9))
      return gate.isOpen
    }
    #expect(!at(0, 0.8))
    #expect(!at(2.9, 0.8))
    #expect(!at(2.95, 0.75))
    #expect(!at(3, 0.8))
    #expect(!at(5.9, 0.8))
    #expect(at(6.0, 0.8))
    #expect(at(7, 0.676))
    #expect(!at(8, 0.675))
    #expect(!at(9, 0.7))
    state.decisionTau = 0.1
    #expect(!at(10, 0.8))
    #expect(!at(11.9, 0.8))
    #expect(at(12, 0.8))
    state.significance = 0.001_9
    #expect(at(13, 0.8))
    state.significance = 0.002_1
    #expect(!at(14, 0.8))
  }

  /// Unrelated noise in one band: n_eff knows that it is correlated, so it does not emerge.
  @Test func independentNoiseNeverEmerges() {
    for seed in 1...6 as ClosedRange<UInt64> {
      var mesh = MeshSimulation(count: 3, tick: Self.tick)
      var noise = Self.noise(3, seed: seed + 100)
      for _ in 0..<1_500 {
        mesh.step { noise[$0].next() }
        #expect(!mesh.state().isEmergent)
      }
    }
  }

  /// The negative control: the same phases that lock, each member's in an order of its own, do not.
  @Test func shuffledPhasesDoNotLock() {
    var common = BandNoise(seed: 77, width: 4, poles: 2, tick: Self.tick)
    let phases = (0..<600).map { _ in common.next() }
    var random = SplitMix64(seed: 78)
    for isShuffled in [false, true] {
      var mesh = MeshSimulation(count: 3, tick: Self.tick)
      var series = [phases, phases, phases]
      if isShuffled {
        for member in 0..<3 {
          for index in stride(from: phases.count - 1, to: 0, by: -1) {
            series[member].swapAt(index, Int(random.next() % UInt64(index + 1)))
          }
        }
      }
      var most = 0.0
      for step in phases.indices {
        mesh.step { series[$0][step] }
        let state = mesh.state()
        if step > 200 { most = max(most, state.lockingIndex) }
        #expect(!state.isEmergent)
      }
      #expect(isShuffled ? most < 0.6 : most > 0.999, "\(most)")
    }
  }

  /// One false emergence in 1,000 node-hours at most, over 200 seeds: minutes, so only when asked.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["TAUMESH_LONG_TESTS"] != nil))
  func falseEmergenceIsRare() {
    var events = 0
    for seed in 1...200 as ClosedRange<UInt64> {
      var mesh = MeshSimulation(count: 3, tick: Self.tick)
      var noise = Self.noise(3, seed: seed + 10_000)
      var was = false
      // Three nodes for 1.7 h: 1,020 node-hours over all seeds.
      for _ in 0..<Int(6_120 / Self.tick) {
        mesh.step { noise[$0].next() }
        let now = mesh.state().isEmergent
        if now, !was { events += 1 }
        was = now
      }
    }
    #expect(events <= 1)
  }
}
