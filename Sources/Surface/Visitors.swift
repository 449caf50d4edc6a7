// SPDX-License-Identifier: Apache-2.0
internal import Runtime

/// The connections that are served, each with what it may still send.
struct Visitors {
  /// Requests or messages of one connection: at once, and a second.
  static let burst = 100
  static let perSecond = 50
  /// Of all connections together.
  static let totalBurst = 400
  static let totalPerSecond = 200

  private struct Visitor {
    let connection: UInt32
    var bucket: RateBucket
  }

  private var visitors: [Visitor] = []
  private var total: RateBucket

  init(at now: Int64) {
    total = RateBucket(burst: Self.totalBurst, perSecond: Self.totalPerSecond, at: now)
  }

  /// Whether one more is taken of a connection; a new one begins to be counted.
  mutating func take(_ connection: UInt32, at now: Int64) -> Bool {
    let place: Int
    if let known = visitors.firstIndex(where: { $0.connection == connection }) {
      place = known
    } else {
      place = visitors.count
      visitors.append(
        Visitor(
          connection: connection,
          bucket: RateBucket(burst: Self.burst, perSecond: Self.perSecond, at: now)))
    }
    return visitors[place].bucket.take(at: now) && total.take(at: now)
  }

  /// Forgets a connection that has ended.
  mutating func leave(_ connection: UInt32) {
    visitors.removeAll { $0.connection == connection }
  }
}
