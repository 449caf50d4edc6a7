// SPDX-License-Identifier: Apache-2.0
package import Devices
package import PhaseSpace
package import Runtime

/// A device that acts on the mesh state of one channel.
package protocol Output: AnyObject {
  /// The name of the output in the configuration.
  var id: String { get }
  var status: AdapterStatus { get }
  var counters: AdapterCounters { get }
  /// Called when the device begins or ceases to work.
  var onStatusChange: ((AdapterStatus) -> Void)? { get set }

  /// Opens the device, on the reactor's thread; it rests until something is applied.
  func start(on reactor: Reactor)
  /// Acts on the newest mesh state from now on; nil, when there is none to trust, brings it to rest.
  func apply(_ state: MeshState?)
  /// Brings the device to rest, closes it and then calls `finished`, at the latest after 300 ms.
  func stop(_ finished: @escaping () -> Void)
}
