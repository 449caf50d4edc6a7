// SPDX-License-Identifier: Apache-2.0

internal import CSystem

/// One line per event on standard error, at a bounded rate.
///
/// Lines of one area and level that come faster than the bound are counted and summed up in one
/// line when the rate allows again. So are lines that nobody reads: a full pipe or a stopped
/// terminal must not stop the program.
package final class Log {
  /// How much an event matters; the raw values are those of syslog.
  package enum Level: Int, Comparable, CustomStringConvertible {
    case error = 3
    case warning = 4
    case info = 6
    case debug = 7

    package static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }

    package var description: String {
      switch self {
      case .error: "error"
      case .warning: "warning"
      case .info: "info"
      case .debug: "debug"
      }
    }
  }

  /// Areas told apart for the rate; further ones share the last place.
  private static let areas = 64
  /// Longest message, bytes; what poll(2) calls writable takes a line of this length at once.
  private static let longest = 3500

  private struct Rate {
    let area: String
    let level: Level
    var bucket: RateBucket
    var dropped = 0
  }

  /// Events less important than this are not written.
  package var threshold: Level
  private let descriptor: Int32
  private let isJournal: Bool
  private let burst: Int
  private let clock: () -> Int64
  private var rates: [Rate] = []
  private var unread = 0

  /// A log on a descriptor that lets `burst` lines through at once and then one a second.
  ///
  /// Where `journalStream` names the descriptor, lines carry a priority instead of the time.
  package init(
    threshold: Level = .info, descriptor: Int32 = 2, burst: Int = 20,
    journalStream: String? = Environment.variable("JOURNAL_STREAM"),
    clock: @escaping () -> Int64 = { MonotonicClock.now }
  ) {
    (self.threshold, self.descriptor) = (threshold, descriptor)
    (self.burst, self.clock) = (burst, clock)
    isJournal = journalStream.map { tm_is_journal(descriptor, $0) == 1 } ?? false
  }

  package func error(_ area: String, _ message: @autoclosure () -> String) {
    write(.error, area, message)
  }

  package func warning(_ area: String, _ message: @autoclosure () -> String) {
    write(.warning, area, message)
  }

  package func info(_ area: String, _ message: @autoclosure () -> String) {
    write(.info, area, message)
  }

  package func debug(_ area: String, _ message: @autoclosure () -> String) {
    write(.debug, area, message)
  }

  private func write(_ level: Level, _ area: String, _ message: () -> String) {
    guard level <= threshold else { return }
    let place = place(of: area, level)
    guard rates[place].bucket.take(at: clock()) else {
      rates[place].dropped += 1
      return
    }
    if rates[place].dropped > 0 {
      line(level, area, "\(rates[place].dropped) similar lines dropped")
      rates[place].dropped = 0
    }
    line(level, area, message())
  }

  private func place(of area: String, _ level: Level) -> Int {
    for index in rates.indices where rates[index].level == level && rates[index].area == area {
      return index
    }
    if rates.count == Log.areas { return Log.areas - 1 }
    let bucket = RateBucket(burst: burst, perSecond: 1, at: clock())
    rates.append(Rate(area: area, level: level, bucket: bucket))
    return rates.count - 1
  }

  private func line(_ level: Level, _ area: String, _ message: String) {
    guard takesLine else {
      unread += 1
      return
    }
    let lost = unread
    unread = 0
    if lost > 0 { line(.warning, "log", "\(lost) lines lost: nobody read them") }
    let start = isJournal ? "<\(level.rawValue)>" : "\(Log.timeOfDay()) \(level) "
    // One event, one line: a line break inside a message would forge another event.
    let bytes = message.utf8.prefix(Log.longest).map { $0 < 32 || $0 == 127 ? 63 : $0 }
    let safe = String(decoding: bytes, as: UTF8.self)
    _ = StandardOutput.write("\(start)\(area): \(safe)\n", to: descriptor)
  }

  private var takesLine: Bool {
    var slot = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    return poll(&slot, 1, 0) == 1
  }

  private static func timeOfDay() -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 21) { text in
      guard let start = text.baseAddress else { return "" }
      tm_format_utc(tm_realtime_ns(), start)
      return String(cString: start)
    }
  }
}
