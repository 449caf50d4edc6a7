// SPDX-License-Identifier: Apache-2.0

internal import CSystem

/// The clocks of the machine; pure code is given times and never calls these.
package enum MonotonicClock {
  /// CLOCK_MONOTONIC in nanoseconds, read now; within a handler `Reactor.now` often does.
  package static var now: Int64 { tm_monotonic_ns() }

  /// CLOCK_REALTIME in nanoseconds since 1970, for file names and logs only.
  package static var wallTime: Int64 { tm_realtime_ns() }
}
