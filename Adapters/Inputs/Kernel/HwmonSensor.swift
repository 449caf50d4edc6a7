// SPDX-License-Identifier: Apache-2.0
package import Devices
internal import Runtime

extension InputType {
  static var hwmon: InputType {
    InputType(
      "hwmon", "any sensor that a hwmon driver of the kernel reads: lm75, sht3x, rpi_volt …",
      keys: [
        .required("chip", .text, "its name, as in hwmon*/name"),
        .optional(
          "sensor", .text, default: "temp1",
          "temp1, in0, curr1, power1, humidity1, fan1, or what its label says"),
        .optional(
          "kind", .choice(HwmonSensor.kinds.map { $0.prefix }),
          "what it is, for a sensor called by its label"),
      ] + SlowInput.keys(every: "1s")
    ) { values throws(AdapterProblem) in
      let sensor = values.text("sensor")
      guard let kind = values.optionalText("kind") ?? HwmonSensor.prefix(of: sensor) else {
        throw AdapterProblem(
          "sensor", "is \"\(sensor)\"; expected temp1 or the like, or a label and its kind")
      }
      let source = HwmonSensor(values.text("chip"), sensor: sensor, kind: kind)
      return try SlowInput(values, KernelSensor(source))
    }
  }
}

/// One sensor of a hwmon device, by the name of the device and its number or label.
///
/// Source: Linux, Documentation/hwmon/sysfs-interface.rst, which has the units.
package final class HwmonSensor: KernelSource {
  struct Kind: Sendable {
    let prefix: String
    let quantity: Quantity
    /// What a value of the file is multiplied by.
    let factor: Double
  }

  static let kinds: [Kind] = [
    Kind(prefix: "temp", quantity: .temperature(-100...300), factor: 0.001),
    Kind(prefix: "humidity", quantity: .humidity(), factor: 0.001),
    Kind(
      prefix: "in",
      quantity: Quantity("voltage", unit: "V", range: -1000...1000, noiseFloor: 0.01),
      factor: 0.001),
    Kind(
      prefix: "curr",
      quantity: Quantity("current", unit: "A", range: -1000...1000, noiseFloor: 0.01),
      factor: 0.001),
    Kind(
      prefix: "power",
      quantity: Quantity("power", unit: "W", range: 0...100_000, noiseFloor: 0.1), factor: 1e-6),
    Kind(
      prefix: "fan",
      quantity: Quantity("speed", unit: "1/min", range: 0...1_000_000, noiseFloor: 20),
      factor: 1),
  ]

  package let quantities: [Quantity]
  private let (chip, sensor, root): (String, String, String)
  private let kind: Kind
  private var hasFault = false

  /// - Parameters:
  ///   - chip: The name of the device.
  ///   - sensor: `temp1` or the like, or what a label says.
  ///   - kind: The beginning of its files' names: `temp`, `in`, …
  ///   - root: Where the kernel lists its hwmon devices.
  package init(_ chip: String, sensor: String, kind: String, root: String = "/sys/class/hwmon") {
    (self.chip, self.sensor, self.root) = (chip, sensor, root)
    self.kind = HwmonSensor.kinds.first { $0.prefix == kind } ?? HwmonSensor.kinds[0]
    quantities = [self.kind.quantity]
  }

  /// The kind of `temp1`; nil for what is a label.
  static func prefix(of sensor: String) -> String? {
    kinds.first { kind in
      sensor.hasPrefix(kind.prefix) && Int(sensor.dropFirst(kind.prefix.utf8.count)) != nil
    }?.prefix
  }

  package var device: String { "hwmon \(chip) \(sensor)" }

  package func find() throws(ChipProblem) -> KernelFiles {
    let folder = try KernelFile.folder(
      in: root, saying: chip, file: "name", kind: "hwmon device", prefix: "hwmon")
    let names = Folder.names(in: folder)
    let base = names.contains("\(sensor)_input") ? sensor : try labelled(folder, names)
    hasFault = names.contains("\(base)_fault")
    let paths = ["\(folder)/\(base)_input"] + (hasFault ? ["\(folder)/\(base)_fault"] : [])
    return KernelFiles(paths, bus: KernelFile.bus(of: folder), found: "\(device), \(folder)")
  }

  /// The sensor whose label is the one that was asked for.
  private func labelled(_ folder: String, _ names: [String]) throws(ChipProblem) -> String {
    var present: [String] = []
    for name in names where name.hasPrefix(kind.prefix) {
      if name.hasSuffix("_input") { present.append(String(name.dropLast(6))) }
      guard name.hasSuffix("_label"), KernelFile.line("\(folder)/\(name)") == sensor else {
        continue
      }
      return String(name.dropLast(6))
    }
    let there = present.isEmpty ? "nothing" : NearWord.joined(present)
    throw ChipProblem("it has no \"\(sensor)\": of \(kind.prefix) there is \(there)")
  }

  package func values(_ reply: BusReply) throws(ChipProblem) -> SIMD8<Double> {
    let numbers = try KernelFile.numbers(reply)
    guard !hasFault || numbers.count < 2 || numbers[1] == 0 else {
      throw ChipProblem("the driver says that the sensor is at fault")
    }
    return SIMD8(repeating: numbers[0] * kind.factor)
  }
}
