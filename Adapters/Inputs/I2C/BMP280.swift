// SPDX-License-Identifier: Apache-2.0
package import Devices

extension InputType {
  static var bmp280: InputType {
    .i2c(
      "bmp280", "Bosch BMP280: temperature and pressure",
      addresses: [0x76, 0x77], measures: ["temperature", "pressure"]
    ) { _ throws(AdapterProblem) in BMP280() }
  }
}

/// Bosch BMP280: temperature and pressure, one forced measurement at a time.
///
/// Source: Bosch Sensortec, "BMP280 Data sheet" BST-BMP280-DS001, sections 3 and 4.
package final class BMP280: I2CChip {
  package let name = "BMP280"
  package let quantities: [Quantity] = [.temperature(-40...85), .pressure(300...1100)]
  private var calibration = BoschCalibration()

  package init() {}

  package var identification: [BusStep] { [.readByte(0xD0), .readBlock(0x88, count: 24)] }

  package func identify(_ reply: BusReply) throws(ChipProblem) {
    try BMP280.identify(reply, expected: 0x58, name)
    calibration = BoschCalibration(reply, at: 1)
    try BMP280.check(calibration)
  }

  /// Forced mode; temperature once, pressure four times for less noise.
  package var trigger: [BusStep] { [.writeByte(0xF4, 0x2D)] }

  /// 1.25 + 2.3 + (4 · 2.3 + 0.575) ms at most.
  package let conversion = 14_000

  package var measurement: [BusStep] { [.readByte(0xF3), .readBlock(0xF7, count: 6)] }

  package func values(_ reply: BusReply) throws(ChipProblem) -> SIMD8<Double> {
    let (temperature, pressure) = try BMP280.raw(reply)
    guard temperature != 0x80000 || pressure != 0x80000 else {
      throw ChipProblem("nothing was measured: all registers are as after a reset")
    }
    let fine = calibration.fine(temperature: temperature)
    var values = SIMD8<Double>(repeating: 0)
    values[0] = calibration.temperature(fine: fine)
    values[1] = calibration.pressure(pressure, fine: fine) / 100
    return values
  }
}

/// What BMP280 and BME280 share.
extension BMP280 {
  /// Chips that answer to these addresses, by register 0xD0.
  private static let known: [(identity: Int, name: String)] = [
    (0x55, "a BMP180"), (0x56, "a BMP280 sample"), (0x57, "a BMP280 sample"),
    (0x58, "a BMP280: use type bmp280"), (0x60, "a BME280: use type bme280"), (0x61, "a BME680"),
  ]

  static func identify(
    _ reply: BusReply, expected: Int, _ name: String
  ) throws(ChipProblem) {
    let found = Int(reply[0])
    guard found != expected else { return }
    let other = known.first { $0.identity == found }.map { " (\($0.name))" } ?? ""
    throw ChipProblem(
      "the chip says it is \(ChipProblem.hexadecimal(found))\(other); "
        + "expected \(ChipProblem.hexadecimal(expected)), a \(name)")
  }

  static func check(_ calibration: BoschCalibration) throws(ChipProblem) {
    guard calibration.isPlausible else {
      throw ChipProblem("the factory's coefficients are missing; the chip is no good")
    }
  }

  /// Raw temperature and pressure behind the status in byte 0; 20 bits each.
  static func raw(_ reply: BusReply) throws(ChipProblem) -> (temperature: Int, pressure: Int) {
    guard reply[0] & 0x08 == 0 else { throw ChipProblem("the chip does not finish measuring") }
    let pressure = Int(reply[1]) << 12 | Int(reply[2]) << 4 | Int(reply[3]) >> 4
    let temperature = Int(reply[4]) << 12 | Int(reply[5]) << 4 | Int(reply[6]) >> 4
    return (temperature, pressure)
  }
}
