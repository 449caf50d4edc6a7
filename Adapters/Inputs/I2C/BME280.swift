// SPDX-License-Identifier: Apache-2.0
package import Devices

extension InputType {
  static var bme280: InputType {
    .i2c(
      "bme280", "Bosch BME280: temperature, pressure and humidity",
      addresses: [0x76, 0x77], measures: ["temperature", "pressure", "humidity"]
    ) { _ throws(AdapterProblem) in BME280() }
  }
}

/// Bosch BME280: temperature, pressure and humidity, one forced measurement at a time.
///
/// Source: Bosch Sensortec, "BME280 Data sheet" BST-BME280-DS002, sections 3 to 5.
package final class BME280: I2CChip {
  package let name = "BME280"
  package let quantities: [Quantity] = [
    .temperature(-40...85), .pressure(300...1100), .humidity(),
  ]
  private var calibration = BoschCalibration()

  package init() {}

  package var identification: [BusStep] {
    [.readByte(0xD0), .readBlock(0x88, count: 24), .readByte(0xA1), .readBlock(0xE1, count: 7)]
  }

  package func identify(_ reply: BusReply) throws(ChipProblem) {
    try BMP280.identify(reply, expected: 0x60, name)
    calibration = BoschCalibration(reply, at: 1)
    calibration.addHumidity(reply, at: 25)
    try BMP280.check(calibration)
  }

  /// Forced mode; temperature and humidity once, pressure four times for less noise.
  package var trigger: [BusStep] { [.writeByte(0xF2, 0x01), .writeByte(0xF4, 0x2D)] }

  /// Appendix B: 1.25 + 2.3 + (4 · 2.3 + 0.575) + (2.3 + 0.575) ms at most.
  package let conversion = 17_000

  package var measurement: [BusStep] { [.readByte(0xF3), .readBlock(0xF7, count: 8)] }

  package func values(_ reply: BusReply) throws(ChipProblem) -> SIMD8<Double> {
    let (temperature, pressure) = try BMP280.raw(reply)
    let humidity = Int(reply.word(7))
    // 0x8000 stands for a measurement that was left out.
    guard humidity != 0x8000 || pressure != 0x80000 else {
      throw ChipProblem("nothing was measured: all registers are as after a reset")
    }
    let fine = calibration.fine(temperature: temperature)
    var values = SIMD8<Double>(repeating: 0)
    values[0] = calibration.temperature(fine: fine)
    values[1] = calibration.pressure(pressure, fine: fine) / 100
    values[2] = calibration.humidity(humidity, fine: fine)
    return values
  }
}
