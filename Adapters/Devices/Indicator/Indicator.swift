// SPDX-License-Identifier: Apache-2.0

/// An LED or GPIO line that is on while a microphone or camera is in use.
///
/// What cannot be shown is not done: a device with an indicator is opened only after it is on.
package final class Indicator {
  private enum Light {
    case led(KernelLED)
    case line(GPIOOutput)
  }

  /// The name of an LED in /sys/class/leds, or a GPIO line such as GPIO17.
  package let name: String
  private let ledFolder: String
  private var light: Light?

  package init(_ name: String, ledFolder: String = KernelLED.folder) {
    (self.name, self.ledFolder) = (name, ledFolder)
  }

  deinit { turnOff() }

  /// Turns the light on; it is taken for as long as it is on.
  package func turnOn() throws(AdapterProblem) {
    guard light == nil else { return }
    do throws(AdapterProblem) {
      let led = try KernelLED(name, folder: ledFolder)
      guard led.set(1) else { throw AdapterProblem("", "LED \(name) cannot be turned on") }
      light = .led(led)
    } catch {
      light = .line(try line(orElse: error))
    }
  }

  /// Turns the light off and gives it back.
  package func turnOff() {
    if case .line(let line) = light { _ = line.set(false) }
    light = nil
  }

  private func line(orElse led: AdapterProblem) throws(AdapterProblem) -> GPIOOutput {
    do throws(GPIOError) { return try GPIOOutput(name, isOn: true) } catch {
      throw AdapterProblem("indicator", "is neither LED nor line: \(led.problem); \(error)")
    }
  }
}
