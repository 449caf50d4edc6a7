// SPDX-License-Identifier: Apache-2.0
internal import Devices
internal import PhaseSpace

/// What tells the time of a captured frame.
enum CaptureClock {
  /// The card's own clock, tied to the monotonic one.
  case card(AudioClock)
  /// The monotonic clock alone.
  case monotonic(FrameClock)

  /// The monotonic time of a frame in nanoseconds; nil before a card's first timestamp.
  func time(of frame: Int64) -> Int64? {
    switch self {
    case .card(let clock): clock.time(ofFrame: frame)
    case .monotonic(let clock): clock.time(of: frame)
    }
  }
}
