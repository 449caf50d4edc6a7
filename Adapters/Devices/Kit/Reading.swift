// SPDX-License-Identifier: Apache-2.0

/// A measurement in the device's own terms, for people.
package struct Reading: Equatable, Sendable {
  /// What it is: `temperature`.
  package var name: String
  package var value: Double
  /// Its unit as it is written: `°C`; empty for a bare number.
  package var unit: String

  package init(_ name: String, _ value: Double, _ unit: String) {
    (self.name, self.value, self.unit) = (name, value, unit)
  }
}
