// SPDX-License-Identifier: Apache-2.0
internal import Devices

/// Looks for the wires of motors without touching them.
package enum MotorProbe {
  /// Finds every wire of an output.
  ///
  /// - Returns: Where they are, and what is worth knowing.
  /// - Throws: The first that is not there.
  package static func examine(_ motor: MotorSettings) throws(MotorFailure) -> String {
    var text = ""
    for port in motor.ports + [motor.emergencyStop, motor.enable].compactMap({ $0 }) {
      let found = try place(of: port, motor)
      text += text.isEmpty ? found : ", \(found)"
    }
    if motor.usesPCA, motor.enable == nil {
      text += "; without enable: a bus that hangs leaves the PCA9685's last pulses running"
    }
    return text
  }

  private static func place(of port: MotorPort, _ motor: MotorSettings) throws(MotorFailure)
    -> String
  {
    switch port {
    case .line(let name, _):
      do throws(GPIOError) { return "\(try GPIOPlace(name, chip: motor.label))" } catch {
        throw MotorFailure("\(error)")
      }
    case .pwm(let chip, let channel):
      return "channel \(channel) of \(try PWMChannel.chip(chip).name)"
    case .pca(let channel):
      return "channel \(channel) of the PCA9685 on i2c-\(motor.bus)"
    }
  }
}
