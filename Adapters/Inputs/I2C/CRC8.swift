// SPDX-License-Identifier: Apache-2.0
internal import Devices

/// The two CRC-8 of sensors.
enum CRC8 {
  /// Polynomial x⁸ + x⁵ + x⁴ + 1, from 0xFF, the most significant bit first.
  ///
  /// Sensirion, "Datasheet SHT3x-DIS" (2022), 4.12: 0xBE 0xEF gives 0x92. Aosong, "Data Sheet AHT20",
  /// 5.4.5, has the same.
  static func sensirion(_ reply: BusReply, _ range: Range<Int>) -> UInt8 {
    var crc: UInt8 = 0xFF
    for index in range {
      crc ^= reply[index]
      for _ in 0..<8 { crc = crc & 0x80 != 0 ? crc << 1 ^ 0x31 : crc << 1 }
    }
    return crc
  }

  /// The same polynomial from 0, the least significant bit first (Maxim, Application Note 27).
  static func maxim(_ bytes: some Sequence<UInt8>) -> UInt8 {
    var crc: UInt8 = 0
    for byte in bytes {
      crc ^= byte
      for _ in 0..<8 { crc = crc & 1 != 0 ? crc >> 1 ^ 0x8C : crc >> 1 }
    }
    return crc
  }

  /// The word at `index`, which its CRC-8 follows.
  static func checkedWord(_ reply: BusReply, _ index: Int) throws(ChipProblem) -> Int {
    try check(reply, index..<index + 2, against: reply[index + 2])
    return Int(reply.word(index))
  }

  static func check(
    _ reply: BusReply, _ range: Range<Int>, against sent: UInt8
  ) throws(ChipProblem) {
    let computed = sensirion(reply, range)
    guard computed == sent else {
      throw ChipProblem(
        "the checksum is \(ChipProblem.hexadecimal(Int(sent))); "
          + "expected \(ChipProblem.hexadecimal(Int(computed)))")
    }
  }
}
