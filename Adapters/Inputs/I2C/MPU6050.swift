// SPDX-License-Identifier: Apache-2.0
package import Devices

extension InputType {
  static var mpu6050: InputType {
    .i2c(
      "mpu6050", "InvenSense MPU-6050: acceleration and rotation along three axes",
      addresses: [0x68, 0x69],
      measures: AccelerationUnit.axes + MPU6050.rotations + ["temperature"],
      chosen: AccelerationUnit.axes, every: "100ms",
      keys: [
        .optional(
          "range", .choice(["2", "4", "8", "16"]), default: "2", "largest acceleration, g"),
        .optional(
          "rotation-range", .choice(["250", "500", "1000", "2000"]), default: "250",
          "fastest rotation, degrees per second"),
      ]
    ) { values throws(AdapterProblem) in
      MPU6050(range: values.text("range"), rotationRange: values.text("rotation-range"))
    }
  }
}

/// InvenSense MPU-6050: acceleration, rotation and its own temperature.
///
/// Source: InvenSense, "MPU-6000 and MPU-6050 Register Map" RM-MPU-6000A, 4.3 to 4.5, 4.17 to 4.19,
/// 4.28 and 4.32.
package final class MPU6050: I2CChip {
  static let rotations = ["rotation-x", "rotation-y", "rotation-z"]

  package let name = "MPU-6050"
  package let quantities: [Quantity]
  private let (accelerationBits, rotationBits): (Int, Int)

  /// - Parameters:
  ///   - range: "2", "4", "8" or "16" g.
  ///   - rotationRange: "250", "500", "1000" or "2000" degrees per second.
  package init(range: String, rotationRange: String) {
    let acceleration = ["2", "4", "8", "16"].firstIndex(of: range) ?? 0
    let rotation = ["250", "500", "1000", "2000"].firstIndex(of: rotationRange) ?? 0
    (accelerationBits, rotationBits) = (acceleration, rotation)
    let fastest = Double(250 << rotation)
    quantities =
      AccelerationUnit.quantities(range: Double(2 << acceleration), noiseFloor: 0.1)
      + MPU6050.rotations.map {
        Quantity($0, unit: "°/s", range: -fastest...fastest, noiseFloor: 0.3)
      } + [.temperature(-40...85)]
  }

  package var identification: [BusStep] { [.readByte(0x75)] }

  package func identify(_ reply: BusReply) throws(ChipProblem) {
    guard reply[0] & 0x7E == 0x68 else {
      throw .identity(Int(reply[0]), expected: "0x68, an MPU-6050")
    }
  }

  /// Awake on the gyroscope's clock, filtered to 44 Hz; 30 ms for the gyroscope to start.
  package var configuration: [BusStep] {
    [
      .writeByte(0x6B, 0x01), .writeByte(0x1A, 0x03), .writeByte(0x19, 0x00),
      .writeByte(0x1B, UInt8(rotationBits << 3)), .writeByte(0x1C, UInt8(accelerationBits << 3)),
      .wait(microseconds: 35_000),
    ]
  }

  package var measurement: [BusStep] { [.readByte(0x6B), .readBlock(0x3B, count: 14)] }

  package func values(_ reply: BusReply) throws(ChipProblem) -> SIMD8<Double> {
    guard reply[0] & 0x40 == 0 else {
      throw ChipProblem("the chip sleeps: was its power off?")
    }
    // 16384 steps per g and 131 per °/s in the smallest range, halved by each larger one.
    let gravity = AccelerationUnit.gravity * Double(1 << accelerationBits) / 16384
    let degrees = Double(1 << rotationBits) / 131
    var values = SIMD8<Double>(repeating: 0)
    for axis in 0..<3 {
      values[axis] = Double(reply.signedWord(1 + 2 * axis)) * gravity
      values[3 + axis] = Double(reply.signedWord(9 + 2 * axis)) * degrees
    }
    values[6] = Double(reply.signedWord(7)) / 340 + 36.53
    return values
  }
}
