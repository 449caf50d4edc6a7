// SPDX-License-Identifier: Apache-2.0
internal import MMP

/// What the mesh tells the node.
protocol MeshDelegate: AnyObject {
  /// A peer's pulse, its time in this node's clock; `names` are the channels the peer announced.
  func heard(_ pulse: Pulse, slot: Int, names: [String], staleAfter: Int64)
  /// A peer is there, or has begun anew: frames may be sent to it.
  func joined(slot: Int)
  /// A frame that is not the connection's own business.
  func received(_ frame: Frame, slot: Int)
  /// What the owner of the mesh has said has changed, or a secret's time is over.
  func ledgerChanged()
  /// A peer is gone; its slot may be another's from now on.
  func left(slot: Int)
}
