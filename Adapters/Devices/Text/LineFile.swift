// SPDX-License-Identifier: Apache-2.0
internal import CSystem
internal import Runtime

/// Where lines of text go: a file that is kept small, a FIFO, or standard output.
///
/// Nothing here waits: a line nobody takes is dropped. A file that would outgrow its limit is renamed
/// to NAME.1, in place of the one before, and begun anew, so that both together stay below twice
/// the limit.
package final class LineFile {
  /// What became of a line.
  package enum Outcome: Equatable, Sendable {
    case written
    /// Nobody reads the FIFO or pipe fast enough, or the file system is full.
    case dropped
    case fileSystemFull
    /// An error number: the file does not work any more.
    case failed(Int32)
  }

  /// Longest line in bytes: what a pipe takes as a whole.
  package static let longest = 4096

  private let path: String
  private let limit: Int64
  private var descriptor: Int32
  private var size: Int64 = 0
  private let isRegular: Bool

  /// Opens `path` to append to it, "-" being standard output; a regular file may have `limit` bytes.
  package init(_ path: String, limit: Int64) throws(AdapterProblem) {
    (self.path, self.limit) = (path, limit)
    guard path != "-" else {
      (descriptor, isRegular) = (1, false)
      return
    }
    descriptor = tm_open(path, LineFile.flags, 0o644)
    var info = tm_file_info()
    guard descriptor >= 0, tm_file_info_of(descriptor, &info) == 0 else {
      let code = tm_errno()
      isRegular = false
      let reason =
        code == ENXIO ? "nobody reads this FIFO" : String(cString: tm_error_text(code))
      throw AdapterProblem("path", "cannot write \(path): \(reason)")
    }
    (size, isRegular) = (info.size, info.is_regular == 1)
  }

  deinit { if descriptor > 1 { close(descriptor) } }

  private static var flags: Int32 { O_WRONLY | O_CREAT | O_APPEND | O_NONBLOCK }

  /// Appends a line, its end included; allocates nothing.
  package func append(_ line: UnsafeRawBufferPointer) -> Outcome {
    if isRegular, size + Int64(line.count) > limit, size > 0, let failure = rotate() {
      return .failed(failure)
    }
    guard tm_is_writable(descriptor) == 1 else { return .dropped }
    let count = write(descriptor, line.baseAddress, line.count)
    if count > 0 { size += Int64(count) }
    if count == line.count { return .written }
    let code = count < 0 ? tm_errno() : ENOSPC
    switch code {
    case EAGAIN, EINTR: return .dropped
    case ENOSPC, EDQUOT:
      undo(count)
      return .fileSystemFull
    default: return .failed(code)
    }
  }

  /// Takes back the part of a line that still fitted: half a line is no line.
  private func undo(_ count: Int) {
    guard count > 0, isRegular, ftruncate(descriptor, off_t(size) - off_t(count)) == 0 else {
      return
    }
    size -= Int64(count)
  }

  private func rotate() -> Int32? {
    guard rename(path, "\(path).1") == 0 else { return tm_errno() }
    let fresh = tm_open(path, LineFile.flags, 0o644)
    guard fresh >= 0 else { return tm_errno() }
    close(descriptor)
    (descriptor, size) = (fresh, 0)
    return nil
  }
}
