// SPDX-License-Identifier: Apache-2.0
import Devices
import Foundation
import Outputs
import PhaseSpace
import Runtime
import Testing

@Suite struct TextLogTests {
  private let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("text-log-\(UUID().uuidString)")
  private let reactor: Reactor

  init() throws {
    reactor = try Reactor()
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  private func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  private func text(_ path: String, _ more: [(String, GivenValue)] = []) throws -> TextLog {
    let type = try #require(OutputType.named("text"))
    return try #require(
      try type.output([("id", .one("log")), ("path", .one(path))] + more) as? TextLog)
  }

  private func read(_ path: String) throws -> String {
    try String(contentsOfFile: path, encoding: .utf8)
  }

  private func apply(
    _ output: TextLog, _ count: Int, every: Int64 = 1_000_000_000, after: Int64 = 0
  ) {
    var situation = StateDisplayTests.situation("hu\"m\n")
    situation.now = MonotonicClock.now + after
    for _ in 0..<count {
      output.apply(situation)
      situation.now += every
    }
  }

  @Test func `Lines are JSON, at most one a period`() throws {
    let output = try text(path("log"))
    output.start(on: AdapterServices(reactor: reactor))
    apply(output, 31, every: 100_000_000)
    output.stop {}
    let lines = try read(path("log")).split(separator: "\n")
    #expect(lines.count == 4)
    for line in lines {
      let object = try #require(
        try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      #expect(object["channel"] as? String == "hu?m?")
      #expect(object["coherence"] as? Double == 0.834)
      #expect(abs((object["phase"] as? Double ?? 0) - 123 * Double.pi / 180) < 0.001)
      #expect(object["nodes"] as? Int == 5 && object["state"] as? String == "emergent")
      let time = try #require(object["time"] as? String)
      #expect(ISO8601DateFormatter().date(from: time) != nil)
    }
  }

  @Test func `Plain lines, and those of rest, are one line each`() throws {
    let output = try text(path("log"), [("style", .one("plain"))])
    output.start(on: AdapterServices(reactor: reactor))
    output.apply(OutputSituation(channel: "hum", now: MonotonicClock.now))
    output.stop {}
    let line = try read(path("log"))
    #expect(line.hasSuffix("Z hum state resting\n") && line.utf8.count == 39)
  }

  @Test func `A file that is full is kept once and begun anew`() throws {
    let output = try text(path("log"), [("limit", .one("1"))])
    output.start(on: AdapterServices(reactor: reactor))
    apply(output, 60)
    output.stop {}
    let (now, before) = (try read(path("log")), try read(path("log.1")))
    #expect(now.utf8.count <= 1024 && before.utf8.count <= 1024 && !now.isEmpty)
    #expect(now.hasSuffix("}\n") && before.hasSuffix("}\n"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 2)
    #expect(output.counters.frames == 60)
  }

  @Test func `A full file system is said once, and lines come again when there is room`() throws {
    let output = try text("/dev/full")
    let (reading, writing) = try pipe()
    let log = Log(descriptor: writing, journalStream: nil)
    output.start(on: AdapterServices(reactor: reactor, log: log))
    apply(output, 5)
    #expect(output.counters.overruns == 5 && output.status.isWorking)
    output.stop {}
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = Foundation.read(reading, &bytes, bytes.count)
    let said = String(decoding: bytes[..<count], as: UTF8.self)
    #expect(said.split(separator: "\n").count == 1 && said.contains("no room for /dev/full"))
    close(reading)
    close(writing)
  }

  @Test func `A FIFO without reader is waited for; a reader that dawdles loses lines`() throws {
    #expect(mkfifo(path("fifo"), 0o600) == 0)
    let output = try text(path("fifo"))
    output.start(on: AdapterServices(reactor: reactor))
    #expect("\(output.status)".contains("nobody reads this FIFO"))
    let reader = open(path("fifo"), O_RDONLY | O_NONBLOCK)
    _ = reactor.run(atMost: 700_000_000)
    #expect(output.status.isWorking)
    apply(output, 1000)
    #expect(output.counters.overruns > 0 && output.status.isWorking)
    var bytes = [UInt8](repeating: 0, count: 65536)
    let count = Foundation.read(reader, &bytes, bytes.count)
    // Whole lines only, whatever was dropped.
    for line in bytes[..<count].split(separator: UInt8(ascii: "\n")) {
      #expect(line.first == UInt8(ascii: "{") && line.last == UInt8(ascii: "}"))
    }
    signal(SIGPIPE, SIG_IGN)
    close(reader)
    apply(output, 1, after: 2_000_000_000_000)
    #expect("\(output.status)".contains("Broken pipe"))
    output.stop {}
  }

  private func pipe() throws -> (Int32, Int32) {
    var ends: [Int32] = [0, 0]
    try #require(Foundation.pipe(&ends) == 0)
    return (ends[0], ends[1])
  }
}
