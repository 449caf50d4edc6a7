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
}
