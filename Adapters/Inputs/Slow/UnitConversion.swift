// SPDX-License-Identifier: Apache-2.0

/// The unit that readings are shown in, against the one a device's values are in.
package struct UnitConversion: Equatable, Sendable {
  /// As it is written: `°F`.
  package let unit: String
  private let scale: Double
  private let offset: Double

  /// The device's own unit.
  package init(own unit: String) { (self.unit, scale, offset) = (unit, 1, 0) }

  private init(_ unit: String, _ scale: Double, _ offset: Double) {
    (self.unit, self.scale, self.offset) = (unit, scale, offset)
  }

  /// What turns values in `own` into `unit`; nil where there is no such conversion.
  package init?(from own: String, to unit: String) {
    guard let found = Self.conversions(from: own).first(where: { $0.unit == unit }) else {
      return nil
    }
    self = found
  }

  /// All units that values in `own` can be shown in, `own` first.
  package static func conversions(from own: String) -> [UnitConversion] {
    let same = UnitConversion(own: own)
    switch own {
    case "°C": return [same, UnitConversion("°F", 1.8, 32), UnitConversion("K", 1, 273.15)]
    case "hPa": return [same, UnitConversion("kPa", 0.1, 0), UnitConversion("Pa", 100, 0)]
    default: return [same]
    }
  }

  /// A value of the device, in this unit.
  package func shown(_ value: Double) -> Double { scale * value + offset }

  /// A value in this unit, in the device's.
  package func own(_ shown: Double) -> Double { (shown - offset) / scale }
}
