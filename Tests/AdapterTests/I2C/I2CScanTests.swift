// SPDX-License-Identifier: Apache-2.0

import Devices
import Foundation
import Inputs
import Testing

/// What the doctor makes of a bus full of chips.
@Suite struct I2CScanTests {
  /// A bus with these chips on it; any other address is silent.
  private func scan(
    _ chips: [Int: RegisterBus], failing: [Int: BusFailure] = [:], drivers: String = "/nonexistent"
  ) -> [String] {
    var chips = chips
    let silence = BusFailure(code: ENXIO, step: 0)
    let findings = I2CScan.scan(1, drivers: drivers) { address, steps in
      if let failure = failing[address] { return BusReply(failure) }
      return chips[address]?.run(steps) ?? BusReply(silence)
    }
    return findings.map { "\($0.subject): \($0.detail)\($0.isProblem ? "!" : "")" }
  }

  @Test func chipsWithAnIdentityAreNamed() {
    var chips: [Int: RegisterBus] = [:]
    for example in ChipExampleTests.examples {
      let address = Int(example.address.dropFirst(2), radix: 16) ?? 0
      chips[address] = example.bus
    }
    let found = scan(chips)
    #expect(found.count == chips.count)
    for expected in [
      "i2c-1 0x18: MCP9808 (type mcp9808)", "i2c-1 0x53: ADXL345 (type adxl345)",
      "i2c-1 0x68: MPU-6050 (type mpu6050)", "i2c-1 0x76: BME280 (type bme280)",
      "i2c-1 0x77: BMP280 (type bmp280)",
    ] { #expect(found.contains(expected)) }
    // Chips without an identity register are named with everything else they may be.
    let tmp102 = found.first { $0.hasPrefix("i2c-1 0x48") } ?? ""
    #expect(tmp102.contains("no certain identity") && tmp102.contains("TMP102 (type tmp102)"))
    let ads1115 = found.first { $0.hasPrefix("i2c-1 0x4A") } ?? ""
    #expect(ads1115.contains("ADS1115 (type ads1115)") && !ads1115.contains("TMP102"))
  }

  @Test func chipsWithoutAnInputAndStrangersAreNamedToo() {
    var bme680 = RegisterBus()
    bme680.load(0xD0, [0x61])
    let found = scan([0x77: bme680, 0x3C: RegisterBus(), 0x70: RegisterBus()])
    #expect(
      found == [
        "i2c-1 0x3C: no certain identity; it may be: SSD1306 display",
        "i2c-1 0x70: something answers that is not known here", "i2c-1 0x77: BME680",
      ])
  }

  @Test func checksummedMessagesProveAnIdentity() {
    var sht3x = RegisterBus()
    sht3x.registers = [UInt16](repeating: 0xFFFF, count: 256)
    sht3x.messages = [[0x80, 0x10, 0xE1]]
    #expect(scan([0x44: sht3x]) == ["i2c-1 0x44: SHT3x (type sht3x)"])
  }

  @Test func emptyBusAndTakenChipsAreTold() throws {
    #expect(scan([:]) == ["i2c-1: nothing answers on it"])
    let drivers = FileManager.default.temporaryDirectory
      .appending(path: "drivers-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: drivers) }
    let chip = drivers.appending(path: "1-0048")
    try FileManager.default.createDirectory(at: chip, withIntermediateDirectories: true)
    try "lm75\n".write(to: chip.appending(path: "name"), atomically: true, encoding: .utf8)
    let taken = scan(
      [:], failing: [0x48: BusFailure(code: EBUSY, step: -1)], drivers: drivers.path)
    #expect(
      taken == ["i2c-1 0x48: a kernel driver has lm75: read it with type hwmon or iio"])
  }

  /// A bus that hangs costs a second an address: it is given up at the first.
  @Test func hungOrForbiddenBusIsAProblemAtOnce() {
    let hung = scan([:], failing: [0x08: BusFailure(code: ETIMEDOUT, step: 0)])
    #expect(hung.count == 1 && hung[0].hasPrefix("i2c-1: i2c-1 hangs") && hung[0].hasSuffix("!"))
    let forbidden = scan([:], failing: [0x08: BusFailure(code: EACCES, step: -1)])
    #expect(forbidden.count == 1 && forbidden[0].contains("the user needs the group i2c!"))
  }

  @Test func machineWithoutBusesHasNoFindings() {
    #expect(I2CScan.findings(devices: "/nonexistent").isEmpty)
  }
}
