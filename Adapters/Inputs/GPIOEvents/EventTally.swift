// SPDX-License-Identifier: Apache-2.0
internal import Devices
internal import PhaseSpace

/// What the edges of one line come to: events, their phase, what was lost, how late they were.
struct EventTally {
  /// A stamp that far from now is of another clock (kernels before 5.7 stamp with the wall clock).
  private static let sanity: Int64 = 60_000_000_000

  private(set) var encoder: EventEncoder
  /// From the kernel's stamp to here.
  private(set) var latency = LatencyRecord()
  /// Edges the kernel had no room for.
  private(set) var lost: Int64 = 0
  private var sequence: UInt32 = 0
  private var hasEvent = false

  init(_ settings: EventSettings) { encoder = EventEncoder(settings) }

  /// Takes an edge that is looked at `now`.
  mutating func take(_ edge: GPIOInput.Edge, at now: Int64) {
    // 0 where the library numbers nothing; the first edge may have any number.
    if edge.sequence != 0 {
      let gap = edge.sequence &- sequence &- 1
      if hasEvent, gap > 0, gap < 1 << 31 {
        lost += Int64(gap)
        encoder.restart()
      }
      sequence = edge.sequence
    }
    hasEvent = true
    let isSane = (now - edge.time).magnitude < UInt64(Self.sanity)
    if isSane { latency.take(now - edge.time) }
    encoder.take(at: isSane ? edge.time : now)
  }

  /// The line was opened anew: what was counted stays, rhythm and numbers begin again.
  mutating func reopen() {
    hasEvent = false
    encoder.restart()
  }
}
