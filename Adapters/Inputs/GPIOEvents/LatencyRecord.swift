// SPDX-License-Identifier: Apache-2.0

/// How long things took, as a histogram: four classes for each doubling, from 1 µs to an hour.
///
/// A percentile is the upper end of its class, at most 19 % more than what was measured. Taking one
/// in allocates nothing.
package struct LatencyRecord: Sendable {
  private static let classes = 4 * 33

  /// How many were taken in.
  package private(set) var count: Int64 = 0
  /// The longest, nanoseconds.
  package private(set) var longest: Int64 = 0
  private var counts = [Int64](repeating: 0, count: LatencyRecord.classes)

  package init() {}

  /// Takes in a time in nanoseconds; a negative one counts as none.
  package mutating func take(_ nanoseconds: Int64) {
    let time = max(0, nanoseconds)
    count += 1
    longest = max(longest, time)
    counts[Self.place(of: time)] += 1
  }

  /// The time in nanoseconds within which the share `share` (0…1) of all stayed; 0 for none.
  package func percentile(_ share: Double) -> Int64 {
    guard count > 0 else { return 0 }
    let wanted = max(1, Int64((share * Double(count)).rounded(.up)))
    var seen: Int64 = 0
    for place in counts.indices {
      seen += counts[place]
      if seen >= wanted { return min(longest, Self.end(of: place)) }
    }
    return longest
  }

  /// In units of 1,024 ns: classes 0…3 are below 4 units, then a quarter of a doubling each.
  private static func place(of time: Int64) -> Int {
    let units = UInt64(time) >> 10
    guard units >= 4 else { return Int(units) }
    let doubling = 63 - units.leadingZeroBitCount
    let quarter = Int(units >> UInt64(doubling - 2)) & 3
    return min(classes - 1, 4 * (doubling - 1) + quarter)
  }

  /// The first time of the next class.
  private static func end(of place: Int) -> Int64 {
    guard place >= 4 else { return Int64(place + 1) << 10 }
    let (doubling, quarter) = (place / 4 + 1, place % 4)
    return (Int64(5 + quarter) << Int64(doubling - 2)) << 10
  }
}
