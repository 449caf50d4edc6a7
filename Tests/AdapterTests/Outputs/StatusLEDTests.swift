// SPDX-License-Identifier: Apache-2.0
import Devices
import Foundation
import Outputs
import Runtime
import Testing

/// A folder laid out as the kernel's LED class; the class itself is met in the emulated boards.
@Suite struct StatusLEDTests {
  private let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("leds-\(UUID().uuidString)")

  init() throws {
    let led = folder.appendingPathComponent("ACT")
    try FileManager.default.createDirectory(at: led, withIntermediateDirectories: true)
    for (name, text) in [
      ("max_brightness", "255\n"), ("brightness", "7\n"), ("trigger", "none [mmc0] timer\n"),
    ] { try text.write(to: led.appendingPathComponent(name), atomically: true, encoding: .utf8) }
  }

  private func value(_ name: String) throws -> String {
    try String(contentsOf: folder.appendingPathComponent("ACT/\(name)"), encoding: .utf8)
  }

  @Test func `Brightness follows coherence, and the LED is given back to its trigger`() throws {
    let output = StatusLED(id: "led", device: "ACT", folder: folder.path)
    output.start(on: AdapterServices(reactor: try Reactor()))
    #expect("\(output.status)" == "working: ACT, 255 levels")
    #expect(try value("trigger").hasPrefix("none"))
    output.apply(StateDisplayTests.situation())
    #expect(try value("brightness").hasPrefix("213"))
    output.stop {}
    #expect(try value("brightness").hasPrefix("7"))
    #expect(try value("trigger").hasPrefix("mmc0"))
  }

  @Test func `An LED that is not there is named and waited for`() throws {
    let output = StatusLED(id: "led", device: "PWR", folder: folder.path)
    output.start(on: AdapterServices(reactor: try Reactor()))
    #expect("\(output.status)".contains("there is no LED \"PWR\""))
    output.stop {}
  }

  @Test func `An indicator is an LED where there is one, and says so where there is none`() throws {
    let indicator = Indicator("ACT", ledFolder: folder.path)
    try indicator.turnOn()
    #expect(try value("brightness").hasPrefix("255"))
    indicator.turnOff()
    #expect(try value("brightness").hasPrefix("7"))
    let wrong = Indicator("GPIO999", ledFolder: folder.path)
    do {
      try wrong.turnOn()
      Issue.record("there is no such line here")
    } catch { #expect("\(error)".hasPrefix("indicator: is neither LED nor line")) }
  }
}
