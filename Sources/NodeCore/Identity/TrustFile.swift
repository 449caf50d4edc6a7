// SPDX-License-Identifier: Apache-2.0
internal import MMP
internal import Runtime

/// What the owner of the mesh has said, kept over restarts: `trust.json`, mode 0600, and the mesh
/// key file.
///
/// The first is written before the second, and holds what the second may lack: where a node may
/// not write its key file, as under systemd in /etc, a new secret lives here. A key file that a
/// person has replaced since counts for more than a secret kept here.
struct TrustFile {
  let path: String
  let keyPath: String
  let log: Log
  /// What the key file held when this program last read or wrote it.
  private var keyFile: Key32

  private static let limit = 256 << 10

  /// Reads both files; where `trust.json` cannot be used the node starts without, and logs it.
  static func load(_ paths: NodePaths, _ mesh: MeshSettings, log: Log) throws(Keys.Failure)
    -> (file: TrustFile, ledger: OwnerLedger)
  {
    let secrets = try Keys.secrets(mesh.secretFile)
    let file = TrustFile(
      path: paths.trust, keyPath: mesh.secretFile, log: log, keyFile: secrets.secret)
    var ledger = OwnerLedger(meshID: mesh.id, secret: secrets.secret, owner: mesh.owner)
    let kept = secrets.previous.map { (secret: $0, until: secrets.previousUntil) }
    guard let content = file.content() else {
      ledger.restore([], previous: kept)
      return (file, ledger)
    }
    do throws(JSONFailure) {
      let limits = JSONLimits(textBytes: limit, arenaBytes: 2 << 20)
      try JSONDocument.read(content, limits: limits) { value in
        file.restore(&ledger, value, kept)
      }
    } catch { log.warning("node", "\(paths.trust): \(error); starting without what it held") }
    return (file, ledger)
  }

  private func content() -> [UInt8]? {
    do throws(StateFile.Failure) {
      return try StateFile.read(path, limit: Self.limit, isSecret: true)
    } catch {
      log.warning("node", "\(error); starting without what it held")
      return nil
    }
  }

  private func restore(
    _ ledger: inout OwnerLedger, _ object: JSONValue, _ kept: (secret: Key32, until: UInt64)?
  ) {
    guard object.string("mesh") == ledger.meshID else {
      return log.warning("node", "\(path) is of another mesh; starting without what it holds")
    }
    var statements: [OwnerStatement] = []
    for text in object.array("statements")?.elements.compactMap({ $0.string }) ?? [] {
      if let statement = OwnerStatement(text) { statements.append(statement) }
    }
    // Either the secret that was replaced, or the one that replaced it.
    var newest = keyFile
    for case .rotation(let next) in statements.map({ $0.content }) { newest = next.secret }
    let isOurs = keyFile == newest || object.string("keyFile") == Self.mark(of: keyFile)
    if !isOurs {
      log.warning("node", "\(keyPath) has been replaced: its secret is used, not the one kept")
      statements.removeAll { if case .rotation = $0.content { true } else { false } }
    }
    let previous = object.string("previous").flatMap { MeshSecret.parse($0) }
    let until = UInt64(clamping: object.int("previousUntil") ?? 0)
    ledger.restore(statements, previous: isOurs ? previous.map { ($0, until) } : kept)
  }

  /// Writes both files.
  mutating func save(_ ledger: OwnerLedger) {
    do throws(StateFile.Failure) {
      try StateFile.write(path, json(ledger))
    } catch { log.error("node", "what the owner has said is not kept: \(error)") }
    let text = MeshSecretFile(
      secret: ledger.secret, previous: ledger.previous, previousUntil: ledger.previousUntil
    ).text
    do throws(StateFile.Failure) {
      try StateFile.write(keyPath, Array(text.utf8))
      keyFile = ledger.secret
    } catch { log.info("node", "\(error); the mesh secret is kept in \(path)") }
  }

  private func json(_ ledger: OwnerLedger) -> [UInt8] {
    var json = JSONWriter()
    json.object { object in
      object.field("mesh", ledger.meshID)
      object.field("keyFile", Self.mark(of: keyFile))
      if let previous = ledger.previous {
        object.field("previous", MeshSecret.text(of: previous))
        object.field("previousUntil", ledger.previousUntil)
      }
      object.array("statements", of: ledger.statements.map { $0.text })
    }
    return json.bytes
  }

  /// Tells secrets apart without being one.
  private static func mark(of secret: Key32) -> String {
    ByteText.hex(Blake2b.digest(Array("taumesh-key-file".utf8) + secret.bytes, count: 16))
  }
}
