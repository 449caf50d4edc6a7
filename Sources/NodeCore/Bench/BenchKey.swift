// SPDX-License-Identifier: Apache-2.0

/// What `taumesh bench` measures: the keys of its JSON, in their order.
package enum BenchKey: String, CaseIterable, Sendable {
  case nanosecondsPerSample = "ns_per_sample"
  case nanosecondsPerReading = "ns_per_reading"
  case nanosecondsMeshState = "ns_mesh_state"
  case nanosecondsPulseSeal = "ns_pulse_seal"
  case nanosecondsPulseOpen = "ns_pulse_open"
  case nanosecondsFrameEncode = "ns_frame_encode"
  case nanosecondsFrameDecode = "ns_frame_decode"
  case framesPerSecond = "frames_per_second"
  case pulseMedian = "pulse_p50_ns"
  case pulseTail = "pulse_p99_ns"
  case pingPongMedian = "pingpong_p50_ns"
  case pingPongTail = "pingpong_p99_ns"
  case residentKiB = "rss_kb"
  case anonymousKiB = "anon_kb"
  case allocationsPerBlock = "allocs_per_block"
  case allocationsPerPulse = "allocs_per_pulse"
  case allocationsPerTick = "allocs_per_tick"
  case allocationsPerReading = "allocs_per_reading"

  /// Whether its value is an object of parts rather than one number.
  package var hasParts: Bool {
    switch self {
    case .nanosecondsPerSample, .nanosecondsPerReading, .nanosecondsMeshState, .framesPerSecond,
      .allocationsPerReading:
      true
    default: false
    }
  }

  package var unit: String {
    switch self {
    case .residentKiB, .anonymousKiB: "kB"
    case .allocationsPerBlock, .allocationsPerPulse, .allocationsPerTick, .allocationsPerReading: ""
    case .framesPerSecond: "/s"
    default: "ns"
    }
  }
}
