// SPDX-License-Identifier: Apache-2.0

internal import CSystem

/// Folders of the file system.
package enum Folder {
  /// Makes a folder and those above it; one that exists is left as it is.
  package static func create(_ path: String, mode: UInt32 = 0o755) throws(SystemError) {
    if mkdir(path, mode_t(mode)) == 0 { return }
    if tm_errno() == ENOENT, containing(path) != path {
      try create(containing(path), mode: mode)
      if mkdir(path, mode_t(mode)) == 0 { return }
    }
    let error = SystemError.last("create folder", path)
    guard error.code == EEXIST else { throw error }
    var info = tm_file_info()
    guard tm_file_info_at(path, &info) == 0, info.is_directory == 1 else {
      throw SystemError("create folder", path, code: ENOTDIR)
    }
  }

  /// The folder a path lies in: "/a" for "/a/b", "." for "b".
  package static func containing(_ path: String) -> String {
    let bytes = Array(path.utf8)
    guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    return slash == 0 ? "/" : String(decoding: bytes[..<slash], as: UTF8.self)
  }

  /// Bytes of all names that `names` takes.
  private static let mostNames = 16_384

  /// What is in a folder, by name in order; empty when it cannot be read or holds too much.
  package static func names(in path: String) -> [String] {
    var bytes = [UInt8](repeating: 0, count: mostNames)
    let count = bytes.withUnsafeMutableBytes { room in
      tm_folder_names(path, room.baseAddress?.assumingMemoryBound(to: CChar.self), room.count)
    }
    guard count > 0 else { return [] }
    let names = bytes[..<count].split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    return names.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
  }

  /// The path without links and detours; nil when it leads nowhere.
  package static func realPath(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  /// Whether there is something at `path`.
  package static func exists(_ path: String) -> Bool {
    var info = tm_file_info()
    return tm_file_info_at(path, &info) == 0
  }
}
