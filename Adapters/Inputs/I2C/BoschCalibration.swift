// SPDX-License-Identifier: Apache-2.0
internal import Devices

/// The compensation of BMP280 and BME280 from the coefficients each chip was given in the factory.
///
/// Bosch Sensortec, "BMP280 Data sheet" BST-BMP280-DS001, 3.11.2, 3.11.3 and 8.1; "BME280 Data
/// sheet" BST-BME280-DS002, 4.2.2, 4.2.3 and 8.1: the formulas for floating point.
struct BoschCalibration: Equatable, Sendable {
  var t1 = 0.0, t2 = 0.0, t3 = 0.0
  var p1 = 0.0, p2 = 0.0, p3 = 0.0, p4 = 0.0, p5 = 0.0, p6 = 0.0, p7 = 0.0, p8 = 0.0, p9 = 0.0
  var h1 = 0.0, h2 = 0.0, h3 = 0.0, h4 = 0.0, h5 = 0.0, h6 = 0.0

  /// No coefficients at all.
  init() {}

  /// Those at 0x88…0x9F, the bytes of `reply` from `index` on.
  init(_ reply: BusReply, at index: Int) {
    t1 = Double(reply.littleWord(index))
    t2 = Double(reply.signedLittleWord(index + 2))
    t3 = Double(reply.signedLittleWord(index + 4))
    p1 = Double(reply.littleWord(index + 6))
    p2 = Double(reply.signedLittleWord(index + 8))
    p3 = Double(reply.signedLittleWord(index + 10))
    p4 = Double(reply.signedLittleWord(index + 12))
    p5 = Double(reply.signedLittleWord(index + 14))
    p6 = Double(reply.signedLittleWord(index + 16))
    p7 = Double(reply.signedLittleWord(index + 18))
    p8 = Double(reply.signedLittleWord(index + 20))
    p9 = Double(reply.signedLittleWord(index + 22))
  }

  /// Takes in those of humidity: 0xA1 at `index`, then 0xE1…0xE7.
  mutating func addHumidity(_ reply: BusReply, at index: Int) {
    h1 = Double(reply[index])
    h2 = Double(reply.signedLittleWord(index + 1))
    h3 = Double(reply[index + 3])
    // Two numbers of 12 bits share the byte 0xE5.
    let (e4, e5, e6) = (Int(reply[index + 4]), Int(reply[index + 5]), Int(reply[index + 6]))
    h4 = Double(Int(Int8(truncatingIfNeeded: e4)) << 4 | e5 & 0x0F)
    h5 = Double(Int(Int8(truncatingIfNeeded: e6)) << 4 | e5 >> 4)
    h6 = Double(Int8(bitPattern: reply[index + 7]))
  }

  /// Coefficients of a chip that was never calibrated, or does not answer, are all 0 or all ones.
  var isPlausible: Bool { t1 != 0 && t1 != 65535 && p1 != 0 && p1 != 65535 }

  /// The temperature in the scale that pressure and humidity are corrected by.
  func fine(temperature raw: Int) -> Double {
    let adc = Double(raw)
    let first = (adc / 16384 - t1 / 1024) * t2
    let offset = adc / 131072 - t1 / 8192
    return first + offset * offset * t3
  }

  /// Degrees Celsius.
  func temperature(fine: Double) -> Double { fine / 5120 }

  /// Pascal.
  func pressure(_ raw: Int, fine: Double) -> Double {
    let offset = fine / 2 - 64000
    var square = offset * offset * p6 / 32768
    square += offset * p5 * 2
    square = square / 4 + p4 * 65536
    let linear = (p3 * offset * offset / 524288 + p2 * offset) / 524288
    let scale = (1 + linear / 32768) * p1
    guard scale != 0 else { return 0 }
    let pressure = (1_048_576 - Double(raw) - square / 4096) * 6250 / scale
    let bend = p9 * pressure * pressure / 2_147_483_648
    return pressure + (bend + pressure * p8 / 32768 + p7) / 16
  }

  /// Percent of relative humidity, 0…100.
  func humidity(_ raw: Int, fine: Double) -> Double {
    let offset = fine - 76800
    let shift = h4 * 64 + h5 / 16384 * offset
    let slope = 1 + h6 / 67_108_864 * offset * (1 + h3 / 67_108_864 * offset)
    let humidity = (Double(raw) - shift) * (h2 / 65536 * slope)
    return min(100, max(0, humidity * (1 - h1 * humidity / 524288)))
  }
}
