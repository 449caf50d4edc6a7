// SPDX-License-Identifier: Apache-2.0

import Devices
import Foundation
import Inputs
import Testing

/// Every register-based chip reads its datasheet's example: the same table that an emulated machine
/// reads through the kernel.
@Suite struct ChipExampleTests {
  struct Example: Decodable, CustomTestStringConvertible, Sendable {
    let type: String
    let address: String
    let source: String
    let bytes: [String: String]?
    let words: [String: String]?
    let config: [String: String]?
    let readings: [String: Double]
    let tolerance: Double
    var testDescription: String { type }

    var bus: RegisterBus {
      var bus = RegisterBus()
      for (register, text) in bytes ?? [:] { bus.load(Self.number(register), Self.bytes(text)) }
      for (register, text) in words ?? [:] {
        let word = Self.bytes(text)
        bus.loadWord(Self.number(register), word[0], word[1])
      }
      return bus
    }

    private static func number(_ text: String) -> Int { Int(text.dropFirst(2), radix: 16) ?? 0 }

    private static func bytes(_ text: String) -> [UInt8] {
      text.split(separator: " ").map { UInt8($0, radix: 16) ?? 0 }
    }
  }

  private struct Table: Decodable { let chips: [Example] }

  static let examples: [Example] = {
    let path = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../boards/checks/i2c_chips.json").standardized
    guard let data = try? Data(contentsOf: path),
      let table = try? JSONDecoder().decode(Table.self, from: data)
    else { return [] }
    return table.chips
  }()

  static func chip(_ type: String) -> any I2CChip {
    switch type {
    case "bme280": BME280()
    case "bmp280": BMP280()
    case "tmp102": TMP102()
    case "lm75": LM75()
    case "mcp9808": MCP9808()
    case "ads1115": ADS1115(input: "a0", fullScale: "2.048")
    case "ina219": INA219(shunt: 0.002)
    case "adxl345": ADXL345(range: "2")
    default: MPU6050(range: "2", rotationRange: "250")
    }
  }

  @Test func tableHasEveryChipWithRegisters() {
    let types = Self.examples.map { $0.type }
    #expect(
      types == [
        "bme280", "bmp280", "tmp102", "lm75", "mcp9808", "ads1115", "ina219", "adxl345", "mpu6050",
      ])
    for type in types { #expect(InputType.named(type) != nil) }
  }

  @Test(arguments: examples) func readsItsDatasheetsExample(_ example: Example) throws {
    var bus = example.bus
    let chip = Self.chip(example.type)
    let readings = try bus.measure(chip)
    #expect(readings.count == example.readings.count)
    for (name, expected) in example.readings {
      let found = try #require(readings[name])
      #expect(abs(found - expected) <= example.tolerance, "\(name)")
      let quantity = try #require(chip.quantities.first { $0.name == name })
      #expect(quantity.range.contains(found))
    }
  }

  /// What an unconnected bus gives: all ones, or nothing at all, is no chip.
  @Test(arguments: examples, [UInt16(0xFFFF), 0]) func refusesABusWithoutAChip(
    _ example: Example, level: UInt16
  ) {
    var bus = RegisterBus()
    bus.registers = [UInt16](repeating: level, count: 256)
    #expect(throws: ChipProblem.self) { try bus.measure(Self.chip(example.type)) }
  }

  /// A chip with an identity is not taken for another.
  ///
  /// An LM75 and an INA219 have none: what they
  /// would take for their own, `taumesh doctor` calls ambiguous.
  @Test(arguments: examples.filter { !["lm75", "ads1115", "ina219"].contains($0.type) })
  func refusesEveryOtherChip(_ example: Example) {
    for other in Self.examples where other.type != example.type {
      var bus = other.bus
      let chip = Self.chip(example.type)
      let said = refusal { try chip.identify(bus.run(chip.identification)) }
      #expect(!said.isEmpty, "\(example.type) takes a \(other.type) for its own")
    }
  }

  @Test func configurationsAreRefusedWithWhatWasExpected() throws {
    let type = try #require(InputType.named("ads1115"))
    #expect(throws: AdapterProblem.self) {
      try type.input([("id", .one("v")), ("input", .one("a7"))])
    }
    let input = try type.input([("id", .one("v")), ("address", .one("0x4B"))])
    #expect(input.device == "i2c-1 0x4B")
    #expect(input.channels.map { $0.name } == ["trend-voltage"])
  }

  @Test func everyChipHasDeviceAndChannels() throws {
    for name in ["sht3x", "sht4x", "aht20", "bh1750"] + Self.examples.map({ $0.type }) {
      let type = try #require(InputType.named(name))
      let input = try type.input([("id", .one("x")), ("bus", .one("0"))])
      #expect(input.device.hasPrefix("i2c-0 0x") && !input.channels.isEmpty)
    }
    let motion = try #require(InputType.named("mpu6050")).input([("id", .one("x"))])
    #expect(motion.channels.count == 3)
  }
}
