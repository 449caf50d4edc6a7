// SPDX-License-Identifier: Apache-2.0

extension InputType {
  /// The inputs there are.
  ///
  /// A new one is a file with its `InputType`, and its line here.
  package static var all: [InputType] {
    [
      Camera.type,
      Microphone.type,
      .bme280, .bmp280, .tmp102, .lm75, .mcp9808, .sht3x, .sht4x, .aht20, .bh1750, .ads1115,
      .ina219, .adxl345, .mpu6050,
      Lines.type,
      GPIOEvents.type,
      .ds18b20, .iio, .hwmon, .thermal,
      ServedInputs.http, ServedInputs.websocket, FetchedInputs.poll, FetchedInputs.mqtt,
      TokenInput.type,
    ]
  }

  /// The type a configuration calls `name`.
  package static func named(_ name: String) -> InputType? { all.first { $0.name == name } }
}
