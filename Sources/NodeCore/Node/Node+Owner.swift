// SPDX-License-Identifier: Apache-2.0
internal import MMP
internal import Mesh
internal import Runtime

extension Node {
  /// Answers `owner`: takes the owner's statements of the request, and says what is known.
  func answerOwner(_ request: ControlRequest, _ reply: inout JSONWriter) -> String? {
    var statements: [OwnerStatement] = []
    for argument in request.arguments {
      guard argument.name.hasPrefix("statement"), let statement = OwnerStatement(argument.value)
      else {
        return "expected statements of the mesh's owner"
      }
      statements.append(statement)
    }
    for verdict in mesh.hear(statements) {
      switch verdict {
      case .new, .known: break
      case .forged: return "the statement is not signed by the owner of this mesh"
      case .unowned: return "this mesh has no owner yet"
      }
    }
    let ledger = mesh.peering.ledger
    reply.object("result") { object in
      object.field("mesh", ledger.meshID)
      if let owner = ledger.owner { object.field("owner", ByteText.base64url(owner.bytes)) }
      object.field("rotated", ledger.rotated)
      if ledger.previous != nil { object.field("previousUntil", ledger.previousUntil) }
      object.array("revoked", of: mesh.peering.revoked.map { $0.description })
    }
    return nil
  }

  /// Keeps what the owner has said.
  func keepLedger() {
    let ledger = mesh.peering.ledger
    trust.save(ledger)
    let revoked = mesh.peering.revoked
    if revoked.contains(identity.nodeID) {
      log.error("node", "the owner has taken this node out of the mesh")
    }
    let secrets = ledger.previous == nil ? "one mesh secret" : "a new mesh secret beside the old"
    log.info("node", "by the owner's word: \(revoked.count) nodes revoked, \(secrets)")
  }
}
