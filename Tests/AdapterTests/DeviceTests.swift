// SPDX-License-Identifier: Apache-2.0

import Devices
import Foundation
import Inputs
import Outputs
import Testing

extension AdapterTests {
  /// The parts that need no device.
  @Suite struct DeviceTests {
    @Test func pausesDoubleUpToHalfAMinute() {
      var backoff = Backoff()
      let pauses = (0..<9).map { _ in Double(backoff.pause(workedNanoseconds: 0)) / 1e9 }
      #expect(pauses == [0.5, 1, 2, 4, 8, 16, 30, 30, 30])
      #expect(backoff.pause(workedNanoseconds: 9 * second) == 30 * second)
      #expect(backoff.pause(workedNanoseconds: 10 * second) == second / 2)
      #expect(backoff.pause(workedNanoseconds: 0) == second)
    }

    @Test func frameTimesStayExactForYears() {
      let clock = FrameClock(start: 5, rate: 44_100)
      #expect(clock.framesDue(at: 0) == 0 && clock.framesDue(at: 5) == 0)
      #expect(clock.framesDue(at: 5 + second) == 44_100)
      #expect(clock.framesDue(at: 5 + second - 1) == 44_099)
      let decade = 315_360_000 * second
      #expect(clock.framesDue(at: 5 + decade) == 44_100 * 315_360_000)
      #expect(clock.time(of: 44_100 * 315_360_000) == 5 + decade)
      #expect(clock.time(of: 441) == 5 + second / 100)
    }

    @Test(arguments: [("s16_le", SampleFormat.int16), ("S32", .int32), ("FLOAT_LE", .float32)])
    func formatsHaveAlsasNames(name: String, format: SampleFormat) {
      #expect(SampleFormat(name) == format && SampleFormat(format.description) == format)
    }

    @Test func unknownFormatIsNone() {
      #expect(SampleFormat("S24_3LE") == nil && SampleFormat("") == nil)
    }

    @Test func floatThatIsNoNumberBecomesSilence() {
      let raw: [Float] = [.nan, .infinity, 0.5]
      var decoded = [Float](repeating: 1, count: 3)
      raw.withUnsafeBytes { bytes in
        guard let start = bytes.baseAddress else { return }
        SampleFormat.float32.decode(start, channels: 1, channel: 0, frames: 3, into: &decoded)
      }
      #expect(decoded == [0, 0, 0.5])
    }

    @Test func loudSamplesAreClippedNotWrapped() {
      let loud: [Float] = [2, -2]
      for format in [SampleFormat.int16, .int32, .float32] {
        var raw = [UInt8](repeating: 0, count: 2 * format.bytes)
        raw.withUnsafeMutableBytes { bytes in
          guard let start = bytes.baseAddress else { return }
          format.encode(loud, channels: 1, frames: 2, into: start)
        }
        let sound = samples(Data(raw), format: format, channels: 1, channel: 0)
        #expect(abs(sound[0] - 1) < 1e-4 && abs(sound[1] + 1) < 1e-4)
      }
    }

    @Test func listNamesThePCMsOfTheConfiguration() throws {
      let lab = try SoundLab()
      try lab.define("kitchen", "type null hint { show on description \"Null in the kitchen\" }")
      let kitchen = try #require(SoundCards.list.first { $0.name == "kitchen" })
      #expect(kitchen.summary == "Null in the kitchen" && kitchen.captures && kitchen.plays)
    }
  }
}
