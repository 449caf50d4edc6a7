// SPDX-License-Identifier: Apache-2.0

import Devices
import Inputs
import Testing

/// What each chip refuses, and the edges of what it measures.
@Suite struct ChipTests {
  private func bus(_ type: String) throws -> RegisterBus {
    try #require(ChipExampleTests.examples.first { $0.type == type }).bus
  }

  @Test func boschChipsTellEachOtherApart() throws {
    var wrong = try bus("bmp280")
    let said = refusal { _ = try wrong.measure(BME280()) }
    #expect(
      said == "the chip says it is 0x58 (a BMP280: use type bmp280); expected 0x60, a BME280")
    var bme680 = try bus("bme280")
    bme680.load(0xD0, [0x61])
    #expect(refusal { _ = try bme680.measure(BMP280()) }.contains("BME680"))
  }

  /// Registers after a reset are no measurement, although 0x80000 alone could be one.
  @Test(arguments: ["bme280", "bmp280"]) func boschResetValueIsNoMeasurement(type: String) throws {
    var bus = try bus(type)
    bus.load(0xF7, [0x80, 0, 0, 0x80, 0, 0, 0x80, 0])
    let chip = ChipExampleTests.chip(type)
    #expect(refusal { _ = try bus.measure(chip) }.contains("nothing was measured"))
    bus.load(0xF7, [0x65, 0x5A, 0xC0, 0x80, 0, 0, 0x76, 0x49])
    #expect(abs(try #require(bus.measure(chip)["temperature"]) - 26.47) < 0.05)
    bus.load(0xF3, [0x08])
    #expect(refusal { _ = try bus.measure(chip) }.contains("does not finish"))
  }

  @Test func boschChipWithoutCoefficientsIsRefused() throws {
    var bus = try bus("bme280")
    bus.load(0x88, [UInt8](repeating: 0, count: 24))
    #expect(refusal { _ = try bus.measure(BME280()) }.contains("coefficients"))
  }

  @Test func boschSaturatedConverterIsImplausible() throws {
    var bus = try bus("bme280")
    bus.load(0xF7, [0xFF, 0xFF, 0xF0, 0xFF, 0xFF, 0xF0, 0xFF, 0xFF])
    let chip = BME280()
    let values = try bus.measure(chip)
    #expect(!chip.quantities[0].range.contains(try #require(values["temperature"])))
    #expect(values["humidity"] == 100)
  }

  /// TI SBOS397, table of the 12-bit format.
  @Test(arguments: [
    (UInt16(0x7FF0), 127.9375), (0x6400, 100), (0x4B00, 75), (0x0040, 0.25), (0, 0),
    (0xFFC0, -0.25), (0xE700, -25), (0xC900, -55),
  ]) func tmp102ReadsEveryRowOfItsTable(word: UInt16, expected: Double) throws {
    let chip = TMP102()
    let values = try chip.values(BusReply([UInt8(word >> 8), UInt8(word & 0xFF)]))
    #expect(values[0] == expected)
    #expect(chip.quantities[0].range.contains(expected) == (-40...125).contains(expected))
  }

  @Test func lm75IsNoTMP102AndUnusedBitsAreZero() throws {
    var lm75 = try bus("lm75")
    #expect(refusal { _ = try lm75.measure(TMP102()) }.contains("expected 0x60A0"))
    // A TMP105 set to 12 bits answers its one byte twice.
    lm75.loadWord(1, 0x60, 0x60)
    #expect(!refusal { _ = try lm75.measure(TMP102()) }.isEmpty)
    lm75.loadWord(0, 0x19, 0x07)
    #expect(refusal { _ = try lm75.measure(LM75()) }.contains("0x1907"))
  }

  @Test func lm75AsksForItsResolution() {
    #expect(LM75().configuration.isEmpty)
    #expect(LM75(resolution: 12).configuration == [.writeByte(1, 0x60)])
  }

  @Test func mcp9808ReadsFrostAndNamesStrangers() throws {
    var bus = try bus("mcp9808")
    // Microchip DS25095A 5.1.3: -1/16 °C is all ones below the sign, under any alert bits.
    bus.loadWord(5, 0xFF, 0xFF)
    #expect(try bus.measure(MCP9808())["temperature"] == -0.0625)
    bus.loadWord(5, 0x1D, 0x80)
    #expect(try bus.measure(MCP9808())["temperature"] == -40)
    bus.loadWord(7, 0x05, 0x00)
    #expect(
      refusal { _ = try bus.measure(MCP9808()) }
        == "the chip says it is 0x05; expected device 0x04, an MCP9808")
    bus.loadWord(6, 0x00, 0x55)
    #expect(refusal { _ = try bus.measure(MCP9808()) }.contains("0x0055"))
  }

  /// TI SBAS444, table of ideal output codes, as shares of the full scale.
  private static let codes: [(code: [UInt8], share: Double)] = [
    ([0x7F, 0xFF], 0.999969482421875), ([0x00, 0x01], 3.0517578125e-05), ([0, 0], 0),
    ([0xFF, 0xFF], -3.0517578125e-05), ([0x80, 0x00], -1),
  ]

  @Test(arguments: codes) func ads1115ReadsEveryRowOfItsTable(code: [UInt8], share: Double) throws {
    for (scale, volts) in [("6.144", 6.144), ("0.256", 0.256)] {
      var bus = try bus("ads1115")
      bus.loadWord(0, code[0], code[1])
      let chip = ADS1115(input: "a2", fullScale: scale)
      let voltage = try #require(bus.measure(chip)["voltage"])
      #expect(abs(voltage - share * volts) < 1e-9)
      // Both ends of the scale are the ends of the range: what lies there is saturated.
      let range = chip.quantities[0].range
      #expect((share == -1) == (voltage <= range.lowerBound))
      #expect((share > 0.9) == (voltage >= range.upperBound))
    }
  }

  @Test func ads1115AsksForItsInputAndLooksWhetherItGotIt() throws {
    let chip = ADS1115(input: "a0-a3", fullScale: "1.024")
    #expect(chip.measurement.first == .writeWord(1, 0x97E3))
    #expect(ADS1115(input: "a0", fullScale: "4.096").measurement.first == .writeWord(1, 0xC3E3))
    let other = refusal { _ = try chip.values(BusReply([0xC3, 0xE3, 0x40, 0])) }
    #expect(other == "the configuration is 0x43E3; expected 0x17E3")
    let busy = refusal { _ = try chip.values(BusReply([0x17, 0xE3, 0x40, 0])) }
    #expect(busy.contains("does not finish"))
  }

  @Test func ina219IsNoServoDriverAndKnowsItsShunt() throws {
    var pwm = RegisterBus()
    // A PCA9685 gives one byte of its registers again and again.
    for (register, byte) in [(0, 0x11), (2, 0xE2), (5, 0xE0)] {
      pwm.loadWord(register, UInt8(byte), UInt8(byte))
    }
    #expect(refusal { _ = try pwm.measure(INA219(shunt: 0.1)) }.contains("expected 0x399F"))
    var bus = try bus("ina219")
    bus.loadWord(1, 0xF8, 0x30)
    let values = try bus.measure(INA219(shunt: 0.1))
    #expect(abs(try #require(values["current"]) + 0.2) < 1e-9)
    #expect(abs(try #require(values["power"]) + 2.396) < 1e-9)
    // ±320 mV is all the shunt may have; a value there is at the end of the range.
    let range = INA219(shunt: 0.1).quantities[1].range
    #expect(abs(range.upperBound - 3.2) < 1e-9)
    let stuck = refusal { _ = try INA219(shunt: 0.1).values(BusReply([0, 0, 0x5D, 0x9C])) }
    #expect(stuck == "the bus voltage is 0x5D9C; expected bit 2 to be zero")
  }

  @Test func adxl345ReadsBothEndsAndALostPower() throws {
    var bus = try bus("adxl345")
    bus.load(0x32, [0xFF, 0x0F, 0x00, 0xF0, 0, 0])
    let chip = ADXL345(range: "16")
    let values = try bus.measure(chip)
    let x = try #require(values["acceleration-x"])
    #expect(abs(x - 156.868093) < 1e-6)
    // −16 g is the end of the range: saturated.
    let y = try #require(values["acceleration-y"])
    #expect(y == chip.quantities[1].range.lowerBound)
    bus.load(0x2D, [0])
    #expect(
      refusal { _ = try chip.values(bus.run(chip.measurement)) }.contains("lost its settings"))
    bus.load(0, [0xE6])
    #expect(refusal { _ = try bus.measure(chip) }.contains("0xE6; expected 0xE5"))
  }

  @Test func mpu6050ScalesWithItsRangesAndNoticesSleep() throws {
    var bus = try bus("mpu6050")
    let chip = MPU6050(range: "8", rotationRange: "2000")
    #expect(chip.configuration.contains(.writeByte(0x1C, 0x10)))
    #expect(chip.configuration.contains(.writeByte(0x1B, 0x18)))
    let values = try bus.measure(chip)
    #expect(abs(try #require(values["acceleration-x"]) - 4 * 9.80665) < 1e-9)
    #expect(abs(try #require(values["rotation-z"]) - 80) < 1e-9)
    bus.load(0x3B, [0x80, 0x00])
    let least = try #require(bus.measure(chip)["acceleration-x"])
    #expect(least == chip.quantities[0].range.lowerBound)
    bus.load(0x6B, [0x40])
    #expect(refusal { _ = try chip.values(bus.run(chip.measurement)) }.contains("sleeps"))
    bus.load(0x75, [0x70])
    #expect(
      refusal { _ = try bus.measure(chip) }
        == "the chip says it is 0x70; expected 0x68, an MPU-6050")
  }
}
