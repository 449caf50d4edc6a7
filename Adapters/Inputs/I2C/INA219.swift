// SPDX-License-Identifier: Apache-2.0
package import Devices

extension InputType {
  static var ina219: InputType {
    .i2c(
      "ina219", "Texas Instruments INA219: voltage, current and power of a supply",
      addresses: Array(0x40...0x4F), measures: ["voltage", "current", "power"],
      keys: [
        .optional(
          "shunt", .number(0.0001...100, unit: "Ohm"), default: "0.1",
          "resistance of the shunt, Ohm")
      ]
    ) { values throws(AdapterProblem) in INA219(shunt: values.number("shunt")) }
  }
}

/// Texas Instruments INA219: bus voltage, and current and power by the voltage over a shunt.
///
/// Current and power are computed here, not by the chip, which needs a calibration register and
/// rounds. The chip has no identity register. What is checked: bits that are always zero, and that
/// registers have two different bytes, which tells it from a PCA9685 at the same address.
/// Source: Texas Instruments, "INA219" SBOS448, "Register Details"; the example is its table
/// "Calculating Current and Power".
package final class INA219: I2CChip {
  package let name = "INA219"
  package let quantities: [Quantity]
  private let shunt: Double

  /// - Parameter shunt: Resistance of the shunt in ohms, above 0.
  package init(shunt: Double) {
    self.shunt = shunt
    // ±320 mV over the shunt, in steps of 10 µV; the bus up to 32 V in steps of 4 mV.
    let current = 0.32 / shunt
    quantities = [
      Quantity("voltage", unit: "V", range: 0...32.764, noiseFloor: 0.012),
      Quantity("current", unit: "A", range: -current...current, noiseFloor: 3e-5 / shunt),
      Quantity(
        "power", unit: "W", range: -32.764 * current...32.764 * current,
        noiseFloor: 3e-4 / shunt),
    ]
  }

  package var identification: [BusStep] { [.readWord(0), .readWord(2), .readWord(5)] }

  package func identify(_ reply: BusReply) throws(ChipProblem) {
    let (configuration, bus, calibration) = (reply.word(0), reply.word(2), reply.word(4))
    guard configuration & 0xC000 == 0, configuration != 0, reply[0] != reply[1],
      bus & 0x0004 == 0, calibration & 0x0001 == 0
    else {
      throw .identity(
        Int(configuration), digits: 4, expected: "0x399F or the like, an INA219")
    }
  }

  /// 32 V, ±320 mV, 12 bits, both voltages all the time: as after power-up.
  package var configuration: [BusStep] { [.writeWord(0, 0x399F), .wait(microseconds: 1200)] }

  package var measurement: [BusStep] { [.readWord(1), .readWord(2)] }

  package func values(_ reply: BusReply) throws(ChipProblem) -> SIMD8<Double> {
    guard reply.word(2) & 0x0004 == 0 else {
      throw ChipProblem(
        "the bus voltage is \(ChipProblem.hexadecimal(Int(reply.word(2)), digits: 4)); "
          + "expected bit 2 to be zero")
    }
    var values = SIMD8<Double>(repeating: 0)
    values[0] = Double(reply.word(2) >> 3) * 0.004
    values[1] = Double(reply.signedWord(0)) * 1e-5 / shunt
    values[2] = values[0] * values[1]
    return values
  }
}
