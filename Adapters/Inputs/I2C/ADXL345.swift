// SPDX-License-Identifier: Apache-2.0
package import Devices

extension InputType {
  static var adxl345: InputType {
    .i2c(
      "adxl345", "Analog Devices ADXL345: acceleration along three axes",
      addresses: [0x53, 0x1D], measures: AccelerationUnit.axes, every: "100ms",
      keys: [
        .optional(
          "range", .choice(["2", "4", "8", "16"]), default: "2", "largest acceleration, g")
      ]
    ) { values throws(AdapterProblem) in ADXL345(range: values.text("range")) }
  }
}

/// What accelerometers share.
enum AccelerationUnit {
  /// Standard gravity, m/s².
  static let gravity = 9.80665
  static let axes = ["acceleration-x", "acceleration-y", "acceleration-z"]

  /// The three axes up to ±`range` g.
  static func quantities(range: Double, noiseFloor: Double) -> [Quantity] {
    axes.map {
      Quantity(
        $0, unit: "m/s²", range: -range * gravity...range * gravity, noiseFloor: noiseFloor)
    }
  }
}

/// Analog Devices ADXL345: acceleration, measured by itself a hundred times a second.
///
/// Source: Analog Devices, "ADXL345" rev. E, "Register Definitions" and Table 1 (256 steps per g at
/// full resolution, whatever the range).
package final class ADXL345: I2CChip {
  package let name = "ADXL345"
  package let quantities: [Quantity]
  private let format: UInt8

  /// - Parameter range: "2", "4", "8" or "16" g.
  package init(range: String) {
    let bits = ["2", "4", "8", "16"].firstIndex(of: range) ?? 0
    format = 0x08 | UInt8(bits)
    quantities = AccelerationUnit.quantities(range: Double(2 << bits), noiseFloor: 0.1)
  }

  package var identification: [BusStep] { [.readByte(0x00)] }

  package func identify(_ reply: BusReply) throws(ChipProblem) {
    guard reply[0] == 0xE5 else {
      throw .identity(Int(reply[0]), expected: "0xE5, an ADXL345")
    }
  }

  /// Full resolution; 100 values a second; measuring; two of them to settle.
  package var configuration: [BusStep] {
    [
      .writeByte(0x31, format), .writeByte(0x2C, 0x0A), .writeByte(0x2D, 0x08),
      .wait(microseconds: 21_000),
    ]
  }

  /// The mode with the values: a chip that lost its power stands still at its last ones.
  package var measurement: [BusStep] {
    [.readByte(0x2D), .readByte(0x31), .readBlock(0x32, count: 6)]
  }

  package func values(_ reply: BusReply) throws(ChipProblem) -> SIMD8<Double> {
    guard reply[0] & 0x08 != 0, reply[1] & 0x0F == format else {
      throw ChipProblem("the chip has lost its settings: was its power off?")
    }
    var values = SIMD8<Double>(repeating: 0)
    for axis in 0..<3 {
      values[axis] =
        Double(reply.signedLittleWord(2 + 2 * axis)) / 256 * AccelerationUnit.gravity
    }
    return values
  }
}
