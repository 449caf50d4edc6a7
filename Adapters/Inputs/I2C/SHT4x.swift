// SPDX-License-Identifier: Apache-2.0
package import Devices

extension InputType {
  static var sht4x: InputType {
    .i2c(
      "sht4x", "Sensirion SHT40, SHT41, SHT45: temperature and humidity",
      addresses: [0x44, 0x45, 0x46], measures: ["temperature", "humidity"]
    ) { _ throws(AdapterProblem) in SHT4x() }
  }
}

/// Sensirion SHT4x: temperature and humidity, one measurement of high precision at a time.
///
/// What is checked at start is its serial number, two words each with its CRC-8; then each word.
/// Source: Sensirion, "Datasheet SHT4x" (2023), 4.4 to 4.6.
package final class SHT4x: I2CChip {
  package let name = "SHT4x"
  package let quantities: [Quantity] = [.temperature(-40...125), .humidity()]

  package init() {}

  package var identification: [BusStep] {
    [.write([0x89]), .wait(microseconds: 1000), .read(count: 6)]
  }

  package func identify(_ reply: BusReply) throws(ChipProblem) {
    let high = try CRC8.checkedWord(reply, 0)
    let low = try CRC8.checkedWord(reply, 3)
    guard high != 0 || low != 0 else {
      throw ChipProblem("the serial number is 0; expected that of an SHT4x")
    }
  }

  package var trigger: [BusStep] { [.write([0xFD])] }

  /// Table 5: 8.3 ms at most.
  package let conversion = 10_000

  package var measurement: [BusStep] { [.read(count: 6)] }

  package func values(_ reply: BusReply) throws(ChipProblem) -> SIMD8<Double> {
    var values = SIMD8<Double>(repeating: 0)
    values[0] = -45 + 175 * Double(try CRC8.checkedWord(reply, 0)) / 65535
    // The formula goes beyond 0 and 100 %; its makers say to crop it there.
    let humidity = -6 + 125 * Double(try CRC8.checkedWord(reply, 3)) / 65535
    values[1] = min(100, max(0, humidity))
    return values
  }
}
