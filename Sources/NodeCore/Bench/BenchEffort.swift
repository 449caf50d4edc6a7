// SPDX-License-Identifier: Apache-2.0

/// How long and how often is measured.
package struct BenchEffort: Sendable {
  /// Least duration of one timed round, ns.
  package var roundNanoseconds: Int64 = 5_000_000
  /// Timed rounds, of which the median counts.
  package var rounds = 9
  /// Sizes of the mesh whose state is timed, in peers.
  package var meshes = [3, 40, 1000]
  /// Rounds of pulses and as many of bare datagrams, by turns.
  package var hopRounds = 100
  /// Round trips in each.
  package var hopsPerRound = 200
  /// Frames sent through a connection in one timed round.
  package var frames = 20_000
  /// Pulses and ticks over which allocations are counted.
  package var countedTurns = 2000
  /// How long a microphone is listened to while its allocations are counted, ns.
  package var listenNanoseconds: Int64 = 2_000_000_000
  /// How long an idle node rests before its memory is read, ns.
  package var settleNanoseconds: Int64 = 5_000_000_000

  package static let full = BenchEffort()

  package init() {}
}
