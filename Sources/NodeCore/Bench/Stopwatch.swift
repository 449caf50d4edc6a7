// SPDX-License-Identifier: Apache-2.0
internal import Runtime

/// Work whose cost is to be known.
class Workload {
  /// Keeps the compiler from leaving out work whose result nobody reads.
  final var sink = 0.0

  /// Makes ready, untimed, for `count` operations.
  func prepare(_ count: Int) {}
  /// Does `count` operations, timed.
  func work(_ count: Int) {}
}

/// Times work in rounds long enough for the clock, and gives the median round.
struct Stopwatch {
  /// More operations than this are never done in one round.
  private static let mostOperations = 1 << 24

  let effort: BenchEffort

  /// Nanoseconds per operation.
  func time(_ workload: Workload) -> Double {
    var count = 1
    var last = round(workload, count)
    while last < effort.roundNanoseconds, count < Self.mostOperations {
      count *= 2
      last = round(workload, count)
    }
    var rounds = Samples(capacity: effort.rounds)
    for _ in 0..<effort.rounds { rounds.add(round(workload, count)) }
    return Double(rounds.quantile(0.5) ?? last) / Double(count)
  }

  private func round(_ workload: Workload, _ count: Int) -> Int64 {
    workload.prepare(count)
    let start = MonotonicClock.now
    workload.work(count)
    return MonotonicClock.now - start
  }
}
