// SPDX-License-Identifier: Apache-2.0

/// Durations of one kind, for their quantiles; the memory is taken before the first.
struct Samples {
  private(set) var values: [Int64] = []
  private let capacity: Int

  /// Room for `capacity` durations; further ones are dropped.
  init(capacity: Int) {
    self.capacity = capacity
    values.reserveCapacity(capacity)
  }

  mutating func add(_ value: Int64) {
    if values.count < capacity { values.append(value) }
  }

  /// The smallest value that at least `share` (0 to 1) of all values do not exceed; nil of none.
  func quantile(_ share: Double) -> Int64? {
    guard !values.isEmpty else { return nil }
    let rank = (share * Double(values.count)).rounded(.up)
    return values.sorted()[min(max(Int(rank), 1), values.count) - 1]
  }
}
