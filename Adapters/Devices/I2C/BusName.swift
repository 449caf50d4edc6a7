// SPDX-License-Identifier: Apache-2.0

/// What a worker serves: one thing that answers one question at a time.
package enum BusName: Equatable, Sendable, CustomStringConvertible {
  /// /dev/i2c-N; 1 is the header of a Raspberry Pi.
  case i2c(Int)
  /// Sensors that the kernel reads over its 1-Wire buses, for up to 750 ms each.
  case oneWire
  /// Sensors that the kernel reads by itself: IIO, hwmon, thermal zones.
  case sensorFiles

  package var description: String {
    switch self {
    case .i2c(let number): "i2c-\(number)"
    case .oneWire: "1-Wire"
    case .sensorFiles: "sensor files"
    }
  }
}
