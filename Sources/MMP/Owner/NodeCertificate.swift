// SPDX-License-Identifier: Apache-2.0

/// The owner's word that a key is a later key of a node.
///
/// The key itself, and its epoch, stand beside it where it is used. On the wire: nodeId (16),
/// time of issue u64 big-endian, signature (64): 88 bytes.
package struct NodeCertificate: Equatable, Sendable {
  package static let count = 88

  package let nodeID: NodeID
  /// Milliseconds of the Unix epoch.
  package let issued: UInt64
  /// Of the statement that `statement(epoch:key:)` gives.
  package let signature: [UInt8]

  package init(nodeID: NodeID, issued: UInt64, signature: [UInt8]) {
    (self.nodeID, self.issued, self.signature) = (nodeID, issued, signature)
  }

  /// - Returns: `nil` unless there are exactly 88 bytes.
  package init?(bytes: ArraySlice<UInt8>) {
    guard bytes.count == Self.count, let nodeID = NodeID(bytes: [UInt8](bytes.prefix(16))) else {
      return nil
    }
    self.init(
      nodeID: nodeID, issued: number(bytes.dropFirst(16).prefix(8)),
      signature: [UInt8](bytes.suffix(64)))
  }

  package var bytes: [UInt8] { nodeID.bytes + bigEndian(issued) + signature }

  /// The whole statement, which the owner has signed.
  package func statement(epoch: UInt32, key: Key32) -> OwnerStatement {
    OwnerStatement(
      .certificate(nodeID, epoch: epoch, key: key), issued: issued, signature: signature)
  }
}
