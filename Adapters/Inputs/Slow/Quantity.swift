// SPDX-License-Identifier: Apache-2.0

/// What a device measures now and then: its name, unit, and what can be believed of it.
package struct Quantity: Equatable, Sendable {
  /// What channels and readings call it: `temperature`.
  package let name: String
  /// The unit of values, plausible range and noise floor: `°C`, `hPa`, `%`.
  package let unit: String
  /// What the device can report at all; values beyond are failed measurements, its ends saturated.
  package let range: ClosedRange<Double>
  /// What a constant quantity may seem to change by: about three standard deviations of the noise,
  /// or the resolution where that is coarser.
  package let noiseFloor: Double
  /// The seconds over which a change is a change: the time of the derivative, unless configured.
  package let tau: Double

  package init(
    _ name: String, unit: String, range: ClosedRange<Double>, noiseFloor: Double, tau: Double = 5
  ) {
    (self.name, self.unit, self.range) = (name, unit, range)
    (self.noiseFloor, self.tau) = (noiseFloor, tau)
  }

  package static func temperature(
    _ range: ClosedRange<Double>, noiseFloor: Double = 0.1
  ) -> Quantity {
    Quantity("temperature", unit: "°C", range: range, noiseFloor: noiseFloor)
  }

  package static func pressure(
    _ range: ClosedRange<Double>, noiseFloor: Double = 0.3
  ) -> Quantity {
    Quantity("pressure", unit: "hPa", range: range, noiseFloor: noiseFloor)
  }

  /// Relative humidity.
  package static func humidity(noiseFloor: Double = 0.5) -> Quantity {
    Quantity("humidity", unit: "%", range: 0...100, noiseFloor: noiseFloor)
  }
}
