// SPDX-License-Identifier: Apache-2.0
internal import Cognition
internal import MMP
internal import Memory
internal import Runtime

/// The structured memories of a node over a restart, in one bounded file.
enum MemoryFile {
  static let maximumBytes = 4 << 20

  /// Puts what the file holds into `engine`; what cannot be read is told and left out.
  static func load(_ path: String, into engine: inout CouplingEngine, at wall: Int64, log: Log) {
    var problem: String?
    do throws(StateFile.Failure) {
      guard let content = try StateFile.read(path, limit: maximumBytes) else { return }
      do throws(JSONFailure) {
        let limits = JSONLimits(textBytes: maximumBytes, arenaBytes: 8 << 20)
        try JSONDocument.read(content, limits: limits) { root in
          for object in root.elements {
            let entry = read(object)
            engine.restore(entry, age: Double(max(0, wall - entry.timestamp)) * 1e-3)
          }
        }
      } catch { problem = "\(path): \(error)" }
    } catch { problem = "\(error)" }
    if let problem { log.warning("memory", "\(problem); starting without what it held") }
  }

  static func save(_ path: String, _ store: MemoryStore) throws(StateFile.Failure) {
    var json = JSONWriter()
    json.array { list in
      for entry in store.entries {
        list.object { object in
          write(entry, &object)
        }
      }
    }
    try StateFile.write(path, json.bytes)
  }

  static func write(_ entry: MemoryEntry, _ object: inout JSONWriter) {
    object.field("key", entry.key)
    object.field("content", entry.content)
    object.field("source", entry.source)
    object.array("tags", of: entry.tags)
    object.field("timestamp", entry.timestamp)
    object.field("own", entry.isOwn)
  }

  private static func read(_ object: JSONValue) -> MemoryEntry {
    MemoryEntry(
      key: object.string("key") ?? "", content: object.string("content") ?? "",
      source: object.string("source") ?? "",
      tags: object.array("tags")?.elements.compactMap { $0.string } ?? [],
      timestamp: object.int("timestamp") ?? 0, isOwn: object.bool("own") ?? false)
  }
}
