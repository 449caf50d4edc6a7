// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import Devices
@testable import Inputs
@testable import PhaseSpace

/// A rhythm in polled values: what an accelerometer on a machine gives at 100 Hz.
@Suite struct SlowBandTests {
  private static let interval: Int64 = 10_000_000

  private func band(range: ClosedRange<Double> = -20...20) -> SlowBand {
    let settings = SampledSettings(frequency: 25, width: 2, rate: 100, floor: 0.1)
    return SlowBand(settings, range: range, staleAfter: 500_000_000)
  }

  /// Feeds `seconds` of a vibration of 25 Hz on gravity, and returns the time of the last value.
  private func shake(_ band: inout SlowBand, amplitude: Double, seconds: Int = 8) -> Int64 {
    var time: Int64 = 0
    for index in 0..<(seconds * 100) {
      time = Int64(index + 1) * Self.interval
      let phase = 2 * Double.pi * 25 * Double(time) * 1e-9
      band.take(9.81 + amplitude * cos(phase + 1), at: time)
    }
    return time
  }

  @Test func vibrationHasItsPhaseAndGravityHasNone() {
    var band = band()
    let time = shake(&band, amplitude: 2)
    let reading = band.reading(at: time)
    #expect(reading.frequency == 25 && reading.quality > 0.9)
    let truth = 2 * Double.pi * 25 * Double(time) * 1e-9 + 1
    let error = reading.phasor * Phasor(re: cos(truth), im: -sin(truth))
    #expect(abs(atan2(error.im, error.re)) < 0.15)
    // A machine at rest has gravity only.
    var still = self.band()
    let end = shake(&still, amplitude: 0)
    #expect(still.reading(at: end).quality == 0)
  }

  @Test func carrierGoesOnBetweenValuesUntilTheyAreStale() {
    var band = band()
    let time = shake(&band, amplitude: 2)
    let now = band.reading(at: time).phasor
    let later = band.reading(at: time + 10_000_000).phasor
    // A quarter turn of 25 Hz in 10 ms.
    let turn = later * now.conjugate
    #expect(abs(turn.re) < 1e-6 && turn.im > 0.99)
    #expect(band.reading(at: time + 500_000_001).quality == 0)
  }

  @Test func clippedValueHasNoQuality() {
    var band = band(range: -20...12)
    let time = shake(&band, amplitude: 2)
    #expect(band.reading(at: time).quality > 0.9)
    band.take(12, at: time + Self.interval)
    #expect(band.reading(at: time + Self.interval).quality == 0)
  }

  @Test func bandIsConfiguredWithinWhatTheRateShows() throws {
    let given: [(String, GivenValue)] = [
      ("every", .one("10ms")), ("measure", .one("temperature")), ("band", .many(["24", "26"])),
    ]
    let input = try SlowInput.made(ScriptedDevice(), given)
    #expect(input.channels.map { $0.name } == ["analytic-25000mHz-temperature"])
    #expect(input.channels[0].frequency == 25)
    #expect(abs(input.channels[0].noiseBandwidth - 1.22 * 2) < 0.02)
    #expect(throws: AdapterProblem.self) {
      try SlowInput.made(
        ScriptedDevice(), [("every", .one("100ms")), ("band", .many(["4", "5"]))])
    }
    #expect(throws: AdapterProblem.self) {
      try SlowInput.made(
        ScriptedDevice(), [("every", .one("10ms")), ("band", .many(["5", "4"]))])
    }
  }
}
