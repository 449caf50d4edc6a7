// SPDX-License-Identifier: Apache-2.0

/// What the guard must know of one `motors` output to drive it, and to bring it to rest.
package struct MotorSettings: Equatable, Sendable {
  /// One wheel, or one servo.
  package enum Side: Equatable, Sendable {
    /// An H-bridge: two direction wires and, where it has one, a wire for the duty. Without it the
    /// direction wires carry the duty themselves.
    case bridge(forward: MotorPort, backward: MotorPort, pwm: MotorPort?)
    /// A servo, or a speed controller that takes servo pulses of 1 to 2 ms.
    case servo(MotorPort)
  }

  /// The output's name.
  package var id: String
  /// The label of the GPIO chip of lines that do not name one; empty for the header's.
  package var chip = ""
  /// One or two: left and right, or what velocity and rotation move.
  package var sides: [Side]
  /// I²C bus and address of the PCA9685 of `pca:` ports.
  package var bus = 1
  package var address = 0x40
  /// Pulses a second of duty; 50 for servos.
  package var frequency = 100.0
  /// Longest life of a set-point, nanoseconds.
  package var stopAfter: Int64 = 200_000_000
  /// Full scales a second by which speed may change.
  package var slew = 4.0
  /// Rest between one direction and the other, nanoseconds.
  package var reverseAfter: Int64 = 100_000_000
  /// The line that stops everything while it is on.
  package var emergencyStop: MotorPort?
  /// The line that is on only while a set-point lives.
  package var enable: MotorPort?

  package init(id: String, sides: [Side]) { (self.id, self.sides) = (id, sides) }

  /// Everything that is driven, the enable line aside.
  package var ports: [MotorPort] {
    var ports: [MotorPort] = []
    for side in sides {
      switch side {
      case .bridge(let forward, let backward, let pwm):
        ports += [forward, backward]
        if let pwm { ports.append(pwm) }
      case .servo(let port): ports.append(port)
      }
    }
    return ports
  }

  package var usesPCA: Bool { ports.contains { $0.isPCA } || enable?.isPCA == true }

  /// What is wrong with the settings as a whole; nil where they can be driven.
  package var complaint: String? {
    guard (1...2).contains(sides.count) else { return "has \(sides.count) sides; expected 1 or 2" }
    if let emergencyStop, !emergencyStop.isLine {
      return "emergency-stop is \(emergencyStop); expected a GPIO line"
    }
    if let enable, !enable.isLine { return "enable is \(enable); expected a GPIO line" }
    var used: [MotorPort] = []
    for port in ports + [emergencyStop, enable].compactMap({ $0 }) {
      guard !used.contains(where: { MotorSettings.isSame($0, port) }) else {
        return "\(port) is used twice; expected a wire for each"
      }
      used.append(port)
    }
    for side in sides {
      if case .servo(let port) = side, port.isLine {
        return "servo is \(port); expected pwm:… or pca:…: a GPIO line cannot time servo pulses"
      }
      if case .bridge(_, _, .some(let pwm)) = side, case .line(_, true) = pwm {
        return "pwm is \(pwm); expected a line that is on when high"
      }
    }
    return nil
  }

  private static func isSame(_ a: MotorPort, _ b: MotorPort) -> Bool {
    if case .line(let left, _) = a, case .line(let right, _) = b { return left == right }
    return a == b
  }
}
