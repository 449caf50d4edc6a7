// SPDX-License-Identifier: Apache-2.0
package import Devices
internal import PhaseSpace
internal import Runtime

/// An LED of the kernel's LED class whose brightness follows the coherence of a channel.
///
/// One without levels lights where the coherence is at least a half, or with `shows: emergent` where
/// a common phase has emerged. The LED is given back to its trigger when the node stops.
package final class StatusLED: Output, KeptDevice {
  private static let pauseNanoseconds: Int64 = 50_000_000

  package let id: String
  package let device: String
  private let showsEmergence: Bool
  private let folder: String
  private var keeper: DeviceKeeper?
  private var led: KernelLED?
  private var level = 0.0
  private var setAt: Int64 = 0

  package init(
    id: String, device: String, showsEmergence: Bool = false, folder: String = KernelLED.folder
  ) {
    (self.id, self.device) = (id, device)
    (self.showsEmergence, self.folder) = (showsEmergence, folder)
    keeper = DeviceKeeper(self)
  }

  package static var type: OutputType {
    OutputType(
      "led", "an LED of the board: brightness by coherence",
      keys: [
        .required("device", .name, "its name in /sys/class/leds: ACT"),
        .optional(
          "shows", .choice(["coherence", "emergence"]), default: "coherence",
          "coherence as brightness, or emergence as on and off"),
      ]
    ) { values throws(AdapterProblem) in
      let device = values.text("device")
      guard !device.utf8.contains(UInt8(ascii: "/")) else {
        throw AdapterProblem("device", "is \"\(device)\"; expected a name without a slash")
      }
      return StatusLED(
        id: values.id, device: device, showsEmergence: values.text("shows") == "emergence")
    }
  }

  package var follows: String? { nil }
  package var report: OutputReport {
    var report = OutputReport()
    report.readings = [Reading("brightness", level * 100, "%")]
    return report
  }
  package var status: AdapterStatus { keeper?.status ?? .stopped }
  package var counters: AdapterCounters { keeper?.counters ?? AdapterCounters() }
  package var onStatusChange: ((AdapterStatus) -> Void)? {
    get { keeper?.onStatusChange }
    set { keeper?.onStatusChange = newValue }
  }

  package func start(on services: AdapterServices) { keeper?.start(on: services.reactor) }

  package func apply(_ situation: OutputSituation) {
    guard let led, situation.now - setAt >= StatusLED.pauseNanoseconds else { return }
    setAt = situation.now
    guard let state = situation.state else { return show(0, on: led) }
    let isCommon = state.isEmergent || state.isWe
    show(showsEmergence ? (isCommon ? 1 : 0) : state.meanCoherence, on: led)
  }

  private func show(_ share: Double, on led: KernelLED) {
    level = share.isFinite ? min(max(share, 0), 1) : 0
    keeper?.counters.frames += 1
    if !led.set(level) { keeper?.fail("LED \(device) cannot be set any more") }
  }

  package func stop(_ finished: @escaping () -> Void) {
    keeper?.stop()
    finished()
  }

  package func probe(_ services: AdapterServices) throws(AdapterProblem) -> String {
    let led = try KernelLED(device, folder: folder)
    return "\(device), \(led.maximum) \(led.maximum == 1 ? "level" : "levels")"
  }

  package func openDevice() throws(AdapterProblem) -> String? {
    let led = try KernelLED(device, folder: folder)
    (self.led, setAt) = (led, 0)
    return "\(device), \(led.maximum) \(led.maximum == 1 ? "level" : "levels")"
  }

  package func closeDevice() {
    led = nil
    level = 0
  }
}
