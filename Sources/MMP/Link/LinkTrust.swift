// SPDX-License-Identifier: Apache-2.0

/// What a node holds against a peer's identity, beyond the secret of the mesh.
package struct LinkTrust: Sendable {
  /// A node's newest known key.
  package struct Epoch: Equatable, Sendable {
    package let nodeID: NodeID
    package let epoch: UInt32
  }

  /// The owner whose certificates count; without one there are none.
  package var owner: Key32?
  /// The key of the mesh before the current one, while it still opens links.
  package var previous: MeshKey?
  /// Whom alone it opens links for; `nil` for everyone.
  package var previousNodes: [NodeID]?
  package var revoked: [NodeID] = []
  /// Epochs seen, where they are not 0.
  package var epochs: [Epoch] = []

  package init() {}

  /// The highest epoch seen of a node.
  package func epoch(of nodeID: NodeID) -> UInt32 {
    epochs.first { $0.nodeID == nodeID }?.epoch ?? 0
  }

  /// Why a node whose link stands is not welcome any more, if so.
  package func refusal(of nodeID: NodeID, epoch: UInt32) -> LinkFailure? {
    do throws(LinkFailure) {
      try admit(nodeID, epoch: epoch, byPrevious: false, .all)
      return nil
    } catch { return error }
  }

  /// Whose hello it is.
  func node(of hello: LinkHello, meshID: String, _ checks: SecurityChecks) throws(LinkFailure)
    -> NodeID
  {
    guard hello.epoch > 0 else { return NodeID(publicKey: hello.publicKey) }
    guard let certificate = hello.certificate else { throw .epoch(hello.epoch) }
    let statement = certificate.statement(epoch: hello.epoch, key: hello.publicKey)
    let isSigned = owner.map { statement.isSigned(by: $0, meshID: meshID) } ?? false
    guard isSigned || !checks.contains(.certificate) else { throw .epoch(hello.epoch) }
    return certificate.nodeID
  }

  /// Refuses a node that has proved who it is but is not welcome.
  func admit(_ nodeID: NodeID, epoch: UInt32, byPrevious: Bool, _ checks: SecurityChecks)
    throws(LinkFailure)
  {
    if checks.contains(.revocation), revoked.contains(nodeID) { throw .revoked(nodeID) }
    let newest = self.epoch(of: nodeID)
    if checks.contains(.epoch), epoch < newest { throw .oldEpoch(epoch, newest: newest) }
    guard byPrevious, checks.contains(.guardedOverlap), let previousNodes else { return }
    guard previousNodes.contains(nodeID) else { throw .oldSecret(nodeID) }
  }
}
