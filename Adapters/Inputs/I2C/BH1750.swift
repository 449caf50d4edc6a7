// SPDX-License-Identifier: Apache-2.0
package import Devices

extension InputType {
  static var bh1750: InputType {
    .i2c(
      "bh1750", "ROHM BH1750FVI: illuminance", addresses: [0x23, 0x5C],
      measures: ["illuminance"]
    ) { _ throws(AdapterProblem) in BH1750() }
  }
}

/// ROHM BH1750FVI: illuminance in lux, one measurement of high resolution at a time.
///
/// The chip has neither identity nor checksum: what can be known of it at start is that it answers
/// and gives its two bytes.
/// Source: ROHM, "BH1750FVI" (2011), "Instruction Set Architecture" and "Measurement sequence
/// example", which has 0x8390 for 28067 lx.
package final class BH1750: I2CChip {
  package let name = "BH1750"
  package let quantities: [Quantity] = [
    Quantity("illuminance", unit: "lx", range: 0...65535 / 1.2, noiseFloor: 3)
  ]

  package init() {}

  package var identification: [BusStep] { [.write([0x01]), .read(count: 2)] }

  package func identify(_ reply: BusReply) throws(ChipProblem) {
    guard reply.count == 2 else {
      throw ChipProblem("the chip gives \(reply.count) bytes; expected 2")
    }
  }

  package var trigger: [BusStep] { [.write([0x20])] }

  /// 120 ms typically, 180 ms at most.
  package let conversion = 180_000

  package var measurement: [BusStep] { [.read(count: 2)] }

  package func values(_ reply: BusReply) throws(ChipProblem) -> SIMD8<Double> {
    SIMD8(repeating: Double(reply.word(0)) / 1.2)
  }
}
