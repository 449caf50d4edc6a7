// SPDX-License-Identifier: Apache-2.0

internal import CSystem

/// Randomness from the kernel, for keys and jitter; pure code is given it.
package enum Entropy {
  /// `count` random bytes; waits for the kernel's generator at an early boot.
  package static func bytes(_ count: Int) throws(SystemError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var filled = 0
    while filled < count {
      let more = bytes.withUnsafeMutableBytes { buffer in
        buffer.baseAddress.map { getrandom($0 + filled, count - filled, 0) } ?? 0
      }
      if more < 0, tm_errno() != EINTR { throw SystemError.last("read", "random bytes") }
      filled += max(0, more)
    }
    return bytes
  }

  /// A random 64-bit number.
  package static func word() throws(SystemError) -> UInt64 {
    try bytes(8).reduce(0) { $0 << 8 | UInt64($1) }
  }
}
