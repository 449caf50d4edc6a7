// SPDX-License-Identifier: Apache-2.0
import MMP

/// Statements of a mesh's owner, as another member hands them on; unsigned ones change nothing.
func fuzzOwner(_ bytes: UnsafeRawBufferPointer) {
  let content = [UInt8](bytes)
  if let statement = OwnerStatement(bytes: content) {
    precondition(statement.bytes == content, "a statement changed on its way through")
    guard let secret = Key32([UInt8](repeating: 7, count: 32)) else { return }
    var ledger = OwnerLedger(meshID: "home", secret: secret, owner: secret)
    let verdict = ledger.take(statement)
    precondition(verdict == .forged, "an unsigned statement was believed")
    precondition(ledger.secret == secret, "an unsigned statement changed the secret")
  }
  _ = OwnerStatement(String(decoding: content, as: UTF8.self))
  _ = try? OwnerKeyFile.publicKey(in: content)
  _ = try? IdentityFile.identity(from: content)
  _ = try? JoinString(String(decoding: content, as: UTF8.self))
}
