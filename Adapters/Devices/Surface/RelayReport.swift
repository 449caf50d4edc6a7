// SPDX-License-Identifier: Apache-2.0

/// What the surface reports of a relay; the connection to it is made again by itself.
package enum RelayReport: Equatable, Sendable {
  /// This node is let in; who is there is told of next.
  case entered
  /// The relay is out of reach, and everyone with it; why.
  case lost(String)
  /// A node is there. The relay itself is one of them.
  case joined(nodeID: String, name: String, isRelay: Bool)
  case left(nodeID: String)
  /// What a node sends, as the bytes of a frame's JSON.
  case payload(from: String, [UInt8])
}
