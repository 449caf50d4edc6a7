// SPDX-License-Identifier: Apache-2.0
internal import Devices

/// A chip that may be behind an address, and how one can tell.
struct KnownChip {
  /// What tells it from others at its addresses.
  enum Identity {
    /// A register that always holds one byte.
    case register(UInt8, UInt8)
    /// The chip's own check; certain, or only a plausible pattern.
    case chip(any I2CChip, isCertain: Bool)
    /// Nothing that can be read without disturbing another chip.
    case none
  }

  let name: String
  /// The `type` that reads it; nil for a chip without an input.
  let type: String?
  let addresses: [Int]
  let identity: Identity

  init(_ name: String, type: String? = nil, _ addresses: [Int], _ identity: Identity = .none) {
    (self.name, self.type, self.addresses, self.identity) = (name, type, addresses, identity)
  }

  /// Its name with the type to configure.
  var text: String { type.map { "\(name) (type \($0))" } ?? name }
}

/// The chips that users of small boards have, by address.
enum I2CCatalogue {
  /// Those that an input reads.
  ///
  /// The order is that in which their identities are asked for: registers
  /// first, messages last.
  static var readable: [KnownChip] {
    [
      KnownChip(
        "BME280", type: "bme280", [0x76, 0x77], .chip(BME280(), isCertain: true)),
      KnownChip(
        "BMP280", type: "bmp280", [0x76, 0x77], .chip(BMP280(), isCertain: true)),
      KnownChip(
        "MCP9808", type: "mcp9808", Array(0x18...0x1F), .chip(MCP9808(), isCertain: true)),
      KnownChip("ADXL345", type: "adxl345", [0x53, 0x1D], .register(0x00, 0xE5)),
      KnownChip("MPU-6050", type: "mpu6050", [0x68, 0x69], .register(0x75, 0x68)),
      KnownChip(
        "TMP102", type: "tmp102", Array(0x48...0x4B), .chip(TMP102(), isCertain: false)),
      KnownChip("LM75", type: "lm75", Array(0x48...0x4F), .chip(LM75(), isCertain: false)),
      KnownChip(
        "ADS1115", type: "ads1115", Array(0x48...0x4B),
        .chip(ADS1115(input: "a0", fullScale: "4.096"), isCertain: false)),
      KnownChip(
        "INA219", type: "ina219", Array(0x40...0x4F), .chip(INA219(shunt: 0.1), isCertain: false)),
      KnownChip("AHT20", type: "aht20", [0x38], .chip(AHT20(), isCertain: false)),
      KnownChip("SHT3x", type: "sht3x", [0x44, 0x45], .chip(SHT3x(), isCertain: true)),
      KnownChip("SHT4x", type: "sht4x", [0x44, 0x45, 0x46], .chip(SHT4x(), isCertain: true)),
      KnownChip("BH1750", type: "bh1750", [0x23, 0x5C]),
    ]
  }

  /// Those that are only recognised.
  static var others: [KnownChip] {
    [
      KnownChip("BME680", [0x76, 0x77], .register(0xD0, 0x61)),
      KnownChip("BMP180", [0x77], .register(0xD0, 0x55)),
      KnownChip("BMP388", [0x76, 0x77], .register(0x00, 0x50)),
      KnownChip("BMP390", [0x76, 0x77], .register(0x00, 0x60)),
      KnownChip("LIS3DH", [0x18, 0x19], .register(0x0F, 0x33)),
      KnownChip("MPU-6500", [0x68, 0x69], .register(0x75, 0x70)),
      KnownChip("MPU-9250", [0x68, 0x69], .register(0x75, 0x71)),
      KnownChip("BMI160", [0x68, 0x69], .register(0x00, 0xD1)),
      KnownChip("ICM-20948", [0x68, 0x69], .register(0x00, 0xEA)),
      KnownChip("HMC5883L", [0x1E], .register(0x0A, 0x48)),
      KnownChip("APDS-9960", [0x39], .register(0x92, 0xAB)),
      KnownChip("VL53L0X", [0x29], .register(0xC0, 0xEE)),
      KnownChip("TSL2591", [0x29], .register(0xB2, 0x50)),
      KnownChip("CCS811", [0x5A, 0x5B], .register(0x20, 0x81)),
      KnownChip("VEML7700", [0x10]), KnownChip("QMC5883L", [0x0D]),
      KnownChip("PMSA003I", [0x12]), KnownChip("PCF8574", Array(0x20...0x27)),
      KnownChip("MCP23017", Array(0x20...0x27)), KnownChip("MAX17043", [0x36]),
      KnownChip("SSD1306 display", [0x3C, 0x3D]), KnownChip("PCA9685", Array(0x40...0x4F)),
      KnownChip("HTU21D, Si7021, SHT2x or HDC1080", [0x40]),
      KnownChip("TMP117", Array(0x48...0x4B)), KnownChip("EEPROM", Array(0x50...0x57)),
      KnownChip("ENS160", [0x52, 0x53]), KnownChip("SGP30", [0x58]), KnownChip("SGP4x", [0x59]),
      KnownChip("MLX90614", [0x5A]), KnownChip("AM2320", [0x5C]), KnownChip("SCD30", [0x61]),
      KnownChip("SCD4x", [0x62]), KnownChip("DS3231 clock", [0x68]), KnownChip("SEN5x", [0x69]),
    ]
  }
}
