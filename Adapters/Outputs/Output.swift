// SPDX-License-Identifier: Apache-2.0
package import Devices

/// A device that acts on the mesh state of one channel.
package protocol Output: AnyObject {
  /// The name of the output in the configuration.
  var id: String { get }
  /// The device, as listings name it.
  var device: String { get }
  /// The peer whose phasor it follows; nil where it acts on the mesh state.
  var follows: String? { get }
  /// Whether it acts every 20 ms rather than once a tick, which may be a second.
  var isUrgent: Bool { get }
  /// What it does now, for people.
  var report: OutputReport { get }
  var status: AdapterStatus { get }
  var counters: AdapterCounters { get }
  /// Called when the device begins or ceases to work.
  var onStatusChange: ((AdapterStatus) -> Void)? { get set }

  /// Opens the device, on the reactor's thread; it rests until something is applied.
  func start(on services: AdapterServices)
  /// Acts on how things stand from now on; called once a tick.
  func apply(_ situation: OutputSituation)
  /// Brings the device to rest, closes it and then calls `finished`, at the latest after 300 ms.
  func stop(_ finished: @escaping () -> Void)
  /// Opens the device for a moment, for `taumesh doctor`; may block for a second.
  ///
  /// - Returns: What it is.
  func probe(_ services: AdapterServices) throws(AdapterProblem) -> String
}

extension Output {
  package var isUrgent: Bool { false }
}

/// What an output does now.
package struct OutputReport: Sendable {
  /// Of a tone, hertz and 0…1.
  package var frequency: Double?
  package var volume: Double?
  package var tone: ToneRecord?
  /// Anything else, in its own units.
  package var readings: [Reading] = []

  package init() {}
}
