// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import PhaseSpace

@Suite struct MotorGateTests {
  private static let stopAfter: Int64 = 200_000_000

  /// A peer that may steer.
  private static var good: MotorGate.Evidence {
    var evidence = MotorGate.Evidence()
    (evidence.isSecure, evidence.isEpochCurrent, evidence.age) = (true, true, 50_000_000)
    (evidence.coherence, evidence.nEffective) = (0.76, 20)
    evidence.phasor = Phasor(re: 1, im: 0)
    return evidence
  }

  private func obstacle(
    _ source: MotorGate.Source, _ change: (inout MotorGate.Evidence) -> Void = { _ in }
  ) -> MotorGate.Obstacle? {
    var evidence = Self.good
    change(&evidence)
    return MotorGate(source: source, stopAfter: Self.stopAfter).obstacle(evidence)
  }

  @Test func aCoherentSecureFreshPeerSteers() {
    #expect(obstacle(.peer) == nil)
    #expect(obstacle(.mesh) { $0.isEmergent = true } == nil)
    #expect(obstacle(.own) == nil)
  }

  @Test(arguments: [MotorGate.Source.mesh, .peer, .own])
  func everyConditionClosesTheGateByItself(source: MotorGate.Source) {
    func closed(_ change: (inout MotorGate.Evidence) -> Void) -> MotorGate.Obstacle? {
      obstacle(source) {
        $0.isEmergent = true
        change(&$0)
      }
    }
    #expect(closed { _ in } == nil)
    #expect(closed { $0.isSecure = false } == .insecure)
    #expect(closed { $0.isEpochCurrent = false } == .oldKey)
    #expect(closed { $0.age = nil } == .stale)
    #expect(closed { $0.age = Self.stopAfter } == nil)
    #expect(closed { $0.age = Self.stopAfter + 1 } == .stale)
    #expect(closed { $0.age = -MotorGate.clockTolerance } == nil, "clocks agree no better")
    #expect(closed { $0.age = -MotorGate.clockTolerance - 1 } == .stale)
    #expect(closed { $0.age = .min } == .stale)
    #expect(closed { $0.phasor = nil } == .noPhase)
    #expect(closed { $0.phasor = Phasor(re: .nan, im: 0) } == .noPhase)
    #expect(closed { $0.phasor = Phasor(re: 0, im: .infinity) } == .noPhase)
    #expect(closed { $0.coherence = .nan } == .noPhase)
    #expect(MotorGate(source: source, stopAfter: 1).obstacle(nil) == .absent)
  }

  @Test func coherenceIsAskedOfWhoeverSteers() {
    #expect(obstacle(.mesh) == .incoherent, "a peer's coherence is not the mesh's emergence")
    #expect(obstacle(.peer) { $0.coherence = 0.75 } == .incoherent)
    #expect(obstacle(.peer) { $0.nEffective = 19.9 } == .incoherent)
    #expect(obstacle(.peer) { $0.coherence = .nan } == .incoherent)
    #expect(obstacle(.peer) { $0.nEffective = .nan } == .incoherent)
    #expect(obstacle(.peer) { ($0.coherence, $0.isEmergent) = (0.1, true) } == nil)
    #expect(obstacle(.own) { ($0.coherence, $0.nEffective) = (0.1, 0) } == nil, "a local loop")
  }

  @Test func thereIsNoHysteresis() {
    for _ in 0..<3 {
      #expect(obstacle(.peer) { $0.coherence = 0.7501 } == nil)
      #expect(obstacle(.peer) { $0.coherence = 0.7499 } == .incoherent)
    }
  }

  @Test func sidesKeepTheCurveWithinWhatTheyCan() {
    typealias Drive = OutputMapping.Drive
    #expect(Drive(velocity: 0.5, rotation: 0.25).sides == (0.75, 0.25))
    #expect(Drive(velocity: 1, rotation: 1).sides == (1, 0))
    #expect(Drive(velocity: -1, rotation: 0.5).sides == (-1.0 / 3, -1))
    #expect(Drive(velocity: .nan, rotation: 0).sides == (0, 0))
    #expect(Drive(velocity: 1, rotation: .infinity).sides == (0, 0))
    #expect(Drive.neutral.sides == (0, 0))
    for step in 0..<64 {
      let phasor = Phasor(cycles: Double(step) / 64)
      for mapping in [OutputMapping.seed, .angle] {
        let sides = mapping.drive(phasor, coherence: 1).sides
        #expect(max(sides.left.magnitude, sides.right.magnitude) <= 1)
      }
    }
  }
}
