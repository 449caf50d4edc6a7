// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import NodeCore

/// What the parser takes, and that every refusal names its line.
struct YAMLParserTests {
  private func parse(_ text: String) throws -> YAMLValue {
    try YAMLParser.parse(Array(text.utf8), file: "t.yaml")
  }

  private func message(_ text: String) -> String {
    do throws(ConfigurationFailure) {
      _ = try YAMLParser.parse(Array(text.utf8), file: "t.yaml")
      return "accepted"
    } catch { return error.description }
  }

  @Test func keepsOrderAndLines() throws {
    let root = try parse("b: 1\na:\n  - x\n  - { y: 2 }\n")
    guard case .mapping(let entries) = root.content else {
      Issue.record("not a mapping")
      return
    }
    #expect(entries.map(\.key) == ["b", "a"])
    #expect(entries.map(\.line) == [1, 2])
    guard case .sequence(let elements) = entries[1].value.content else {
      Issue.record("not a list")
      return
    }
    #expect(elements.map(\.line) == [3, 4])
  }

  @Test(arguments: [
    ("a: 1\na: 2\n", "t.yaml:2: a: given twice, first on line 1"),
    ("a: &x 1\nb: *x\n", "t.yaml:1: an anchor"),
    ("b: *x\n", "t.yaml:1: "),
    ("a: [1, 2\nb: 3\n", "t.yaml:2: not YAML"),
    ("a: 1\n---\nb: 2\n", "t.yaml:2: a second document"),
    ("? [1]\n: 2\n", "t.yaml:1: a key that is not plain text"),
    ("\tname: x\n", "t.yaml:1: not YAML"),
  ])
  func refuses(_ text: String, _ start: String) {
    #expect(message(text).hasPrefix(start), "\(message(text))")
  }

  @Test func refusesTooDeepAndTooMany() {
    let deep = String(repeating: "[", count: 17) + String(repeating: "]", count: 17)
    #expect(message(deep).hasSuffix("nested deeper than 16 levels"))
    let many = "[" + String(repeating: "1,", count: 4097) + "]"
    #expect(message(many).hasSuffix("more than 4096 values"))
  }

  @Test func takesAnEmptyFile() throws {
    guard case .mapping(let entries) = try parse("").content else {
      Issue.record("not a mapping")
      return
    }
    #expect(entries.isEmpty)
  }
}
