// SPDX-License-Identifier: Apache-2.0
package import Devices

extension InputType {
  static var lm75: InputType {
    .i2c(
      "lm75", "LM75 and its successors (LM75A, LM75B, TMP75, TMP105, TMP175): temperature",
      addresses: [0x48, 0x49, 0x4A, 0x4B, 0x4C, 0x4D, 0x4E, 0x4F], measures: ["temperature"],
      keys: [
        .optional(
          "resolution", .integer(9...12), "bits to ask for; an LM75 itself has no choice")
      ]
    ) { values throws(AdapterProblem) in LM75(resolution: values.optionalInteger("resolution")) }
  }
}

/// LM75 and chips with its registers: temperature of 9 to 12 bits, measured by itself.
///
/// The chip has no identity register. What is checked: temperature, hysteresis and limit all end
/// in zeros, and not all three are nothing.
/// Source: National Semiconductor, "LM75" (DS012658), 1.3 and 1.8; Texas Instruments, "TMP105"
/// SBOS327, "Converter Resolution" for bits 5 and 6 of the configuration.
package final class LM75: I2CChip {
  package let name = "LM75"
  package let quantities: [Quantity] = [.temperature(-55...125, noiseFloor: 0.5)]
  package let configuration: [BusStep]

  /// - Parameter resolution: 9…12 bits, for chips that have the choice; nil leaves it alone.
  package init(resolution: Int? = nil) {
    configuration = resolution.map { [.writeByte(1, UInt8(($0 - 9) << 5))] } ?? []
  }

  package var identification: [BusStep] { [.readWord(0), .readWord(2), .readWord(3)] }

  package func identify(_ reply: BusReply) throws(ChipProblem) {
    let words = [reply.word(0), reply.word(2), reply.word(4)]
    for word in words { try TMP102.checkUnusedBits(word) }
    guard words[0] != 0 || words[1] != 0 || words[2] != 0 else {
      throw ChipProblem("all registers are zero; expected an LM75 with limits")
    }
  }

  package var measurement: [BusStep] { [.readWord(0)] }

  package func values(_ reply: BusReply) throws(ChipProblem) -> SIMD8<Double> {
    try TMP102.checkUnusedBits(reply.word(0))
    return SIMD8(repeating: Double(reply.signedWord(0)) / 256)
  }
}
