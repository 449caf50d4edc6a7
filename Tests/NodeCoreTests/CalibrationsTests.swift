// SPDX-License-Identifier: Apache-2.0
import Devices
import Foundation
import Testing

@testable import NodeCore

/// Corrections are composed, stored whole and read back; a damaged file changes nothing.
struct CalibrationsTests {
  private let path = FileManager.default.temporaryDirectory
    .appendingPathComponent("calibration-\(UUID().uuidString).json").path

  @Test func twoPointsGiveTheLineThroughThem() throws {
    let ice = try #require(Calibration(shown: (0.4, 99.1), true: (0, 100)))
    #expect(abs(ice(0.4)) < 1e-12 && abs(ice(99.1) - 100) < 1e-12)
    #expect(Calibration(shown: (5, 5), true: (0, 1)) == nil)
    #expect(Calibration(shown: (0, 1), true: (3, 3)) == nil)
    // What is shown after the first is what the second corrects.
    let both = ice.then(Calibration(offset: -0.5))
    #expect(abs(both(99.1) - 99.5) < 1e-12)
  }

  @Test func entriesAreStoredAndForgotten() throws {
    defer { try? FileManager.default.removeItem(atPath: path) }
    #expect(try Calibrations.load(path).entries.isEmpty)
    var calibrations = Calibrations()
    calibrations.set("air", "temperature", Calibration(scale: 1.01, offset: -0.8))
    calibrations.set("air", "pressure", Calibration(offset: 2))
    calibrations.set("air", "pressure", .none)
    try calibrations.save(path)
    let read = try Calibrations.load(path)
    #expect(read.entries == calibrations.entries && read.entries.count == 1)
    #expect(read.calibration("air", "temperature") == Calibration(scale: 1.01, offset: -0.8))
    #expect(read.calibration("air", "pressure") == .none)
  }

  @Test(arguments: [
    "", "[]", "{}", "{\"calibrations\":[{\"input\":\"a\"}]}",
    "{\"calibrations\":[{\"input\":\"a\",\"quantity\":\"b\",\"scale\":0,\"offset\":1}]}",
  ])
  func damagedFilesAreNamed(_ text: String) throws {
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    let failure = #expect(throws: Calibrations.Failure.self) { try Calibrations.load(path) }
    #expect(failure?.description.contains(path) == true)
  }
}
