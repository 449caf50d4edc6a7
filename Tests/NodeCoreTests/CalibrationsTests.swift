// SPDX-License-Identifier: Apache-2.0
import Foundation
import Inputs
import Testing

@testable import NodeCore

/// Corrections are composed, stored whole and read back; a damaged file changes nothing.
struct CalibrationsTests {
  private let path = FileManager.default.temporaryDirectory
    .appendingPathComponent("calibration-\(UUID().uuidString).json").path

  @Test func entriesAreStoredAndForgotten() throws {
    defer { try? FileManager.default.removeItem(atPath: path) }
    #expect(try Calibrations.load(path).entries.isEmpty)
    var calibrations = Calibrations()
    calibrations.set("air", "temperature", try Calibration(scale: 1.01, offset: -0.8))
    calibrations.set("air", "pressure", Calibration(offset: 2))
    calibrations.set("air", "pressure", .none)
    try calibrations.save(path)
    let read = try Calibrations.load(path)
    #expect(read.entries == calibrations.entries && read.entries.count == 1)
    #expect(try read.calibration("air", "temperature") == Calibration(scale: 1.01, offset: -0.8))
    #expect(read.calibration("air", "pressure") == .none)
  }

  @Test(arguments: ["air\ttemperature\n", "air\ttemperature\tx\t0\n", "a\tb\t1\tnan\n", "{}"])
  func damagedFilesAreNamed(_ text: String) throws {
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    let failure = #expect(throws: Calibrations.Failure.self) { try Calibrations.load(path) }
    #expect(failure?.description.hasPrefix("\(path):1: expected") == true)
  }
}
