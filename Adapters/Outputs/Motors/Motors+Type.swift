// SPDX-License-Identifier: Apache-2.0
package import Devices
package import Guard
package import PhaseSpace

extension Motors {
  package static var type: OutputType {
    OutputType(
      "motors",
      "wheels or servos through the guard process, which stops them unless told otherwise in time",
      keys: keys
    ) { values throws(AdapterProblem) in Motors(try MotorsSettings(values)) }
  }

  private static var keys: [AdapterKey] {
    [
      .optional(
        "left", .texts(count: 2...2),
        "wires of the left wheel's H-bridge, or of the only one: forward, backward; "
          + "GPIO17, LABEL:5, ~GPIO17 for active low, pwm:0 or pca:3"),
      .optional("right", .texts(count: 2...2), "wires of the right wheel's H-bridge"),
      .optional(
        "pwm", .texts(count: 1...2),
        "wires that carry the duty, left and right; without it the H-bridge's own do"),
      .optional(
        "servo", .texts(count: 1...2),
        "wires of servos of 1 to 2 ms: pwm:… or pca:…, one for the "
          + "velocity, one for the rotation"),
      .optional("chip", .text, "label of the GPIO chip of the lines; the header's if not given"),
      .optional("bus", .integer(0...255), default: "1", "I²C bus of the PCA9685 of pca: wires"),
      .optional("pca9685", .integer(0x40...0x7f), default: "0x40", "its address"),
      .optional(
        "frequency", .number(24...2000, unit: "Hz"),
        "pulses a second; 50 Hz for servos, else 100 Hz"),
      .optional(
        "stop-after", .duration(0.04...5), default: "200ms",
        "longest time the motors run on after the last pulse they may follow"),
      .optional(
        "follow", .name, "the peer whose phasor steers, or self; the mesh if not given"),
      .optional(
        "mapping", .choice(["seed", "angle"]), default: "angle",
        "angle: cosine and sine of the phase by coherence; seed: (Re - 0.5) x 2, (Im - 0.5) x 2"),
      .optional(
        "slew", .number(0.1...1000, unit: "/s"), default: "4 /s",
        "full scales a second by which speed changes; stopping is immediate"),
      .optional(
        "reverse-after", .duration(0...5), default: "100ms",
        "rest between one direction and the other"),
      .optional(
        "emergency-stop", .text,
        "line that stops while it is high, pulled up: a contact to ground that opens; ~LINE for "
          + "one that closes"),
      .optional("enable", .text, "line that is on only while the motors may run"),
    ]
  }
}

/// A `motors` output as it is configured.
package struct MotorsSettings: Equatable, Sendable {
  /// What the guard has to know.
  package var motor: MotorSettings
  package var follow: String?
  package var mapping: OutputMapping

  package init(_ values: AdapterValues) throws(AdapterProblem) {
    motor = MotorSettings(id: values.id, sides: try Self.sides(values))
    motor.chip = values.optionalText("chip") ?? ""
    (motor.bus, motor.address) = (values.integer("bus"), values.integer("pca9685"))
    motor.frequency = values.optionalNumber("frequency") ?? (values.isGiven("servo") ? 50 : 100)
    motor.stopAfter = values.nanoseconds("stop-after")
    motor.reverseAfter = values.nanoseconds("reverse-after")
    motor.slew = values.number("slew")
    motor.emergencyStop = try Self.port("emergency-stop", values.optionalText("emergency-stop"))
    motor.enable = try Self.port("enable", values.optionalText("enable"))
    follow = values.optionalText("follow")
    mapping = values.text("mapping") == "seed" ? .seed : .angle
    if let complaint = motor.complaint { throw AdapterProblem("", complaint) }
    guard motor.record(drive: 0, of: 1).count <= MotorSettings.maximumBytes else {
      throw AdapterProblem("", "the names of its wires are too long together")
    }
  }

  private static func sides(_ values: AdapterValues) throws(AdapterProblem)
    -> [MotorSettings.Side]
  {
    if values.isGiven("servo") {
      guard !values.isGiven("left"), !values.isGiven("right"), !values.isGiven("pwm") else {
        throw AdapterProblem("servo", "is given beside left, right or pwm; expected either")
      }
      var sides: [MotorSettings.Side] = []
      for text in values.texts("servo") { sides.append(.servo(try wire("servo", text))) }
      return sides
    }
    guard values.isGiven("left") else {
      throw AdapterProblem("left", "is missing; expected left: [FORWARD, BACKWARD] or servo: […]")
    }
    var duties: [MotorPort?] = []
    for text in values.texts("pwm") { duties.append(try wire("pwm", text)) }
    let wheelCount = values.isGiven("right") ? 2 : 1
    guard duties.isEmpty || duties.count == wheelCount else {
      throw AdapterProblem("pwm", "has \(duties.count) wires; expected one for each wheel")
    }
    var sides = [try bridge("left", values, pwm: duties.isEmpty ? nil : duties[0])]
    guard wheelCount == 2 else { return sides }
    sides.append(try bridge("right", values, pwm: duties.isEmpty ? nil : duties[1]))
    return sides
  }

  private static func bridge(_ key: String, _ values: AdapterValues, pwm: MotorPort?)
    throws(AdapterProblem) -> MotorSettings.Side
  {
    let wires = values.texts(key)
    return .bridge(
      forward: try wire(key, wires[0]), backward: try wire(key, wires[1]), pwm: pwm)
  }

  private static func wire(_ key: String, _ text: String) throws(AdapterProblem) -> MotorPort {
    guard let port = try port(key, text) else { throw AdapterProblem(key, "is empty") }
    return port
  }

  private static func port(_ key: String, _ text: String?) throws(AdapterProblem) -> MotorPort? {
    guard let text else { return nil }
    guard let port = MotorPort(text) else {
      throw AdapterProblem(
        key, "is \"\(text)\"; expected GPIO17, LABEL:5, ~GPIO17, pwm:0, pwm:NAME:0 or pca:0 to 15")
    }
    return port
  }
}
