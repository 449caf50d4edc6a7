// SPDX-License-Identifier: Apache-2.0
import Devices
import Foundation
import Inputs
import Runtime
import Testing

/// The adapter of the guide is the one that is compiled here, and it works.
struct DocumentedAdapterTests {
  @Test func theGuideShowsThisFile() throws {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let code = try String(
      contentsOf: tests.appendingPathComponent("DocumentedAdapter.swift"), encoding: .utf8)
    let guide = try String(
      contentsOf: tests.appendingPathComponent("../../Documentation/WritingAnAdapter.md"),
      encoding: .utf8)
    #expect(guide.contains("```swift\n\(code)```"))
  }

  @Test func itMeasures() throws {
    let reactor = try Reactor()
    let services = AdapterServices(reactor: reactor)
    let input = try LoadAverage.type.input([("id", .one("work")), ("every", .one("10ms"))])
    input.start(on: services)
    defer { input.stop() }
    _ = reactor.run(atMost: 100_000_000)
    #expect(input.status.isWorking, "\(input.status)")
    #expect(input.readings.first?.name == "load" && input.channels[0].name == "trend-load")
    #expect(input.latest(0) != nil)
    #expect(try input.probe(services).hasPrefix("/proc/loadavg: "))
  }
}
