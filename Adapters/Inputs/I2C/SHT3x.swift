// SPDX-License-Identifier: Apache-2.0
package import Devices

extension InputType {
  static var sht3x: InputType {
    .i2c(
      "sht3x", "Sensirion SHT30, SHT31, SHT35: temperature and humidity",
      addresses: [0x44, 0x45], measures: ["temperature", "humidity"]
    ) { _ throws(AdapterProblem) in SHT3x() }
  }
}

/// Sensirion SHT3x: temperature and humidity, one measurement of high repeatability at a time.
///
/// The chip has no identity register; what is checked is its status with its CRC-8, and each word
/// with its own.
/// Source: Sensirion, "Datasheet SHT3x-DIS" (2022), 4.3, 4.11, 4.12 and 4.13.
package final class SHT3x: I2CChip {
  package let name = "SHT3x"
  package let quantities: [Quantity] = [.temperature(-40...125), .humidity()]

  package init() {}

  package var identification: [BusStep] {
    [.write([0xF3, 0x2D]), .wait(microseconds: 1000), .read(count: 3)]
  }

  package func identify(_ reply: BusReply) throws(ChipProblem) {
    let status = try CRC8.checkedWord(reply, 0)
    // Bits 5 to 9, 12 and 14 are reserved and read as zero.
    guard status & 0x53E0 == 0 else {
      throw .identity(status, digits: 4, expected: "the status of an SHT3x")
    }
  }

  package var trigger: [BusStep] { [.write([0x24, 0x00])] }

  /// Table 4: 15.5 ms at most.
  package let conversion = 16_000

  package var measurement: [BusStep] { [.read(count: 6)] }

  package func values(_ reply: BusReply) throws(ChipProblem) -> SIMD8<Double> {
    var values = SIMD8<Double>(repeating: 0)
    values[0] = -45 + 175 * Double(try CRC8.checkedWord(reply, 0)) / 65535
    values[1] = 100 * Double(try CRC8.checkedWord(reply, 3)) / 65535
    return values
  }
}
