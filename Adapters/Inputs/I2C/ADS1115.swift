// SPDX-License-Identifier: Apache-2.0
package import Devices

extension InputType {
  static var ads1115: InputType {
    .i2c(
      "ads1115", "Texas Instruments ADS1115: one voltage of four inputs, or between two",
      addresses: [0x48, 0x49, 0x4A, 0x4B], measures: ["voltage"],
      keys: [
        .optional(
          "input", .choice(ADS1115.inputs), default: "a0", "the input, or the two inputs"),
        .optional(
          "full-scale", .choice(ADS1115.fullScales), default: "4.096",
          "volts at the end of the scale; no input may exceed the supply"),
      ]
    ) { values throws(AdapterProblem) in
      ADS1115(input: values.text("input"), fullScale: values.text("full-scale"))
    }
  }
}

/// Texas Instruments ADS1115: a voltage in 16 bits, one conversion at a time.
///
/// The chip has no identity register. What is checked: the configuration is neither nothing nor all
/// ones, the comparator's limits are in order, and each measurement reads back what it asked for.
/// So inputs that take turns at one chip cannot take each other's voltage.
/// Source: Texas Instruments, "ADS111x" SBAS444, "Register Map" and "Data Format".
package final class ADS1115: I2CChip {
  /// By the bits of the multiplexer, 0…7.
  static let inputs = ["a0-a1", "a0-a3", "a1-a3", "a2-a3", "a0", "a1", "a2", "a3"]
  /// By the bits of the amplifier, 0…5.
  static let fullScales = ["6.144", "4.096", "2.048", "1.024", "0.512", "0.256"]
  private static let volts = [6.144, 4.096, 2.048, 1.024, 0.512, 0.256]

  package let name = "ADS1115"
  package let quantities: [Quantity]
  private let scale: Double
  private let request: UInt16

  /// - Parameters:
  ///   - input: One of `inputs`.
  ///   - fullScale: One of `fullScales`.
  package init(input: String, fullScale: String) {
    let multiplexer = ADS1115.inputs.firstIndex(of: input) ?? 4
    let amplifier = ADS1115.fullScales.firstIndex(of: fullScale) ?? 1
    let volts = ADS1115.volts[amplifier]
    scale = volts / 32768
    // Start one conversion at 860 a second, comparator off.
    request = 0x81E3 | UInt16(multiplexer) << 12 | UInt16(amplifier) << 9
    quantities = [
      Quantity("voltage", unit: "V", range: -volts...volts * 32767 / 32768, noiseFloor: 3 * scale)
    ]
  }

  package var identification: [BusStep] { [.readWord(1), .readWord(2), .readWord(3)] }

  package func identify(_ reply: BusReply) throws(ChipProblem) {
    let configuration = Int(reply.word(0))
    guard configuration != 0, configuration != 0xFFFF,
      reply.signedWord(2) < reply.signedWord(4)
    else {
      throw .identity(
        configuration, digits: 4, expected: "0x8583 or the like and ordered limits, an ADS1115")
    }
  }

  /// A conversion takes 1/860 s and up to a tenth more: too short to give the bus away.
  package var measurement: [BusStep] {
    [.writeWord(1, request), .wait(microseconds: 1400), .readWord(1), .readWord(0)]
  }

  package func values(_ reply: BusReply) throws(ChipProblem) -> SIMD8<Double> {
    let state = reply.word(0)
    guard state & 0x7FFF == request & 0x7FFF else {
      throw ChipProblem(
        "the configuration is \(ChipProblem.hexadecimal(Int(state & 0x7FFF), digits: 4)); "
          + "expected \(ChipProblem.hexadecimal(Int(request & 0x7FFF), digits: 4))")
    }
    guard state & 0x8000 != 0 else { throw ChipProblem("the chip does not finish converting") }
    return SIMD8(repeating: Double(reply.signedWord(2)) * scale)
  }
}
