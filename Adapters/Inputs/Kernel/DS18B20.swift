// SPDX-License-Identifier: Apache-2.0
package import Devices
internal import Runtime

extension InputType {
  static var ds18b20: InputType {
    var keys: [AdapterKey] = [
      .optional("address", .text, "28-… as in /sys/bus/w1/devices; needed where there are several")
    ]
    for key in SlowInput.keys(every: "5s", quantities: ["temperature"]) {
      guard key.name == "timeout" else {
        keys.append(key)
        continue
      }
      keys.append(
        .optional("timeout", key.kind, default: "10s", "time for all sensors of the bus"))
    }
    return InputType(
      "ds18b20", "Dallas DS18B20 over the kernel's 1-Wire: temperature", keys: keys
    ) { values throws(AdapterProblem) in
      try SlowInput(values, KernelSensor(DS18B20(values.optionalText("address"))))
    }
  }
}

/// Dallas DS18B20: temperature over the kernel's 1-Wire.
///
/// Reading `w1_slave` converts (750 ms at 12 bits) and sends bits by hand, so the worker of the
/// 1-Wire buses does it. The kernel could convert on all sensors at once (`therm_bulk_read`), but
/// that needs root and still sends every bit while the reader waits, so it would spare no worker.
/// What is checked: the CRC-8 of the nine bytes, that they are not nothing (a bus held low gives
/// zeros, whose CRC is right), and that it is not the value a sensor has before it ever converted.
/// Source: Maxim, "DS18B20" 19-7487, "Memory", Tables 1 and 2; Linux,
/// Documentation/w1/slaves/w1_therm.rst.
package final class DS18B20: KernelSource {
  package let quantities: [Quantity] = [.temperature(-55...125)]
  private let address: String?
  private let root: String

  /// - Parameters:
  ///   - address: Its folder, `28-…`; nil for the only one there is.
  ///   - root: Where the kernel lists its 1-Wire devices.
  package init(_ address: String? = nil, root: String = "/sys/bus/w1/devices") {
    (self.address, self.root) = (address, root)
  }

  package var device: String { "1-Wire \(address ?? "28-*")" }

  package func find() throws(ChipProblem) -> KernelFiles {
    let present = Folder.names(in: root).filter { $0.hasPrefix("28-") }
    let there =
      present.isEmpty
      ? "there is none; is dtoverlay=w1-gpio set?" : "there is \(NearWord.joined(present))"
    if let address {
      guard present.contains(address) else { throw ChipProblem("no such sensor: \(there)") }
    } else if present.count != 1 {
      throw ChipProblem("expected one sensor, or its address: \(there)")
    }
    let folder = "\(root)/\(address ?? present[0])"
    return KernelFiles(["\(folder)/w1_slave"], bus: .oneWire, found: "DS18B20, \(folder)")
  }

  package func values(_ reply: BusReply) throws(ChipProblem) -> SIMD8<Double> {
    let text = reply.text
    var bytes: [UInt8] = []
    for word in text.split(separator: " ").prefix(9) {
      guard let byte = UInt8(word, radix: 16) else { break }
      bytes.append(byte)
    }
    guard bytes.count == 9 else { throw ChipProblem("the kernel gives no nine bytes") }
    let crc = CRC8.maxim(bytes.prefix(8))
    guard crc == bytes[8] else {
      throw ChipProblem(
        "the checksum is \(ChipProblem.hexadecimal(Int(bytes[8]))); "
          + "expected \(ChipProblem.hexadecimal(Int(crc)))")
    }
    guard bytes.contains(where: { $0 != 0 }) else {
      throw ChipProblem("all bytes are zero: the bus is held low")
    }
    let raw = Int16(bitPattern: UInt16(bytes[1]) << 8 | UInt16(bytes[0]))
    // 85 °C with 0x0C in byte 6 is what the memory holds before the first conversion.
    guard raw != 0x0550 || bytes[6] != 0x0C else {
      throw ChipProblem("the sensor has not converted since its power came: is it too weak?")
    }
    // At 9 to 11 bits the bits below mean nothing.
    let unused = 3 - Int16(bytes[4] >> 5 & 3)
    return SIMD8(repeating: Double((raw >> unused) << unused) / 16)
  }
}
