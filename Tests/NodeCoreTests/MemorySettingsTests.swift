// SPDX-License-Identifier: Apache-2.0
import Cognition
import Foundation
import Testing

@testable import NodeCore

/// The `memory` section: its defaults, its values, and its mistakes with their lines.
struct MemorySettingsTests {
  private static let rest = "node: { name: x, profile: zero }\nmesh: { id: x }\n"

  private func parse(_ text: String) throws -> MemorySettings {
    try Configuration(
      parsing: Array((Self.rest + text).utf8), file: "t.yaml", paths: .system
    ).memory
  }

  private func message(_ text: String) -> String {
    do {
      _ = try parse(text)
      return "accepted"
    } catch { return "\(error)" }
  }

  @Test func defaults() throws {
    let settings = try parse("")
    #expect(settings.coupling.rule == .kuramoto && settings.coupling.unknown == .similar)
    #expect(settings.coupling.entries == 128 && settings.coupling.bytes == 69_632)
    #expect(settings.coupling.peers == 31 && settings.coupling.stateInterval == 5_000_000_000)
    #expect(settings.weights == nil)
  }

  @Test func values() throws {
    let settings = try parse(
      "memory: { drift: cosine, entries: 9, without-state: never, state-interval: 30s }\n")
    #expect(settings.coupling.rule == .cosine && settings.coupling.unknown == .never)
    #expect(settings.coupling.entries == 9)
    #expect(settings.coupling.stateInterval == 30_000_000_000)
  }

  @Test(arguments: [
    ("memory:\n  drift: phase\n", "t.yaml:4: memory.drift:"),
    ("memory:\n  entries: 0\n", "t.yaml:4: memory.entries:"),
    ("memory:\n  entries: 5000\n", "t.yaml:4: memory.entries:"),
    ("memory:\n  drift: cosine\n  without-state: all\n", "t.yaml:5: memory.without-state:"),
    ("memory:\n  state-interval: 5\n", "t.yaml:4: memory.state-interval:"),
    ("memory:\n  state-interval: 10ms\n", "t.yaml:4: memory.state-interval:"),
    ("memory:\n  weights-fil: x\n", "did you mean weights-file?"),
    (
      "memory:\n  weights-file: /nonexistent/w\n",
      "t.yaml:4: memory.weights-file: /nonexistent/w: no such file"
    ),
    ("memory: [1]\n", "t.yaml:3: memory: is a list"),
  ])
  func mistakesAreNamed(_ text: String, _ complaint: String) {
    #expect(message(text).contains(complaint), "\(message(text))")
  }

  /// One cell of three inputs is a weight file, and no encoder of a node.
  @Test func otherShapesAreRefused() {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent()
    let path = tests.appendingPathComponent("vectors/golden-small.safetensors").path
    #expect(
      message("memory:\n  weights-file: \(path)\n").contains("expected two cells of 64 neurons"))
  }
}
