// SPDX-License-Identifier: Apache-2.0

/// What an adapter has counted since it was made; nothing is ever reset.
package struct AdapterCounters: Equatable, Sendable {
  /// Frames read or written.
  package var frames: Int64 = 0
  /// Blocks processed.
  package var blocks: Int64 = 0
  /// Overruns of an input or underruns of an output that were recovered.
  package var overruns: Int64 = 0
  /// Values, lines or edges that were not taken: implausible, unreadable, bounces.
  package var refused: Int64 = 0
  /// Events or frames the kernel dropped because nobody had read them in time.
  package var lost: Int64 = 0
  /// Times the device failed or could not be opened.
  package var failures: Int64 = 0
  /// Times the reactor called the adapter.
  package var wakeUps: Int64 = 0

  package init() {}
}
