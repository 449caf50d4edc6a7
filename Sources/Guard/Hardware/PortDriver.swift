// SPDX-License-Identifier: Apache-2.0

/// What moves one control wire, without ever allocating.
protocol PortDriver: AnyObject {
  /// Sets the share of time the wire is on, 0…1; false when the device refused.
  func set(_ duty: Double, at now: Int64) -> Bool
  /// Turns the wire off, whatever it was told before; false when the device refused.
  func neutral(at now: Int64) -> Bool
  /// Does what has become due; false when the device refused.
  func advance(to now: Int64) -> Bool
  /// When something becomes due next; nil for nothing.
  var deadline: Int64? { get }
}
