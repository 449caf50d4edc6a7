// SPDX-License-Identifier: Apache-2.0
package import Devices

extension InputType {
  static var tmp102: InputType {
    .i2c(
      "tmp102", "Texas Instruments TMP102: temperature",
      addresses: [0x48, 0x49, 0x4A, 0x4B], measures: ["temperature"]
    ) { _ throws(AdapterProblem) in TMP102() }
  }
}

/// Texas Instruments TMP102: temperature in steps of 1/16 °C, measured by itself four times a second.
///
/// The chip has no identity register. What is checked: the read-only resolution bits of the
/// configuration are ones and its unused bits zeros, which tells it from an LM75.
/// Source: Texas Instruments, "TMP102 …" SBOS397, "Temperature Register", "Configuration Register".
package final class TMP102: I2CChip {
  package let name = "TMP102"
  package let quantities: [Quantity] = [.temperature(-40...125)]

  package init() {}

  package var identification: [BusStep] { [.readWord(1), .readWord(0)] }

  package func identify(_ reply: BusReply) throws(ChipProblem) {
    let configuration = Int(reply.word(0))
    guard configuration & 0x600F == 0x6000, configuration != 0x6060 else {
      throw .identity(configuration, digits: 4, expected: "0x60A0 or the like, a TMP102")
    }
    try TMP102.checkUnusedBits(reply.word(2))
  }

  /// 12 bits, four a second, awake: as after power-up.
  package var configuration: [BusStep] { [.writeWord(1, 0x60A0)] }

  package var measurement: [BusStep] { [.readWord(0)] }

  package func values(_ reply: BusReply) throws(ChipProblem) -> SIMD8<Double> {
    try TMP102.checkUnusedBits(reply.word(0))
    return SIMD8(repeating: Double(reply.signedWord(0)) / 256)
  }

  /// The value stands left in its word, so that the four lowest bits are always zero.
  static func checkUnusedBits(_ word: UInt16) throws(ChipProblem) {
    guard word & 0x000F == 0 else {
      throw ChipProblem(
        "the temperature is \(ChipProblem.hexadecimal(Int(word), digits: 4)); "
          + "expected four zeros at its end")
    }
  }
}
