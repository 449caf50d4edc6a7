// SPDX-License-Identifier: Apache-2.0

/// The pauses between attempts to open a device: doubled each time, at most 30 s.
package struct Backoff: Sendable {
  package static let firstNanoseconds: Int64 = 500_000_000
  package static let longestNanoseconds: Int64 = 30_000_000_000
  /// How long a device must have worked for its earlier failures to be forgotten.
  package static let forgivenAfterNanoseconds: Int64 = 10_000_000_000

  private var nextNanoseconds = Backoff.firstNanoseconds

  package init() {}

  /// The pause after a failure of a device that had worked for so long, 0 if it never opened.
  package mutating func pause(workedNanoseconds: Int64) -> Int64 {
    if workedNanoseconds >= Backoff.forgivenAfterNanoseconds {
      nextNanoseconds = Backoff.firstNanoseconds
    }
    let pause = nextNanoseconds
    nextNanoseconds = min(2 * pause, Backoff.longestNanoseconds)
    return pause
  }
}
