// SPDX-License-Identifier: Apache-2.0

/// The surface process as adapters see it.
///
/// It may die and come back at any time: endpoints then report a failure, and what is opened or
/// asked afterwards reaches the new one.
package protocol SurfaceService: AnyObject {
  /// Opens an endpoint, starting the process where it does not run; `handler` is called on the
  /// reactor's thread until `close`.
  ///
  /// - Returns: Its number, never used again.
  func open(_ endpoint: SurfaceEndpoint, _ handler: @escaping (SurfaceReport) -> Void) -> UInt32
  /// Asks a poll for its value now.
  func ask(_ endpoint: UInt32)
  /// Sends a body of JSON through a hook; false when the process does not keep up.
  func send(_ json: [UInt8], through endpoint: UInt32) -> Bool
  /// Sends the JSON of a frame to a node at a relay; false when the process does not keep up.
  func send(_ frame: [UInt8], to node: String, through endpoint: UInt32) -> Bool
  /// Ends an endpoint; nothing more is reported of it.
  func close(_ endpoint: UInt32)
}
