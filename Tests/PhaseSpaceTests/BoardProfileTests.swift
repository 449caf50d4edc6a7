// SPDX-License-Identifier: Apache-2.0
import Foundation
import PhaseSpace
import Testing

/// A board's page of data and the profile compiled into the program say the same.
@Suite struct BoardProfileTests {
  @Test(arguments: ["zero", "pi2", "pi4", "server"])
  func boardDataAndProfileAgree(name: String) throws {
    let values = try Self.values(of: name)
    let profile = try #require(TauProfile(named: name))
    #expect(values["name"] == name)
    #expect(values["profile.tau-base"].flatMap(Double.init) == profile.tauBase)
    #expect(values["profile.tau-max"].flatMap(Double.init) == profile.tauMax)
    #expect(values["profile.tick"].flatMap(Double.init) == profile.tickSeconds)
    #expect(values["profile.integrators"].flatMap(Int.init) == profile.bankCount)
    #expect(values["limits.peers"].flatMap(Int.init) == profile.limits.peers)
    #expect(values["limits.json-arena"].flatMap(Int.init) == profile.limits.jsonArenaBytes)
    #expect(values["limits.write-queue"].flatMap(Int.init) == profile.limits.writeQueueBytes)
    #expect(values["limits.frame-queue"].flatMap(Int.init) == profile.limits.frameQueue)
  }

  /// The scalars of `Boards/NAME/board.yaml`, by `section.key` or `key`.
  private static func values(of board: String) throws -> [String: String] {
    let root = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let file = root.appending(path: "Boards/\(board)/board.yaml")
    var values: [String: String] = [:]
    var section = ""
    for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
      let content = line.prefix { $0 != "#" }
      guard let colon = content.firstIndex(of: ":") else { continue }
      let key = content[..<colon].trimmingCharacters(in: .whitespaces)
      if !content.hasPrefix(" ") { section = key }
      let name = content.hasPrefix(" ") ? "\(section).\(key)" : key
      let value = content[content.index(after: colon)...].trimmingCharacters(in: .whitespaces)
      values[name] = value
    }
    return values
  }
}
