// SPDX-License-Identifier: Apache-2.0

internal import CSystem

/// A file that is written from its beginning to its end, such as a recording.
package final class OutputFile {
  private var descriptor: Int32

  /// Creates the file, or empties the one that is there.
  package init(_ path: String) throws(SystemError) {
    descriptor = tm_open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    guard descriptor >= 0 else { throw SystemError.last("create", path) }
  }

  deinit { close() }

  /// Appends bytes; false when the file system takes no more.
  package func write(_ bytes: [UInt8]) -> Bool {
    descriptor >= 0 && bytes.withUnsafeBytes { StandardOutput.writeAll($0, to: descriptor) }
  }

  package func close() {
    if descriptor >= 0 { CSystem.close(descriptor) }
    descriptor = -1
  }
}
