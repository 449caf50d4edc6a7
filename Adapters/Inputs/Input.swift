// SPDX-License-Identifier: Apache-2.0
package import Devices
package import PhaseSpace
package import Runtime

/// A device that yields phasors: one of it feeds one channel of the node.
///
/// A device that fails says so in `status` and is tried again by itself; `latest` then keeps its
/// last measurement, whose time tells that it is old.
package protocol Input: AnyObject {
  /// The name of the input in the configuration.
  var id: String { get }
  /// The name of its channel: nodes compare what has the same name.
  var channel: String { get }
  /// The newest measurement, its time in nanoseconds of CLOCK_MONOTONIC; nil before the first.
  var latest: PhaseSample? { get }
  /// B: the two-sided noise-equivalent bandwidth of the measurements, in hertz.
  var noiseBandwidth: Double { get }
  var status: AdapterStatus { get }
  var counters: AdapterCounters { get }
  /// Called when the device begins or ceases to work.
  var onStatusChange: ((AdapterStatus) -> Void)? { get set }

  /// Opens the device and measures from now on, on the reactor's thread.
  func start(on reactor: Reactor)
  /// Closes the device; due before the input is given up.
  func stop()
}
