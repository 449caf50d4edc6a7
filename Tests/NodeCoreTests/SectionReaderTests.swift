// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import NodeCore

/// Values are taken with their units, and a wrong one is answered with what was expected.
struct SectionReaderTests {
  private func reader(_ text: String) throws -> SectionReader {
    try SectionReader(
      try YAMLParser.parse(Array(text.utf8), file: "t.yaml"), file: "t.yaml", path: "mesh")
  }

  private func complaint(_ text: String, _ take: (inout SectionReader) throws -> Void) throws
    -> String
  {
    var reader = try reader(text)
    do {
      try take(&reader)
      return "accepted"
    } catch { return "\(error)" }
  }

  @Test func readsUnits() throws {
    var reader = try reader("a: 5s\nb: 200ms\nc: 1m\nd: 50 Hz\ne: 50Hz\nf: 1.5e3\ng: 30us\n")
    #expect(try reader.duration("a", in: 0...100) == 5)
    #expect(try reader.duration("b", in: 0...100) == 0.2)
    #expect(try reader.duration("c", in: 0...100) == 60)
    #expect(try reader.number("d", in: 0...100, unit: "Hz") == 50)
    #expect(try reader.number("e", in: 0...100, unit: "Hz") == 50)
    #expect(try reader.number("f", in: 0...2000, unit: "Hz") == 1500)
    let tiny = try #require(try reader.duration("g", in: 0...100))
    #expect(abs(tiny - 30e-6) < 1e-12)
    try reader.finish()
  }

  @Test func refusesWrongValuesWithLineKeyAndExpectation() throws {
    #expect(
      try complaint("x: 1\nrate: 99\n") { _ = try $0.integer("rate", in: 1...50) }
        == "t.yaml:2: mesh.rate: is \"99\"; expected a whole number from 1 to 50")
    #expect(
      try complaint("wait: 5\n") { _ = try $0.duration("wait", in: 0...60) }
        .hasPrefix("t.yaml:1: mesh.wait: is \"5\"; expected a duration such as 200ms"))
    #expect(
      try complaint("f: 5 kHz\n") { _ = try $0.number("f", in: 1...50, unit: "Hz") }
        == "t.yaml:1: mesh.f: is \"5 kHz\"; expected 1.0 to 50.0 Hz")
    #expect(
      try complaint("f: nan\n") { _ = try $0.number("f", in: 1...50, unit: "Hz") }
        .hasPrefix("t.yaml:1: mesh.f"))
    #expect(
      try complaint("on: maybe\n") { _ = try $0.flag("on") }
        == "t.yaml:1: mesh.on: is \"maybe\"; expected true or false")
    #expect(
      try complaint("p: sever\n") { _ = try $0.choice("p", of: ["zero", "server"]) }
        == "t.yaml:1: mesh.p: is \"sever\"; expected one of zero, server; did you mean server?")
    #expect(
      try complaint("l: 3\n") { _ = try $0.list("l") }
        == "t.yaml:1: mesh.l: is a single value; expected a list")
    #expect(
      try complaint("a: 1\n") { _ = try $0.requiredText("id") }
        == "t.yaml:1: mesh.id: is missing; expected text")
  }

  @Test func refusesUnknownKeysWithASuggestion() throws {
    let message = try complaint("discovrey: true\n") {
      _ = try $0.flag("discovery")
      try $0.finish()
    }
    #expect(
      message == "t.yaml:1: mesh.discovrey: is not a known key; expected one of discovery; "
        + "did you mean discovery?")
  }
}
