// SPDX-License-Identifier: Apache-2.0

internal import CSystem

/// Small files that must survive a power cut: read whole, replaced as a whole.
package enum StateFile {
  /// Why a file was not read or written; every case names the path.
  package enum Failure: Error, Equatable, CustomStringConvertible {
    case system(SystemError)
    case notRegular(path: String)
    case tooLarge(path: String, limit: Int)
    /// A secret whose mode lets others read it; the expected mode is 0600.
    case exposed(path: String, mode: UInt32)

    package var description: String {
      switch self {
      case .system(let error): error.description
      case .notRegular(let path): "\(path) is not a regular file"
      case .tooLarge(let path, let limit): "\(path) is larger than \(limit) bytes"
      case .exposed(let path, let mode):
        "\(path) holds a secret but has mode 0\(String(mode, radix: 8)): expected 0600"
      }
    }
  }

  /// The whole file, or nil when there is none; a secret that others may read is refused.
  package static func read(
    _ path: String, limit: Int = 1_048_576, isSecret: Bool = false
  ) throws(Failure) -> [UInt8]? {
    let descriptor = tm_open(path, O_RDONLY | O_NONBLOCK, 0)
    guard descriptor >= 0 else {
      if tm_errno() == ENOENT { return nil }
      throw .system(.last("open", path))
    }
    defer { close(descriptor) }
    var info = tm_file_info()
    guard tm_file_info_of(descriptor, &info) == 0 else { throw .system(.last("read", path)) }
    guard info.is_regular == 1 else { throw .notRegular(path: path) }
    if isSecret, info.mode & 0o077 != 0 { throw .exposed(path: path, mode: info.mode) }
    return try readAll(descriptor, path, limit)
  }

  private static func readAll(
    _ descriptor: Int32, _ path: String, _ limit: Int
  ) throws(Failure) -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = chunk.withUnsafeMutableBytes { CSystem.read(descriptor, $0.baseAddress, 4096) }
      if count == 0 { return bytes }
      guard count > 0 else { throw .system(.last("read", path)) }
      guard bytes.count + count <= limit else { throw .tooLarge(path: path, limit: limit) }
      bytes.append(contentsOf: chunk[..<count])
    }
  }

  /// Replaces the file as a whole: after a power cut it holds the old or the new bytes.
  ///
  /// The bytes go to a file beside it, which is synchronised and then renamed over it; last the
  /// folder is synchronised. On failure the old file is untouched.
  package static func write(
    _ path: String, _ bytes: [UInt8], mode: UInt32 = 0o600
  ) throws(Failure) {
    let temporary = path + ".new"
    unlink(temporary)
    let descriptor = tm_open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode)
    guard descriptor >= 0 else { throw .system(.last("create", temporary)) }
    do throws(Failure) {
      try fill(descriptor, path, bytes, mode)
      guard rename(temporary, path) == 0 else { throw .system(.last("replace", path)) }
    } catch {
      unlink(temporary)
      throw error
    }
    try synchronizeFolder(of: path)
  }

  /// Removes a file; one that is not there is no failure.
  package static func remove(_ path: String) { unlink(path) }

  private static func fill(
    _ descriptor: Int32, _ path: String, _ bytes: [UInt8], _ mode: UInt32
  ) throws(Failure) {
    defer { close(descriptor) }
    let isWritten = bytes.withUnsafeBytes { StandardOutput.writeAll($0, to: descriptor) }
    guard isWritten, fchmod(descriptor, mode) == 0, fsync(descriptor) == 0 else {
      throw .system(.last("write", path))
    }
  }

  private static func synchronizeFolder(of path: String) throws(Failure) {
    let folder = Folder.containing(path)
    let descriptor = tm_open(folder, O_RDONLY | O_DIRECTORY, 0)
    guard descriptor >= 0 else { throw .system(.last("open", folder)) }
    defer { close(descriptor) }
    // Some file systems cannot synchronise a folder (EINVAL); there is nothing better to do.
    if fsync(descriptor) != 0, tm_errno() != EINVAL { throw .system(.last("write", folder)) }
  }
}
