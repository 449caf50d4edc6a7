// SPDX-License-Identifier: Apache-2.0
package import Devices

extension InputType {
  static var mcp9808: InputType {
    .i2c(
      "mcp9808", "Microchip MCP9808: temperature", addresses: Array(0x18...0x1F),
      measures: ["temperature"]
    ) { _ throws(AdapterProblem) in MCP9808() }
  }
}

/// Microchip MCP9808: temperature in steps of 1/16 °C, measured by itself four times a second.
///
/// Source: Microchip, "MCP9808" DS25095A, 5.1.3 (ambient temperature), 5.1.4 and 5.1.5 (identity).
package final class MCP9808: I2CChip {
  package let name = "MCP9808"
  package let quantities: [Quantity] = [.temperature(-40...125)]

  package init() {}

  package var identification: [BusStep] { [.readWord(6), .readWord(7)] }

  package func identify(_ reply: BusReply) throws(ChipProblem) {
    guard reply.word(0) == 0x0054 else {
      throw .identity(
        Int(reply.word(0)), digits: 4, expected: "maker 0x0054, Microchip")
    }
    guard reply[2] == 0x04 else {
      throw .identity(Int(reply[2]), expected: "device 0x04, an MCP9808")
    }
  }

  /// Awake, without alerts; 1/16 °C.
  package var configuration: [BusStep] { [.writeWord(1, 0), .writeByte(8, 3)] }

  package var measurement: [BusStep] { [.readWord(5)] }

  package func values(_ reply: BusReply) throws(ChipProblem) -> SIMD8<Double> {
    // Three alert bits stand above a number of 13 bits with its sign.
    let raw = Int(reply.word(0) & 0x1FFF)
    return SIMD8(repeating: Double(raw < 0x1000 ? raw : raw - 0x2000) / 16)
  }
}
