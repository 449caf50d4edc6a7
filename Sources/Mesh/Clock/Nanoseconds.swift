// SPDX-License-Identifier: Apache-2.0

/// Seconds, milliseconds and the like as nanoseconds of the monotonic clock.
package enum Nanoseconds {
  package static let millisecond: Int64 = 1_000_000
  package static let second: Int64 = 1_000_000_000
}
