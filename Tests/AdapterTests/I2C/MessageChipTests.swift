// SPDX-License-Identifier: Apache-2.0

import Devices
import Inputs
import Testing

/// Chips that are talked to in messages instead of registers.
@Suite struct MessageChipTests {
  private func bus(_ messages: [UInt8]...) -> RegisterBus {
    var bus = RegisterBus()
    bus.messages = messages
    return bus
  }

  /// Sensirion's own example of its checksum is 0xBE 0xEF, 0x92; the status of a chip after a reset
  /// is 0x8010 with 0xE1.
  private let status: [UInt8] = [0x80, 0x10, 0xE1]
  private let example: [UInt8] = [0xBE, 0xEF, 0x92, 0xBE, 0xEF, 0x92]

  @Test func sht3xReadsCheckedWords() throws {
    var bus = bus(status, example)
    let values = try bus.measure(SHT3x())
    #expect(bus.written == [[0xF3, 0x2D], [0x24, 0x00]])
    #expect(isNear(values["temperature"], 85.523003))
    #expect(isNear(values["humidity"], 74.584573))
  }

  @Test func sht3xRefusesWrongChecksums() {
    var first = bus([0x80, 0x10, 0xE0], example)
    #expect(
      refusal { _ = try first.measure(SHT3x()) } == "the checksum is 0xE0; expected 0xE1")
    for position in 0..<6 {
      var bytes = example
      bytes[position] ^= 0x04
      var bus = bus(status, bytes)
      #expect(refusal { _ = try bus.measure(SHT3x()) }.hasPrefix("the checksum is"))
    }
  }

  /// A serial number, rightly summed, that is no status: an SHT4x or a stranger.
  @Test func sht3xRefusesAStatusThatIsNone() {
    var bus = bus([0xBE, 0xEF, 0x92], example)
    #expect(refusal { _ = try bus.measure(SHT3x()) }.contains("0xBEEF; expected the status"))
  }

  /// All ones, summed rightly: a value at the end of the range is a saturated one.
  @Test func sht3xSaturates() throws {
    var bus = bus(status, [0xFF, 0xFF, 0xAC, 0xFF, 0xFF, 0xAC])
    let chip = SHT3x()
    let values = try bus.measure(chip)
    #expect(values["temperature"] == 130 && !chip.quantities[0].range.contains(130))
    #expect(values["humidity"] == chip.quantities[1].range.upperBound)
  }

  @Test func sht4xReadsCheckedWordsAndCropsHumidity() throws {
    var bus = bus(example, example)
    let values = try bus.measure(SHT4x())
    #expect(bus.written == [[0x89], [0xFD]])
    #expect(isNear(values["temperature"], 85.523003))
    #expect(isNear(values["humidity"], 87.230716))
    var dry = self.bus(example, [0xBE, 0xEF, 0x92, 0x00, 0x00, 0x81])
    #expect(try dry.measure(SHT4x())["humidity"] == 0)
  }

  @Test func sht4xRefusesWrongChecksumsAndNoSerialNumber() {
    for position in 0..<6 {
      var bytes = example
      bytes[position] ^= 0x80
      var bus = bus(example, bytes)
      #expect(refusal { _ = try bus.measure(SHT4x()) }.hasPrefix("the checksum is"))
      var identity = self.bus(bytes, example)
      #expect(refusal { _ = try identity.measure(SHT4x()) }.hasPrefix("the checksum is"))
    }
    var none = bus([0, 0, 0x81, 0, 0, 0x81], example)
    #expect(refusal { _ = try none.measure(SHT4x()) }.contains("serial number is 0"))
  }

  /// An AHT20's answer as it was recorded with what it means (README of bilbobg/aht20 on GitHub);
  /// the datasheet has no example in numbers.
  private let recorded: [UInt8] = [0x1C, 0x3B, 0x5E, 0x86, 0x88, 0xB2, 0xD2]

  @Test func aht20ReadsARecordedAnswer() throws {
    var bus = bus([0x18], recorded)
    let values = try bus.measure(AHT20())
    #expect(bus.written == [[0xBE, 0x08, 0x00], [0xAC, 0x33, 0x00]])
    #expect(isNear(values["humidity"], 23.191071))
    #expect(isNear(values["temperature"], 31.674576))
  }

  @Test func aht20RefusesWrongChecksumsAndStates() throws {
    for position in 0..<7 {
      var bytes = recorded
      bytes[position] ^= 0x01
      var bus = bus([0x18], bytes)
      #expect(refusal { _ = try bus.measure(AHT20()) }.hasPrefix("the checksum is"))
    }
    var none = bus([0xFF], recorded)
    #expect(refusal { _ = try none.measure(AHT20()) }.contains("0xFF; expected the status"))
    let states: [([UInt8], String)] = [
      ([0x9C, 0x3B, 0x5E, 0x86, 0x88, 0xB2], "does not finish"),
      ([0x14, 0x3B, 0x5E, 0x86, 0x88, 0xB2], "not calibrated"),
    ]
    for (bytes, complaint) in states {
      var bus = bus([0x18], bytes + [crc(bytes)])
      #expect(refusal { _ = try bus.measure(AHT20()) }.contains(complaint))
    }
  }

  @Test func aht20EndsAreImplausible() throws {
    let bytes: [UInt8] = [0x1C, 0, 0, 0, 0, 0]
    var bus = bus([0x18], bytes + [crc(bytes)])
    let chip = AHT20()
    let values = try bus.measure(chip)
    #expect(values["temperature"] == -50 && !chip.quantities[0].range.contains(-50))
    #expect(values["humidity"] == chip.quantities[1].range.lowerBound)
  }

  /// ROHM's "Measurement sequence example": 0x83, 0x90 is 28067 lx.
  @Test func bh1750ReadsItsDatasheetsExample() throws {
    var bus = bus([0, 0], [0x83, 0x90])
    let lux = try #require(bus.measure(BH1750())["illuminance"])
    #expect(lux.rounded() == 28067)
    #expect(bus.written == [[0x01], [0x20]])
  }

  @Test func bh1750SaturatesAndMustAnswer() throws {
    var bright = bus([0, 0], [0xFF, 0xFF])
    let chip = BH1750()
    #expect(try bright.measure(chip)["illuminance"] == chip.quantities[0].range.upperBound)
    var short = bus([0])
    #expect(refusal { _ = try short.measure(chip) } == "the chip gives 1 bytes; expected 2")
  }

  private func isNear(_ value: Double?, _ expected: Double) -> Bool {
    abs((value ?? .nan) - expected) < 1e-5
  }

  /// The checksum once more, by division of polynomials bit by bit.
  private func crc(_ bytes: [UInt8]) -> UInt8 {
    var register: UInt16 = 0xFF
    for bit in bytes.flatMap({ byte in (0..<8).map { byte >> (7 - $0) & 1 } }) {
      register = register << 1 ^ UInt16(bit) << 8
      if register & 0x100 != 0 { register ^= 0x131 }
    }
    return UInt8(register)
  }
}
