// SPDX-License-Identifier: Apache-2.0

internal import CSystem

/// Standard output and error as write(2) sees them.
package enum StandardOutput {
  /// Writes text to standard output; where that fails, says so and ends the program with status 1.
  package static func write(_ text: String) {
    guard !write(text, to: 1) else { return }
    writeError("taumesh: \(SystemError.last("write", "standard output"))\n")
    exit(1)
  }

  /// Writes text to standard error.
  @discardableResult
  package static func writeError(_ text: String) -> Bool { write(text, to: 2) }

  static func write(_ text: String, to descriptor: Int32) -> Bool {
    var text = text
    return text.withUTF8 { writeAll(UnsafeRawBufferPointer($0), to: descriptor) }
  }

  /// Writes all bytes to a descriptor, waiting where it must.
  static func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Bool {
    var rest = bytes
    while !rest.isEmpty {
      let written = CSystem.write(descriptor, rest.baseAddress, rest.count)
      if written >= 0 {
        rest = UnsafeRawBufferPointer(rebasing: rest[written...])
      } else if tm_errno() == EAGAIN {
        var slot = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        poll(&slot, 1, 1000)
      } else if tm_errno() != EINTR {
        return false
      }
    }
    return true
  }
}
