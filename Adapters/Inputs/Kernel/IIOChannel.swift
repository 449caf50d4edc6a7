// SPDX-License-Identifier: Apache-2.0
package import Devices
internal import Runtime

extension InputType {
  static var iio: InputType {
    InputType(
      "iio", "any sensor that an industrial I/O driver of the kernel reads: a hundred chips",
      keys: [
        .required("chip", .text, "its name, as in iio:device*/name"),
        .required("sensor", .text, "its channel: temp, pressure, accel_x, voltage0, illuminance"),
      ] + SlowInput.keys(every: "1s")
    ) { values throws(AdapterProblem) in
      let sensor = values.text("sensor")
      guard let source = IIOChannel(values.text("chip"), channel: sensor) else {
        throw AdapterProblem(
          "sensor",
          "is \"\(sensor)\"; expected one that begins with "
            + NearWord.joined(IIOChannel.kinds.map { $0.prefix }))
      }
      return try SlowInput(values, KernelSensor(source))
    }
  }
}

/// One channel of an industrial I/O device, by the name of the device and of the channel.
///
/// A channel has a processed value (`in_temp_input`), or a raw one with offset and scale, which are
/// often shared by channels of its kind: (raw + offset) · scale.
/// Source: Linux, Documentation/ABI/testing/sysfs-bus-iio, which has the units.
package final class IIOChannel: KernelSource {
  struct Kind: Sendable {
    let prefix: String
    let quantity: Quantity
    /// What a value in the unit of the ABI is multiplied by.
    let factor: Double

    init(
      _ prefix: String, _ name: String, _ unit: String, _ range: ClosedRange<Double>,
      floor: Double, factor: Double = 1
    ) {
      self.prefix = prefix
      self.factor = factor
      quantity = Quantity(name, unit: unit, range: range, noiseFloor: floor)
    }
  }

  static let kinds: [Kind] = [
    Kind("temp", "temperature", "°C", -273.15...2000, floor: 0.1, factor: 0.001),
    Kind("pressure", "pressure", "hPa", 0...100_000, floor: 0.3, factor: 10),
    Kind("humidityrelative", "humidity", "%", 0...100, floor: 0.5, factor: 0.001),
    Kind("illuminance", "illuminance", "lx", 0...300_000, floor: 3),
    Kind("voltage", "voltage", "V", -1000...1000, floor: 0.001, factor: 0.001),
    Kind("current", "current", "A", -1000...1000, floor: 0.001, factor: 0.001),
    Kind("power", "power", "W", -100_000...100_000, floor: 0.01, factor: 0.001),
    Kind("accel", "acceleration", "m/s²", -2000...2000, floor: 0.1),
    Kind("anglvel", "rotation", "rad/s", -100...100, floor: 0.01),
    Kind("magn", "magnetic-field", "G", -100...100, floor: 0.01),
    Kind("distance", "distance", "m", 0...100_000, floor: 0.01),
    Kind("proximity", "proximity", "", 0...1_000_000, floor: 5),
    Kind("concentration", "concentration", "%", 0...100, floor: 0.01),
    Kind("resistance", "resistance", "Ohm", 0...1e9, floor: 1),
  ]

  package let quantities: [Quantity]
  private let (chip, channel, root): (String, String, String)
  private let kind: Kind
  private var (hasOffset, hasScale) = (false, false)

  /// - Parameters:
  ///   - chip: The name of the device.
  ///   - channel: The name of the channel without `in_`; nil is the result for an unknown kind.
  ///   - root: Where the kernel lists its industrial I/O devices.
  package init?(_ chip: String, channel: String, root: String = "/sys/bus/iio/devices") {
    guard let kind = IIOChannel.kinds.first(where: { channel.hasPrefix($0.prefix) }) else {
      return nil
    }
    (self.chip, self.channel, self.root, self.kind) = (chip, channel, root, kind)
    quantities = [kind.quantity]
  }

  package var device: String { "iio \(chip) \(channel)" }

  package func find() throws(ChipProblem) -> KernelFiles {
    let folder = try KernelFile.folder(
      in: root, saying: chip, file: "name", kind: "iio device", prefix: "iio:device")
    let names = Folder.names(in: folder)
    let bus = KernelFile.bus(of: folder)
    let found = "\(device), \(folder)"
    (hasOffset, hasScale) = (false, false)
    if names.contains("in_\(channel)_input") {
      return KernelFiles(["\(folder)/in_\(channel)_input"], bus: bus, found: found)
    }
    guard names.contains("in_\(channel)_raw") else {
      throw ChipProblem("it has no channel \"\(channel)\": there is \(Self.channels(names))")
    }
    var paths = ["\(folder)/in_\(channel)_raw"]
    if let offset = attribute("offset", names) {
      hasOffset = true
      paths.append("\(folder)/\(offset)")
    }
    if let scale = attribute("scale", names) {
      hasScale = true
      paths.append("\(folder)/\(scale)")
    }
    return KernelFiles(paths, bus: bus, found: found)
  }

  /// The channel's own attribute, or the one it shares with others of its kind.
  private func attribute(_ attribute: String, _ names: [String]) -> String? {
    ["in_\(channel)_\(attribute)", "in_\(kind.prefix)_\(attribute)"].first { names.contains($0) }
  }

  private static func channels(_ names: [String]) -> String {
    var channels: [String] = []
    for name in names where name.hasPrefix("in_") {
      if name.hasSuffix("_input") { channels.append(String(name.dropFirst(3).dropLast(6))) }
      if name.hasSuffix("_raw") { channels.append(String(name.dropFirst(3).dropLast(4))) }
    }
    return channels.isEmpty ? "none" : NearWord.joined(channels)
  }

  package func values(_ reply: BusReply) throws(ChipProblem) -> SIMD8<Double> {
    let numbers = try KernelFile.numbers(reply)
    let expected = 1 + (hasOffset ? 1 : 0) + (hasScale ? 1 : 0)
    guard numbers.count == expected else {
      throw ChipProblem("the kernel gives \(numbers.count) numbers; expected \(expected)")
    }
    let raw = numbers[0] + (hasOffset ? numbers[1] : 0)
    let scale = hasScale ? numbers[expected - 1] : 1
    return SIMD8(repeating: raw * scale * kind.factor)
  }
}
