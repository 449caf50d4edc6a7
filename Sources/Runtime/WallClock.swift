// SPDX-License-Identifier: Apache-2.0

internal import CSystem

/// The time of day, for people; nothing is measured with it.
package enum WallClock {
  /// Hands out the time in UTC as text ("2026-11-21T12:45:03Z"), allocating nothing.
  package static func withText<Result>(
    _ body: (UnsafeBufferPointer<UInt8>) -> Result
  ) -> Result {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 21) { text in
      if let start = text.baseAddress { tm_format_utc(tm_realtime_ns(), start) }
      let bytes = UnsafeRawBufferPointer(text).bindMemory(to: UInt8.self)
      return body(UnsafeBufferPointer(rebasing: bytes.prefix(20)))
    }
  }
}
