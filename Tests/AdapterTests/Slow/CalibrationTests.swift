// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Devices
@testable import Inputs
@testable import PhaseSpace
@testable import Runtime

@Suite struct CalibrationTests {
  @Test func onePointIsAnOffsetAndTwoAreAScale() throws {
    #expect(try Calibration(read: 21.5, truth: 20) == Calibration(offset: -1.5))
    // Ice water and boiling water.
    let two = try Calibration(low: (1.2, 0), high: (98.2, 100))
    #expect(abs(two.applied(to: 1.2)) < 1e-12)
    #expect(abs(two.applied(to: 98.2) - 100) < 1e-12)
    #expect(abs(two.undone(two.applied(to: 37)) - 37) < 1e-12)
  }

  @Test func pointsThatTellNothingAreRefused() {
    #expect(throws: Calibration.Problem.self) {
      try Calibration(low: (20, 20), high: (20.001, 30))
    }
    #expect(throws: Calibration.Problem.self) { try Calibration(low: (0, 0), high: (1, 100)) }
    #expect(throws: Calibration.Problem.self) { try Calibration(low: (0, 0), high: (1, -1)) }
    #expect(throws: Calibration.Problem.self) { try Calibration(read: .nan, truth: 1) }
  }

  @Test func entriesAreKeptAsText() throws {
    let entry = CalibrationEntry(
      id: "cellar air", quantity: "temperature", try Calibration(scale: 1.02, offset: -0.375))
    #expect(CalibrationEntry(line: entry.line) == entry)
    var wrong = 0
    let file = "# made by hand\n\n\(entry.line)\nair\tpressure\t1\t2.5\n"
    let entries = CalibrationEntry.entries(of: file, wrongLine: &wrong)
    #expect(entries?.count == 2)
    #expect(entries?.last?.calibration == Calibration(offset: 2.5))
    for line in [
      "air\tpressure\t1", "air\tpressure\tone\t2", "air\tpressure\t1\t2x", "\tp\t1\t2",
      "air\tpressure\t100\t0", "air\tpressure\t1\tnan",
    ] {
      #expect(CalibrationEntry.entries(of: "#\n" + line, wrongLine: &wrong) == nil)
      #expect(wrong == 2)
    }
  }

  @Test func aCalibratedInputReadsTheTruth() throws {
    let services = AdapterServices(reactor: try Reactor())
    let device = ScriptedDevice([.temperature(-40...85)])
    device.script = { _ in .values(SIMD8(repeating: 22)) }
    let input = try SlowInput.made(
      device, [("every", .one("4ms")), ("offset", .one("0.5")), ("unit", .one("°F"))])
    #expect(input.point("temperature", truth: 68) == nil)
    input.start(on: services)
    _ = services.reactor.run(atMost: 20_000_000)
    #expect(abs(input.readings[0].value - (22.5 * 1.8 + 32)) < 1e-9)
    // A reference says 68 °F, 20 °C.
    let point = try #require(input.point("temperature", truth: 68))
    #expect(point.read == 22)
    let calibration = try Calibration(read: point.read, truth: point.truth)
    input.calibrations = [
      CalibrationEntry(id: "other", quantity: "temperature", Calibration(offset: 9)),
      CalibrationEntry(id: "air", quantity: "temperature", calibration),
    ]
    #expect(input.calibrations.count == 1)
    #expect(abs(input.readings[0].value - 68) < 1e-9)
    // The range is calibrated with the values: its ends are still ends.
    #expect(input.series[0].encoder.range == -42...83)
    input.calibrations = []
    #expect(abs(input.readings[0].value - (22.5 * 1.8 + 32)) < 1e-9)
    input.stop()
  }
}
