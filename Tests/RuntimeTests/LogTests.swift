// SPDX-License-Identifier: Apache-2.0

import CSystem
import Runtime
import Testing

@Suite struct LogTests {
  /// A log into a file, on a clock the test moves.
  private final class Bench {
    let folder: TemporaryFolder
    let descriptor: Int32
    var now: Int64 = 0

    init() throws {
      folder = try TemporaryFolder()
      descriptor = tm_open(folder.path + "/log", O_WRONLY | O_CREAT | O_APPEND, 0o600)
    }

    deinit { close(descriptor) }

    /// The lines without their time of day.
    var lines: [String] {
      get throws {
        let bytes = try StateFile.read(folder.path + "/log") ?? []
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n")
          .map { line in line.split(separator: " ", maxSplits: 1).last.map(String.init) ?? "" }
      }
    }
  }

  @Test func oneEventIsOneLine() throws {
    let bench = try Bench()
    let log = Log(threshold: .info, descriptor: bench.descriptor)
    log.warning("mesh", "peer\nerror forged: \u{1b}[31m")
    log.debug("mesh", "not wanted")
    #expect(try bench.lines == ["warning mesh: peer?error forged: ?[31m"])
  }

  @Test func aMessageBelowTheThresholdIsNotEvenMade() throws {
    let bench = try Bench()
    let log = Log(threshold: .warning, descriptor: bench.descriptor)
    func costly() -> String {
      Issue.record("made")
      return ""
    }
    log.info("mesh", costly())
  }

  @Test func aFloodIsSummedUpAndOtherAreasGoOn() throws {
    let bench = try Bench()
    let log = Log(descriptor: bench.descriptor, burst: 3, clock: { bench.now })
    for index in 0..<10 { log.warning("mesh", "drop \(index)") }
    log.warning("sound", "overrun")
    log.error("mesh", "serious")
    bench.now += second
    log.warning("mesh", "after a second")
    bench.now += 60 * second
    for index in 0..<4 { log.warning("mesh", "later \(index)") }
    #expect(
      try bench.lines == [
        "warning mesh: drop 0", "warning mesh: drop 1", "warning mesh: drop 2",
        "warning sound: overrun", "error mesh: serious",
        "warning mesh: 7 similar lines dropped", "warning mesh: after a second",
        "warning mesh: later 0", "warning mesh: later 1", "warning mesh: later 2",
      ])
  }

  @Test func whatNobodyReadsIsLostAndCountedAndNeverWaitedFor() throws {
    var ends: [Int32] = [-1, -1]
    #expect(pipe(&ends) == 0)
    let (reader, writer) = (ends[0], ends[1])
    defer {
      close(reader)
      close(writer)
    }
    let log = Log(descriptor: writer, burst: 100_000)
    // Far more than a pipe holds: a log that waits for its reader hangs here.
    for index in 0..<5000 { log.info("mesh", "line \(index) \(String(repeating: "x", count: 60))") }
    var taken = ""
    var chunk = [UInt8](repeating: 0, count: 1 << 20)
    while !taken.hasSuffix("after\n") {
      let count = read(reader, &chunk, chunk.count)
      taken += String(decoding: chunk[..<count], as: UTF8.self)
      if !taken.contains("after") { log.info("mesh", "after") }
    }
    let lines = taken.split(separator: "\n").map { $0.split(separator: " ", maxSplits: 1)[1] }
    let kept = lines.count { $0.hasPrefix("info mesh: line ") }
    #expect(lines.count { $0 == "warning log: \(5000 - kept) lines lost: nobody read them" } == 1)
  }

  @Test func theJournalGetsAPriorityInsteadOfATime() throws {
    let bench = try Bench()
    var status = stat()
    fstat(bench.descriptor, &status)
    let stream = "\(status.st_dev):\(status.st_ino)"
    let log = Log(descriptor: bench.descriptor, journalStream: stream)
    log.error("mesh", "broken")
    let bytes = try StateFile.read(bench.folder.path + "/log") ?? []
    #expect(String(decoding: bytes, as: UTF8.self) == "<3>mesh: broken\n")
  }
}
