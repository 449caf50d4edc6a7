// SPDX-License-Identifier: Apache-2.0
package import Devices

extension InputType {
  static var thermal: InputType {
    InputType(
      "thermal", "a thermal zone of the kernel: the temperature of the processor",
      keys: [
        .optional("zone", .text, default: "cpu-thermal", "its type, as in thermal_zone*/type")
      ] + SlowInput.keys(every: "1s", quantities: ["temperature"])
    ) { values throws(AdapterProblem) in
      try SlowInput(values, KernelSensor(ThermalZone(values.text("zone"))))
    }
  }
}

/// A thermal zone of the kernel, by its type.
///
/// Source: Linux, Documentation/driver-api/thermal/sysfs-api.rst: thousandths of a degree Celsius.
package final class ThermalZone: KernelSource {
  package let quantities: [Quantity] = [.temperature(-55...150, noiseFloor: 0.5)]
  private let zone: String
  private let root: String

  /// - Parameters:
  ///   - zone: Its type.
  ///   - root: Where the kernel lists its thermal zones.
  package init(_ zone: String, root: String = "/sys/class/thermal") {
    (self.zone, self.root) = (zone, root)
  }

  package var device: String { "thermal zone \(zone)" }

  package func find() throws(ChipProblem) -> KernelFiles {
    let folder = try KernelFile.folder(
      in: root, saying: zone, file: "type", kind: "thermal zone", prefix: "thermal_zone")
    return KernelFiles(
      ["\(folder)/temp"], bus: KernelFile.bus(of: folder), found: "\(device), \(folder)")
  }

  package func values(_ reply: BusReply) throws(ChipProblem) -> SIMD8<Double> {
    SIMD8(repeating: try KernelFile.numbers(reply)[0] / 1000)
  }
}
