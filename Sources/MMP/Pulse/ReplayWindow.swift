// SPDX-License-Identifier: Apache-2.0

/// Which of the last 1,024 counters were accepted.
///
/// A ring of words, one more than the window needs, so that advancing clears whole words.
/// Source: RFC 6479.
struct ReplayWindow: Sendable {
  /// Counters this far or further behind the newest are refused.
  static let count: UInt64 = 1_024

  enum Verdict: Equatable, Sendable {
    case fresh
    case seen
    case tooOld
  }

  private static let words = 17

  /// One more than the highest accepted counter; 0 before the first.
  private(set) var next: UInt64 = 0
  private var ring = InlineArray<17, UInt64>(repeating: 0)

  func verdict(on counter: UInt64) -> Verdict {
    guard counter < next else { return .fresh }
    guard next - 1 - counter < Self.count else { return .tooOld }
    return ring[Self.word(counter)] & Self.bit(counter) == 0 ? .fresh : .seen
  }

  /// Marks `counter`, which is fresh and below 2^64 − 1.
  mutating func accept(_ counter: UInt64) {
    if counter >= next { advance(to: counter) }
    ring[Self.word(counter)] |= Self.bit(counter)
  }

  private mutating func advance(to counter: UInt64) {
    let newest = next == 0 ? 0 : (next - 1) / 64
    let steps = min(counter / 64 - newest, UInt64(Self.words))
    var step: UInt64 = 0
    while step < steps {
      step += 1
      ring[Int((newest + step) % UInt64(Self.words))] = 0
    }
    next = counter + 1
  }

  private static func word(_ counter: UInt64) -> Int { Int(counter / 64 % UInt64(words)) }

  private static func bit(_ counter: UInt64) -> UInt64 { 1 << (counter % 64) }
}
