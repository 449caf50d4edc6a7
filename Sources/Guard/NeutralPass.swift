// SPDX-License-Identifier: Apache-2.0
internal import Devices
internal import Runtime

/// Brings motors to rest from outside: whatever became of node and guard.
package enum NeutralPass {
  /// What was done about one output.
  package struct Outcome: Equatable, Sendable {
    package let id: String
    /// What could not be turned off, and why; empty when all is off.
    package let problems: [String]
  }

  /// Ends the guard, if there is one, and turns off every wire the last guard drove, or, where none
  /// is on record, every wire of `configured`.
  ///
  /// The lines are given back in the end: a kernel that keeps outputs keeps them off, another makes
  /// inputs of them.
  ///
  /// - Parameters:
  ///   - folder: Where the guard has its lock and its notes.
  ///   - configured: The motors of the configuration.
  /// - Returns: What was done about each, and why a living guard could not be ended, if it could not.
  package static func run(
    folder: String, configured: [MotorSettings]
  ) -> (outcomes: [Outcome], lockProblem: String?) {
    var lock: GuardLock?
    var problem: String?
    do throws(MotorFailure) { lock = try GuardLock.take(GuardNotes.lockPath(folder)) } catch {
      problem = "\(error)"
    }
    let motors = GuardNotes.read(in: folder) ?? configured
    let outcomes = motors.map { Outcome(id: $0.id, problems: turnOff($0)) }
    withExtendedLifetime(lock) {}
    return (outcomes, problem)
  }

  /// Every wire by itself: one that fails keeps no other from being turned off.
  private static func turnOff(_ motor: MotorSettings) -> [String] {
    var problems: [String] = []
    let wires = [motor.enable].compactMap { $0 } + motor.ports
    var held: [GPIOOutput] = []
    for port in wires where !port.isPCA {
      do throws(MotorFailure) {
        if let line = try turnOff(port, motor) { held.append(line) }
      } catch { problems.append("\(port): \(error)") }
    }
    if motor.usesPCA, let code = PCA9685.turnOff(bus: motor.bus, address: motor.address) {
      let chip = "the PCA9685 at address \(motor.address) of i2c-\(motor.bus)"
      problems.append("\(SystemError("turn off", chip, code: code))")
    }
    withExtendedLifetime(held) {}
    return problems
  }

  private static func turnOff(_ port: MotorPort, _ motor: MotorSettings) throws(MotorFailure)
    -> GPIOOutput?
  {
    switch port {
    case .line(let name, let isActiveLow):
      do throws(GPIOError) {
        return try GPIOOutput(
          name, chip: motor.chip.isEmpty ? nil : motor.chip, isActiveLow: isActiveLow)
      } catch { throw MotorFailure("\(error)") }
    case .pwm(let chip, let channel):
      let pwm = try PWMChannel(chip: chip, channel: channel, frequency: motor.frequency)
      guard pwm.neutral(at: 0) else { throw MotorFailure("the kernel refuses to turn it off") }
      return nil
    case .pca: return nil
    }
  }
}
