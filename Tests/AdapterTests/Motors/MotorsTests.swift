// SPDX-License-Identifier: Apache-2.0
import Devices
import Guard
import PhaseSpace
import Runtime
import Testing

@testable import Outputs

@Suite struct MotorsSettingsTests {
  private func settings(_ given: [(String, GivenValue)]) throws(AdapterProblem) -> MotorsSettings {
    let keys = Motors.type.allKeys
    return try MotorsSettings(
      try AdapterValues(keys: keys, given: [("id", .one("wheels"))] + given))
  }

  private let wheels: [(String, GivenValue)] = [
    ("left", .many(["GPIO17", "GPIO27"])), ("right", .many(["GPIO22", "GPIO23"])),
  ]

  @Test func theExampleOfTheProductIsTaken() throws {
    let all = wheels + [("stop-after", .one("200ms")), ("follow", .one("fusion"))]
    let settings = try settings(all)
    func line(_ name: String) -> MotorPort { .line(name, isActiveLow: false) }
    #expect(
      settings.motor.sides == [
        .bridge(forward: line("GPIO17"), backward: line("GPIO27"), pwm: nil),
        .bridge(forward: line("GPIO22"), backward: line("GPIO23"), pwm: nil),
      ])
    #expect(settings.motor.stopAfter == 200_000_000 && settings.follow == "fusion")
    #expect(settings.motor.reverseAfter == 100_000_000 && settings.motor.slew == 4)
    #expect(settings.motor.frequency == 100 && settings.mapping == .angle)
    #expect(settings.motor.address == 0x40 && settings.motor.bus == 1)
    #expect(try Motors.type.output([("id", .one("wheels"))] + all).id == "wheels")
  }

  @Test func everyKindOfWireIsTaken() throws {
    let duty = try settings(
      wheels + [("pwm", .many(["pwm:0", "pca:3"])), ("emergency-stop", .one("~GPIO5"))])
    #expect(duty.motor.usesPCA && duty.motor.emergencyStop == .line("GPIO5", isActiveLow: true))
    let servo = try settings([("servo", .many(["pca:0", "pca:1"]))])
    #expect(servo.motor.frequency == 50 && servo.motor.sides.count == 2)
    let one = try settings([("left", .many(["pca:8", "pca:9"]))])
    #expect(one.motor.sides.count == 1)
  }

  @Test func whatCannotBeDrivenIsRefusedByItsKey() {
    let bad: [(String, [(String, GivenValue)])] = [
      ("left", []), ("left", [("right", .many(["GPIO1", "GPIO2"]))]),
      ("servo", wheels + [("servo", .many(["pca:1"]))]),
      ("pwm", wheels + [("pwm", .many(["pwm:0"]))]),
      ("left", [("left", .many(["pca:99", "GPIO2"]))]),
      ("enable", wheels + [("enable", .one("~"))]),
      ("", wheels + [("enable", .one("GPIO17"))]),
      ("", [("servo", .many(["GPIO17"]))]),
      ("stop-after", wheels + [("stop-after", .one("10s"))]),
      ("stop-after", wheels + [("stop-after", .one("1ms"))]),
      ("pca9685", wheels + [("pca9685", .one("0x80"))]),
    ]
    for (key, given) in bad {
      let problem = #expect(throws: AdapterProblem.self) { try settings(given) }
      #expect(problem?.key == key, "\(problem?.description ?? "")")
    }
  }
}

/// Which situations reach the gate, and what is said where it is closed.
@Suite struct MotorsGateTests {
  private func motors(_ more: [(String, GivenValue)] = []) throws -> Motors {
    let given: [(String, GivenValue)] = [
      ("id", .one("wheels")), ("left", .many(["no-such-chip:1", "no-such-chip:2"])),
    ]
    let values = try AdapterValues(keys: Motors.type.allKeys, given: given + more)
    return Motors(try MotorsSettings(values))
  }

  private func obstacle(
    _ motors: Motors, _ change: (inout OutputSituation) -> Void
  ) throws -> MotorGate.Obstacle? {
    let services = AdapterServices(reactor: try Reactor(), log: Log(threshold: .error))
    motors.start(on: services)
    var situation = OutputSituation(channel: "hum", now: MonotonicClock.now)
    change(&situation)
    motors.apply(situation)
    return motors.obstacle
  }

  private var state: MeshState {
    var state = MeshState()
    (state.isEmergent, state.meanCoherence) = (true, 0.9)
    state.globalPhasor = Phasor(re: 1, im: 0)
    return state
  }

  private func followed(isSecure: Bool = true, age: Int64 = 0, coherence: Double = 0.9)
    -> OutputSituation.Followed
  {
    OutputSituation.Followed(
      phasor: Phasor(re: 1, im: 0), age: age, coherence: coherence, nEffective: 30,
      isSecure: isSecure, isEpochCurrent: true)
  }

  @Test func theMeshMovesThemWhileItIsEmergentAndHeard() throws {
    #expect(try obstacle(motors()) { _ in } == .absent)
    #expect(try obstacle(motors()) { ($0.state, $0.pulseAge) = (state, 0) } == nil)
    #expect(try obstacle(motors()) { $0.state = state } == .stale)
    #expect(
      try obstacle(motors()) { ($0.state, $0.pulseAge) = (state, 200_000_001) } == .stale)
    #expect(
      try obstacle(motors()) {
        ($0.state, $0.pulseAge) = (state, 0)
        $0.state?.isEmergent = false
      } == .incoherent)
    #expect(
      try obstacle(motors()) {
        ($0.state, $0.pulseAge, $0.followed) = (nil, 0, followed())
      } == .absent, "nobody is followed who was not named")
  }

  @Test func whatTheGuardSaysIsShownByTheNamesOfTheSides() throws {
    func names(_ given: [(String, GivenValue)]) throws -> [String] {
      let values = try AdapterValues(
        keys: Motors.type.allKeys, given: [("id", .one("wheels"))] + given)
      let motors = Motors(try MotorsSettings(values))
      #expect(motors.report.readings.isEmpty)
      motors.take(GuardReport(drive: 0))
      return motors.report.readings.map { $0.name }
    }
    let wheels: [(String, GivenValue)] = [
      ("left", .many(["pca:0", "pca:1"])), ("right", .many(["pca:2", "pca:3"])),
    ]
    #expect(try names(wheels) == ["left", "right", "stops", "refusals"])
    #expect(try names([wheels[0]]) == ["speed", "stops", "refusals"])
    #expect(
      try names([("servo", .many(["pca:2", "pca:3"]))])
        == ["velocity", "rotation", "stops", "refusals"])
  }

  @Test func aFollowedPeerMovesThemOnlyWhileItMay() throws {
    let follow: [(String, GivenValue)] = [("follow", .one("fusion"))]
    #expect(try obstacle(motors(follow)) { $0.followed = followed() } == nil)
    #expect(try obstacle(motors(follow)) { ($0.state, $0.pulseAge) = (state, 0) } == .absent)
    #expect(
      try obstacle(motors(follow)) { $0.followed = followed(isSecure: false) } == .insecure)
    #expect(
      try obstacle(motors(follow)) { $0.followed = followed(age: 300_000_000) } == .stale)
    #expect(
      try obstacle(motors(follow)) { $0.followed = followed(coherence: 0.7) } == .incoherent)
    #expect(
      try obstacle(motors([("follow", .one("self"))])) {
        $0.followed = followed(coherence: 0.1)
      } == nil, "a local loop")
  }
}
