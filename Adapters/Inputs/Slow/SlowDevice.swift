// SPDX-License-Identifier: Apache-2.0
package import Devices

/// A device read now and then, whose values are in the order of its quantities.
package protocol SlowDevice: AnyObject {
  /// The device, as listings name it: `i2c-1 0x76`.
  var device: String { get }
  /// What it measures, at most eight; the same for as long as it lives.
  var quantities: [Quantity] { get }
  /// Whether values come by themselves: `measure` then only opens the device, if it is not open.
  var pushes: Bool { get }
  /// Lines or values the device itself has refused, since it was made.
  var refused: Int64 { get }
  /// Set once, by `SlowInput`; called on the reactor's thread, once for each `measure`, at once or
  /// later. A device that pushes calls it for every value.
  var onOutcome: ((SlowOutcome) -> Void)? { get set }
  /// Begins a measurement; opens and identifies the device if it is not open.
  func measure(on services: AdapterServices)
  /// Closes the device, after a failure and at the end; a later `measure` starts afresh.
  func close()
  /// Opens the device for a moment, for `taumesh doctor`; may block for a second.
  ///
  /// - Returns: What it is.
  func probe(_ services: AdapterServices) throws(AdapterProblem) -> String
}

extension SlowDevice {
  package var pushes: Bool { false }
  package var refused: Int64 { 0 }
}
