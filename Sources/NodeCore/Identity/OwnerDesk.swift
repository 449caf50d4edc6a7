// SPDX-License-Identifier: Apache-2.0
package import MMP
internal import Runtime

/// Where the owner of a mesh makes decisions: with the owner's key, and a member that spreads them.
package struct OwnerDesk {
  package struct Failure: Error, Equatable, CustomStringConvertible {
    package let description: String

    package init(description: String) { self.description = description }
  }

  /// What a member knows of the owner's decisions.
  package struct Standing {
    package var meshID = ""
    /// base64url; empty where no owner is known.
    package var owner = ""
    /// When the secret was last replaced, and until when the one before opens links, in
    /// milliseconds of the Unix epoch; 0 for never.
    package var rotated: UInt64 = 0
    package var previousUntil: UInt64 = 0
    package var revoked: [String] = []
  }

  private let socket: String
  private let owner: Identity

  /// Opens the owner's key in `file`; `paths` are those of a member that runs on this machine.
  package init(file: String, passphrase: [UInt8], paths: NodePaths) throws(Failure) {
    socket = paths.socket
    owner = try Self.open(file, passphrase)
  }

  /// The usual place of the owner's key file: in the home folder, away from every node's state.
  package static var usualFile: String {
    "\(Environment.variable("HOME") ?? ".")/.config/taumesh/owner.key"
  }

  /// Makes an owner's key.
  ///
  /// - Returns: Its public key, as configurations name it.
  package static func found(file: String, passphrase: [UInt8]) throws(Failure) -> String {
    do throws(Keys.Failure) {
      try Keys.prepare()
      guard try Keys.read(file) == nil else {
        throw Keys.Failure(description: "\(file): there already; an owner's key is not replaced")
      }
      let seed = try Keys.randomKey()
      let random = try Keys.randomKey().bytes + Keys.randomKey().bytes.prefix(8)
      guard let text = OwnerKeyFile.text(seed: seed, passphrase: passphrase, random: random) else {
        throw Keys.Failure(description: "making the owner's key needs 64 MiB of memory")
      }
      do throws(SystemError) {
        try Folder.create(Folder.containing(file), mode: 0o700)
      } catch { throw Keys.Failure(description: "\(error)") }
      try Keys.write(file, text)
      return Identity(seed: seed).publicKeyText
    } catch { throw Failure(description: error.description) }
  }

  /// The public key in `file`, as configurations name it.
  package static func publicKey(file: String) throws(Failure) -> String {
    let content = try read(file)
    do throws(OwnerKeyFileError) {
      return ByteText.base64url(try OwnerKeyFile.publicKey(in: content).bytes)
    } catch { throw Failure(description: "\(file): \(error)") }
  }

  /// What the member behind `socket` knows.
  package static func standing(socket: String) throws(Failure) -> Standing {
    try ask([], socket)
  }

  /// Signs what `decide` gives for the standing there is, and tells the member.
  ///
  /// - Returns: The standing after that.
  package func decide(_ decide: (Standing) throws(Failure) -> [OwnerStatement.Content])
    throws(Failure) -> Standing
  {
    let standing = try Self.standing(socket: socket)
    guard standing.owner.isEmpty || standing.owner == owner.publicKeyText else {
      throw Failure(description: "mesh \(standing.meshID) belongs to the owner \(standing.owner)")
    }
    let contents = [.binding(owner: owner.publicKey)] + (try decide(standing))
    let wall = UInt64(clamping: MonotonicClock.wallTime / 1_000_000)
    let issued = max(wall, standing.rotated + 1)
    return try Self.ask(
      contents.map {
        OwnerStatement($0, issued: issued, meshID: standing.meshID, owner: owner).text
      }, socket)
  }

  /// The next secret, drawn now.
  package static func rotation(overlap: Double, isGuarded: Bool) throws(Failure)
    -> OwnerStatement.Content
  {
    do throws(Keys.Failure) {
      return .rotation(
        OwnerStatement.Rotation(
          secret: try Keys.randomKey(), overlapSeconds: UInt32(overlap), isGuarded: isGuarded))
    } catch { throw Failure(description: error.description) }
  }

  /// Gives the node under `paths` a new key, certified by the owner; its next start uses it.
  ///
  /// - Returns: The epoch of the new key.
  package func renew(_ paths: NodePaths) throws(Failure) -> UInt32 {
    do throws(Keys.Failure) {
      let old = try Keys.identity(paths.identity)
      let seed = try Keys.randomKey()
      let epoch = old.epoch + 1
      let issued = UInt64(clamping: MonotonicClock.wallTime / 1_000_000)
      let meshID = try Keys.invitation(paths: paths).meshID
      let statement = OwnerStatement(
        .certificate(old.nodeID, epoch: epoch, key: Identity(seed: seed).publicKey),
        issued: issued, meshID: meshID, owner: owner)
      let certificate = NodeCertificate(
        nodeID: old.nodeID, issued: issued, signature: statement.signature)
      let identity = Identity(seed: seed, epoch: epoch, certificate: certificate)
      try Keys.write(paths.identity, IdentityFile.text(of: identity))
      return epoch
    } catch { throw Failure(description: error.description) }
  }

  private static func open(_ file: String, _ passphrase: [UInt8]) throws(Failure) -> Identity {
    let content = try read(file)
    do throws(OwnerKeyFileError) {
      return try OwnerKeyFile.open(content, passphrase: passphrase)
    } catch { throw Failure(description: "\(file): \(error)") }
  }

  private static func read(_ file: String) throws(Failure) -> [UInt8] {
    do throws(Keys.Failure) {
      try Keys.prepare()
      guard let content = try Keys.read(file) else {
        throw Keys.Failure(description: "\(file): no such file; `taumesh owner init` makes one")
      }
      return content
    } catch { throw Failure(description: error.description) }
  }

  private static func ask(_ statements: [String], _ socket: String) throws(Failure) -> Standing {
    let words = statements.enumerated().map {
      ControlRequest.Argument("statement\($0.offset)", $0.element)
    }
    var standing: Standing?
    do throws(ControlClient.Failure) {
      let result = try ControlClient.result(ControlRequest("owner", words), socket: socket)
      do throws(JSONFailure) {
        try JSONDocument.read(Array(result.utf8), limits: .server) { standing = Standing($0) }
      } catch { throw ControlClient.Failure(description: "\(error)") }
    } catch { throw Failure(description: error.description) }
    guard let standing else { throw Failure(description: "the node's answer has no mesh") }
    return standing
  }
}

extension OwnerDesk.Standing {
  fileprivate init?(_ object: JSONValue) {
    guard let meshID = object.string("mesh") else { return nil }
    self.meshID = meshID
    owner = object.string("owner") ?? ""
    rotated = UInt64(clamping: object.int("rotated") ?? 0)
    previousUntil = UInt64(clamping: object.int("previousUntil") ?? 0)
    revoked = object.array("revoked")?.elements.compactMap { $0.string } ?? []
  }
}
