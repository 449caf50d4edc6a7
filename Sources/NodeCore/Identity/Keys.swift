// SPDX-License-Identifier: Apache-2.0
internal import CSodium
package import MMP
internal import Runtime

/// The secrets of a node on its disk: its own identity and the key of its mesh.
package enum Keys {
  package struct Failure: Error, Equatable, CustomStringConvertible {
    package let description: String
  }

  /// Must be called once before any key is used.
  static func prepare() throws(Failure) {
    guard sodium_init() >= 0 else {
      throw Failure(description: "libsodium cannot start: no randomness from the kernel")
    }
  }

  /// The identity in `path`, made and written (mode 0600) on the first start.
  ///
  /// - Throws: What is wrong with the file. A damaged one is never replaced: peers know the node
  ///   by it, and a backup may exist.
  package static func identity(_ path: String) throws(Failure) -> Identity {
    try prepare()
    guard let content = try read(path) else { return try makeIdentity(path) }
    do throws(IdentityFileError) {
      return try IdentityFile.identity(from: content)
    } catch {
      throw Failure(
        description: "\(path): \(error); restore it from a backup, or remove it to start as a "
          + "new node")
    }
  }

  private static func makeIdentity(_ path: String) throws(Failure) -> Identity {
    let identity = Identity(seed: try randomKey())
    try write(path, IdentityFile.text(of: identity))
    return identity
  }

  /// The mesh secret in `path`.
  package static func secret(_ path: String) throws(Failure) -> Key32 {
    try secrets(path).secret
  }

  /// The mesh secret in `path`, and the one before while it still opens links.
  static func secrets(_ path: String) throws(Failure) -> MeshSecretFile {
    guard let content = try read(path) else {
      throw Failure(description: "\(path): no such file; `taumesh init` makes one")
    }
    guard let secrets = MeshSecretFile(content) else {
      throw Failure(description: "\(path): holds no mesh secret; expected 64 hexadecimal digits")
    }
    return secrets
  }

  static func writeSecret(_ secret: Key32, to path: String) throws(Failure) {
    try write(path, MeshSecret.text(of: secret) + "\n")
  }

  static func randomKey() throws(Failure) -> Key32 {
    do throws(SystemError) {
      guard let key = Key32(try Entropy.bytes(Key32.count)) else {
        throw SystemError("read", "random bytes", code: 5)
      }
      return key
    } catch { throw Failure(description: "\(error)") }
  }

  /// The line that invites into the mesh of the node under `paths`.
  ///
  /// Its secret may be newer than that of the key file; the line may be used for `seconds`, or for
  /// as long as the secret holds.
  package static func invitation(paths: NodePaths, seconds: Double? = nil) throws(Failure)
    -> JoinString
  {
    try prepare()
    let configuration: Configuration
    do throws(ConfigurationFailure) {
      configuration = try Configuration.load(paths)
    } catch { throw Failure(description: "\(error)") }
    let (_, ledger) = try TrustFile.load(paths, configuration.mesh, log: Log(threshold: .error))
    let now = UInt64(clamping: MonotonicClock.wallTime / 1_000_000_000)
    let end = seconds.map { now + UInt64($0) } ?? 0
    guard
      let line = JoinString(
        meshID: configuration.mesh.id, secret: ledger.secret, owner: ledger.owner, end: end)
    else {
      throw Failure(description: "mesh id \(configuration.mesh.id) is not valid")
    }
    return line
  }

  static func read(_ path: String) throws(Failure) -> [UInt8]? {
    do throws(StateFile.Failure) {
      return try StateFile.read(path, limit: 4096, isSecret: true)
    } catch { throw Failure(description: "\(error)") }
  }

  static func write(_ path: String, _ text: String) throws(Failure) {
    do throws(StateFile.Failure) {
      try StateFile.write(path, Array(text.utf8))
    } catch { throw Failure(description: "\(error)") }
  }
}
