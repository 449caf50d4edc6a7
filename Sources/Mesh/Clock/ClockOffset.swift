// SPDX-License-Identifier: Apache-2.0

/// Follows one peer's clock by exchanges of sealed pings.
///
/// Keeps the last 256 readings, takes the quarter with the shortest delay (a slow reading was
/// held up somewhere, on one of its two ways), and lays a line of least squares through it.
/// Nothing is allocated after `init`.
package struct ClockOffset: Sendable {
  /// Readings kept.
  package static let window = 256
  /// Exchanges from which an estimate is given, with a wide bound.
  package static let first = 8
  /// Exchanges from which the estimate includes the skew.
  package static let full = 64
  /// No working pair of crystals differs by more.
  package static let largestSkew = 500e-6

  /// What is known now; `nil` before 8 exchanges.
  package private(set) var estimate: ClockEstimate?
  /// Readings taken since the start or the last step.
  package private(set) var exchanges = 0
  /// Exchanges refused because their stamps cannot be true.
  package private(set) var refused: UInt64 = 0
  /// Times that the peer's clock (or the own) jumped and everything was begun again.
  package private(set) var steps: UInt64 = 0

  private var readings: [ClockReading]
  /// Indices into `readings`, shortest delay first, the older first among equals.
  private var order: [UInt8]
  private var contradictions = 0

  package init() {
    let empty = ClockReading(local: 0, offset: 0, delay: 0)
    readings = [ClockReading](repeating: empty, count: Self.window)
    order = []
    order.reserveCapacity(Self.window)
  }

  /// Takes one exchange into account.
  ///
  /// - Returns: Whether its stamps were plausible.
  @discardableResult
  package mutating func add(_ exchange: ClockExchange) -> Bool {
    guard let reading = exchange.reading else {
      refused += 1
      return false
    }
    noticeStep(reading)
    insert(reading)
    if exchanges >= Self.first {
      estimate = exchanges >= Self.full ? leastSquares() : level()
    }
    return true
  }

  /// The peer's `time` in the own clock; `nil` before an estimate.
  package func peerToLocal(_ time: Int64) -> Int64? { estimate?.peerToLocal(time) }

  /// A clock that stopped while its machine slept contradicts the line for good: three readings
  /// in a row outside every possible error mean a new line.
  private mutating func noticeStep(_ reading: ClockReading) {
    guard let estimate, let peer = estimate.localToPeer(reading.local) else { return }
    let predicted = peer - reading.local
    let allowed = Double(reading.delay) / 2 + Double(estimate.errorBound(at: reading.local))
    let isPossible = abs(Double(reading.offset) - Double(predicted)) <= allowed
    contradictions = isPossible ? 0 : contradictions + 1
    guard contradictions >= 3 else { return }
    steps += 1
    reset()
  }

  /// Forgets everything, as for a new session with a peer that started again.
  package mutating func reset() {
    estimate = nil
    exchanges = 0
    contradictions = 0
    order.removeAll(keepingCapacity: true)
  }

  private mutating func insert(_ reading: ClockReading) {
    let slot = UInt8(truncatingIfNeeded: exchanges)
    if exchanges >= Self.window {
      for index in 0..<order.count where order[index] == slot {
        order.remove(at: index)
        break
      }
    }
    readings[Int(slot)] = reading
    var index = order.count
    while index > 0, readings[Int(order[index - 1])].delay > reading.delay { index -= 1 }
    order.insert(slot, at: index)
    exchanges += 1
  }

  private var used: Int { max(2, order.count / 4) }

  /// Before there are enough readings the clocks are taken to run alike, at worst 500 ppm apart.
  private func level() -> ClockEstimate {
    let mean = means()
    return ClockEstimate(
      anchor: mean.local, offset: mean.offset, skew: 0, isFull: false,
      delay: readings[Int(order[0])].delay,
      anchorError: mean.delay / 2 + spread(around: mean) * Self.largestSkew,
      skewError: Self.largestSkew)
  }

  private func leastSquares() -> ClockEstimate {
    let mean = means()
    var (xx, xy, yy) = (0.0, 0.0, 0.0)
    for index in 0..<used {
      let reading = readings[Int(order[index])]
      let (x, y) = (Double(reading.local - mean.local), Double(reading.offset - mean.offset))
      (xx, xy, yy) = (xx + x * x, xy + x * y, yy + y * y)
    }
    let raw = xx > 0 ? xy / xx : 0
    let skew = min(max(raw, -Self.largestSkew), Self.largestSkew)
    let residual = max(0, yy - raw * xy) / Double(max(1, used - 2))
    let deviation = xx > 0 ? (residual / xx).squareRoot() : Self.largestSkew
    return ClockEstimate(
      anchor: mean.local, offset: mean.offset, skew: skew, isFull: true,
      delay: readings[Int(order[0])].delay, anchorError: mean.delay / 2,
      skewError: min(Self.largestSkew, 3 * deviation + 1e-6))
  }

  /// Means of the readings used; offsets of years would lose their nanoseconds as Doubles, so
  /// they are summed as differences from one of them.
  private func means() -> (local: Int64, offset: Int64, delay: Double) {
    let base = readings[Int(order[0])]
    var (local, offset, delay) = (0.0, 0.0, 0.0)
    for index in 0..<used {
      let reading = readings[Int(order[index])]
      local += Double(reading.local - base.local)
      offset += Double(reading.offset - base.offset)
      delay += Double(reading.delay)
    }
    let count = Double(used)
    return (
      base.local + Int64((local / count).rounded()),
      base.offset + Int64((offset / count).rounded()), delay / count
    )
  }

  /// Mean distance in time of the readings used from their mean, nanoseconds.
  private func spread(around mean: (local: Int64, offset: Int64, delay: Double)) -> Double {
    var sum = 0.0
    for index in 0..<used {
      sum += abs(Double(readings[Int(order[index])].local - mean.local))
    }
    return sum / Double(used)
  }
}
