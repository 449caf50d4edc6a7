// SPDX-License-Identifier: Apache-2.0

/// Who is at the other end of a secure link, proved by the handshake.
package struct PeerIdentity: Equatable, Sendable {
  package let nodeID: NodeID
  /// Ed25519; verifies what this node signs.
  package let publicKey: Key32
  package let epoch: UInt32

  package init(nodeID: NodeID, publicKey: Key32, epoch: UInt32) {
    (self.nodeID, self.publicKey, self.epoch) = (nodeID, publicKey, epoch)
  }
}
