// SPDX-License-Identifier: Apache-2.0
package import Devices

extension InputType {
  static var aht20: InputType {
    .i2c(
      "aht20", "Aosong AHT20: temperature and humidity",
      addresses: [0x38], measures: ["temperature", "humidity"]
    ) { _ throws(AdapterProblem) in AHT20() }
  }
}

/// Aosong AHT20: temperature and humidity, one measurement at a time.
///
/// The chip has no identity; what is checked at start is that it answers with a status that is not
/// busy, and at each measurement that it is calibrated, and the CRC-8.
/// Source: Aosong, "Data Sheet AHT20" (ASAIR), 5.3, 5.4 and 6.
package final class AHT20: I2CChip {
  package let name = "AHT20"
  package let quantities: [Quantity] = [.temperature(-40...85), .humidity()]

  package init() {}

  package var identification: [BusStep] { [.read(count: 1)] }

  package func identify(_ reply: BusReply) throws(ChipProblem) {
    guard reply[0] & 0x80 == 0 else {
      throw .identity(Int(reply[0]), expected: "the status of an AHT20 at rest")
    }
  }

  /// Loads the factory's calibration, without which the chip measures nothing.
  package var configuration: [BusStep] {
    [.write([0xBE, 0x08, 0x00]), .wait(microseconds: 10_000)]
  }

  package var trigger: [BusStep] { [.write([0xAC, 0x33, 0x00])] }
  package let conversion = 80_000
  package var measurement: [BusStep] { [.read(count: 7)] }

  package func values(_ reply: BusReply) throws(ChipProblem) -> SIMD8<Double> {
    try CRC8.check(reply, 0..<6, against: reply[6])
    guard reply[0] & 0x80 == 0 else { throw ChipProblem("the chip does not finish measuring") }
    guard reply[0] & 0x08 != 0 else { throw ChipProblem("the chip is not calibrated") }
    // Two numbers of 20 bits share byte 3.
    let humidity = Int(reply[1]) << 12 | Int(reply[2]) << 4 | Int(reply[3]) >> 4
    let temperature = Int(reply[3] & 0x0F) << 16 | Int(reply[4]) << 8 | Int(reply[5])
    var values = SIMD8<Double>(repeating: 0)
    values[0] = Double(temperature) / 1_048_576 * 200 - 50
    values[1] = Double(humidity) / 1_048_576 * 100
    return values
  }
}
