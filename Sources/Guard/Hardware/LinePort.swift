// SPDX-License-Identifier: Apache-2.0
internal import Devices

/// A GPIO line, with pulses made by the guard's own loop where it is neither on nor off.
final class LinePort: PortDriver {
  private let line: GPIOOutput
  private var pwm: SoftwarePWM
  private var isOn = false

  /// Takes the line, off.
  init(_ line: GPIOOutput, frequency: Double) {
    self.line = line
    pwm = SoftwarePWM(frequency: frequency)
  }

  var deadline: Int64? { pwm.deadline }

  func set(_ duty: Double, at now: Int64) -> Bool {
    pwm.set(duty, at: now)
    return show()
  }

  func neutral(at now: Int64) -> Bool {
    pwm.set(0, at: now)
    isOn = false
    return line.set(false)
  }

  func advance(to now: Int64) -> Bool {
    guard let due = pwm.deadline, now >= due else { return true }
    pwm.advance(to: now)
    return show()
  }

  private func show() -> Bool {
    guard pwm.isOn != isOn else { return true }
    isOn = pwm.isOn
    return line.set(isOn)
  }
}
