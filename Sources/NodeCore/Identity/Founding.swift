// SPDX-License-Identifier: Apache-2.0
internal import CSystem
internal import Devices
internal import MMP
internal import PhaseSpace
internal import Runtime

/// What `taumesh init` does: a configuration, an identity and a mesh key where there are none.
package struct Founding {
  package struct Failure: Error, Equatable, CustomStringConvertible {
    package let description: String
  }

  private let paths: NodePaths
  private let name: String
  private let profile: String
  private let meshID: String
  /// The secret of the mesh to join; nil founds a mesh with a new one.
  private let secret: Key32?
  private let owner: Key32?

  /// - Parameters:
  ///   - paths: Where the files belong.
  ///   - name: The node's name; nil takes the host's.
  ///   - profile: Name of a τ-profile; nil is `server`.
  ///   - meshID: Mesh to found; nil is `home`. Not together with `invitation`.
  ///   - invitation: A line of `taumesh invite`.
  /// - Throws: Which of them cannot be used, and why.
  package init(
    paths: NodePaths, name: String?, profile: String?, meshID: String?, invitation: String?
  ) throws(Failure) {
    self.paths = paths
    self.name = name ?? Self.hostName
    self.profile = profile ?? "server"
    guard AdapterKey.Kind.isName(self.name),
      !self.name.utf8.contains(where: { $0 == 34 || $0 == 92 })
    else {
      throw Failure(description: "--name: expected 1 to 64 bytes without quotes or backslashes")
    }
    guard TauProfile(named: self.profile) != nil else {
      throw Failure(
        description: "--profile \(self.profile): expected zero, pi2, pi4, server or cloud")
    }
    guard meshID == nil || invitation == nil else {
      throw Failure(description: "--mesh founds a mesh, --join joins one: expected only one")
    }
    (self.meshID, secret, owner) = try Self.mesh(meshID, invitation)
  }

  private static func mesh(_ id: String?, _ invitation: String?) throws(Failure)
    -> (String, Key32?, Key32?)
  {
    guard let invitation else {
      let id = id ?? "home"
      guard MeshKey.isValid(meshID: id) else {
        throw Failure(description: "--mesh \(id): expected 1 to 32 of a-z A-Z 0-9 . _ -")
      }
      return (id, nil, nil)
    }
    let line: JoinString
    do throws(JoinStringError) {
      line = try JoinString(invitation)
    } catch { throw Failure(description: "--join: \(error)") }
    let now = UInt64(clamping: MonotonicClock.wallTime / 1_000_000_000)
    guard line.end == 0 || now < line.end else {
      throw Failure(description: "--join: the line has expired; `taumesh invite` prints a new one")
    }
    return (line.meshID, line.secret, line.owner)
  }

  /// Writes what is missing.
  ///
  /// - Returns: One line for each file, for the user.
  package func write() throws(Failure) -> [String] {
    do throws(Keys.Failure) {
      try Keys.prepare()
      try makeFolders()
      var lines = [try writeConfiguration()]
      lines.append(try writeSecret())
      let identity = try Keys.identity(paths.identity)
      lines.append("\(paths.identity): node \(identity.nodeID)")
      return lines
    } catch { throw Failure(description: error.description) }
  }

  private func makeFolders() throws(Keys.Failure) {
    do throws(SystemError) {
      for path in [paths.configuration, paths.identity, paths.meshKey] {
        try Folder.create(Folder.containing(path), mode: 0o755)
      }
    } catch { throw Keys.Failure(description: "\(error)") }
  }

  private func writeConfiguration() throws(Keys.Failure) -> String {
    do throws(StateFile.Failure) {
      guard try StateFile.read(paths.configuration) == nil else {
        return "\(paths.configuration): kept"
      }
      let text = ConfigurationTemplate.text(
        name: name, profile: profile, meshID: meshID,
        owner: owner.map { ByteText.base64url($0.bytes) })
      try StateFile.write(paths.configuration, Array(text.utf8), mode: 0o644)
      return "\(paths.configuration): written; inputs and outputs are for you to add"
    } catch { throw Keys.Failure(description: "\(error)") }
  }

  private func writeSecret() throws(Keys.Failure) -> String {
    let path = paths.meshKey
    let isThere: Bool
    do throws(StateFile.Failure) {
      isThere = try StateFile.read(path, isSecret: true) != nil
    } catch { throw Keys.Failure(description: "\(error)") }
    guard isThere else {
      let founded = if let secret { secret } else { try Keys.randomKey() }
      try Keys.writeSecret(founded, to: path)
      return "\(path): \(secret == nil ? "new mesh" : "mesh") \(meshID)"
    }
    if let secret, try Keys.secret(path) != secret {
      throw Keys.Failure(description: "\(path): holds another mesh's secret; remove it to join")
    }
    return "\(path): kept"
  }

  private static var hostName: String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 65) { buffer in
      guard let start = buffer.baseAddress, gethostname(start, 64) == 0 else { return "node" }
      buffer[64] = 0
      return String(cString: start)
    }
  }
}
