// SPDX-License-Identifier: Apache-2.0
internal import MMP
internal import Mesh
internal import Runtime

/// The groups a node is in, kept over a restart; the file holds their tokens and is a secret.
enum GroupFile {
  private static let maximumBytes = 16 << 10

  /// The groups in `path`; none, with a warning, where the file cannot be used.
  static func load(_ path: String, log: Log) -> [MeshGroup] {
    var groups: [MeshGroup] = []
    do throws(StateFile.Failure) {
      guard let content = try StateFile.read(path, limit: maximumBytes, isSecret: true) else {
        return []
      }
      do throws(JSONFailure) {
        let limits = JSONLimits(textBytes: maximumBytes, arenaBytes: 128 << 10)
        try JSONDocument.read(content, limits: limits) { root in
          for line in root.array("groups")?.elements ?? [] {
            // Whether it has ended is looked at when it is joined again.
            do throws(GroupInvitation.Failure) {
              groups.append(try GroupInvitation.group(line.string ?? "", wall: .min))
            } catch { log.warning("group", "\(path): \(error); going on without that group") }
          }
        }
      } catch { log.warning("group", "\(path): \(error); going on without groups") }
    } catch { log.warning("group", "\(error); going on without groups") }
    return groups
  }

  static func save(_ groups: [MeshGroup], to path: String) throws(StateFile.Failure) {
    var json = JSONWriter()
    json.object { object in
      object.array("groups", of: groups.map { GroupInvitation.text(of: $0) })
    }
    try StateFile.write(path, json.bytes)
  }
}
