// SPDX-License-Identifier: Apache-2.0
package import Devices
package import PhaseSpace

/// A device that yields phasors, for one channel of the node or several.
///
/// A device that fails says so in `status` and is tried again by itself; `latest` then keeps its
/// last measurement, whose time tells that it is old.
package protocol Input: AnyObject {
  /// The name of the input in the configuration.
  var id: String { get }
  /// The device, as listings name it.
  var device: String { get }
  /// The channels it feeds, at least one; the same for as long as it lives.
  var channels: [InputChannel] { get }
  /// Newest values in the device's own units; empty where there are none.
  var readings: [Reading] { get }
  var status: AdapterStatus { get }
  var counters: AdapterCounters { get }
  /// Called when the device begins or ceases to work.
  var onStatusChange: ((AdapterStatus) -> Void)? { get set }

  /// The newest measurement of a channel, its time in nanoseconds of CLOCK_MONOTONIC.
  ///
  /// Nil before the first. A node takes a measurement older than 1.5 s for none, so a device that
  /// is read less often says what holds until its next reading.
  func latest(_ channel: Int) -> PhaseSample?
  /// Opens the device and measures from now on, on the reactor's thread.
  func start(on services: AdapterServices)
  /// Closes the device; due before the input is given up.
  func stop()
  /// Opens the device for a moment, for `taumesh doctor`; may block for a second.
  ///
  /// - Returns: What it is.
  func probe(_ services: AdapterServices) throws(AdapterProblem) -> String
  /// The quantities that can be calibrated; empty where none can.
  var calibratable: [String] { get }
  /// Corrects a quantity from now on, in place of any earlier calibration.
  ///
  /// - Returns: False where the input has no such quantity.
  func calibrate(_ quantity: String, _ calibration: Calibration) -> Bool
  /// The calibration that has the effect of the present one and then `next` on what is shown.
  func calibration(_ quantity: String, corrected next: Calibration)
    throws(Calibration.Problem) -> Calibration
}

extension Input {
  package var calibratable: [String] { [] }

  package func calibrate(_ quantity: String, _ calibration: Calibration) -> Bool { false }

  package func calibration(_ quantity: String, corrected next: Calibration)
    throws(Calibration.Problem) -> Calibration
  { next }
}

/// One channel that an input feeds.
package struct InputChannel: Equatable, Sendable {
  /// What nodes compare it by: channels of the same name.
  package var name: String
  /// The carrier of its phasors, hertz; 0 where there is none (trends).
  package var frequency: Double
  /// B: the two-sided noise-equivalent bandwidth of its measurements, hertz.
  package var noiseBandwidth: Double
  /// Whether phasors are the seed's amplitudes rather than unit phasors with a quality.
  package var isSeedMode = false

  package init(
    _ name: String, frequency: Double, noiseBandwidth: Double, isSeedMode: Bool = false
  ) {
    (self.name, self.frequency, self.noiseBandwidth) = (name, frequency, noiseBandwidth)
    self.isSeedMode = isSeedMode
  }
}
