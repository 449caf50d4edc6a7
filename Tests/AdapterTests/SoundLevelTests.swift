// SPDX-License-Identifier: Apache-2.0
import Devices
import Foundation
import Inputs
import Runtime
import Testing

extension AdapterTests {
  @Suite struct SoundLevelTests {
    private func level(_ samples: [Float]) -> SoundLevel {
      var level = SoundLevel()
      samples.withUnsafeBufferPointer { level.add($0) }
      return level
    }

    @Test func `A sine of a tenth of full scale has its peak at -20 and its RMS at -23`() {
      let sine = (0..<16_000).map { 0.2 + 0.1 * Float(sin(Double($0) * 0.1)) }
      #expect(level(sine).description == "peak -20.0 dBFS, RMS -23.0 dBFS")
    }

    @Test func `A dead channel is silent, offset or not; the steps of 16 bits alone are, too`() {
      #expect(level([Float](repeating: 0.3, count: 8000)).isSilent)
      #expect(level((0..<8000).map { $0 % 2 == 0 ? 1 / 32_768 : 0 }).isSilent)
      #expect(!level((0..<8000).map { $0 % 2 == 0 ? 0.001 : 0 }).isSilent)
      #expect(level([]).description == "no sound came")
    }

    @Test func `Sound cut off at full scale clips; one full sample alone does not`() {
      let cut = (0..<800).map { max(-1, min(1, 1.5 * Float(sin(Double($0) * 0.02)))) }
      #expect(level(cut).description.hasSuffix("clipping"))
      var single = [Float](repeating: 0, count: 100)
      single[50] = 1
      #expect(!level(single).isClipping)
    }

    /// An I²S microphone: 24 bits at the top of 32, on one of two channels.
    @Test func `The doctor hears the right channel of a stereo microphone of 32 bits`() throws {
      let lab = try SoundLab()
      var bytes = Data()
      for frame in 0..<48_000 {
        let sample = Int32(0.5 * sin(Double(frame) * 0.05) * 8_388_607) << 8
        for value in [sample, 0] {
          withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
        }
      }
      try lab.write(bytes, to: "mic.raw")
      try lab.defineMicrophone("mic", file: "mic.raw")
      for (channel, expected) in [(0, "peak -6.0 dBFS, RMS -9.0 dBFS"), (1, "silent")] {
        let type = try #require(InputType.named("microphone"))
        let input = try type.input([
          ("id", .one("mic")), ("device", .one("mic")), ("format", .one("S32_LE")),
          ("channels", .one("2")), ("capture-channel", .one("\(channel)")), ("rate", .one("48000")),
        ])
        let said = try input.probe(AdapterServices(reactor: try Reactor()))
        #expect(said.contains("S32_LE, 48000 Hz, 2 channels") && said.contains(expected))
      }
    }

    @Test func `Gains are decibels or percent; a device on no card has no mixer`() throws {
      let lab = try SoundLab()
      try lab.write(Data(count: 200_000), to: "mic.raw")
      try lab.defineMicrophone("mic", file: "mic.raw")
      let type = try #require(InputType.named("microphone"))
      func said(_ gain: String) -> String {
        do {
          let input = try type.input([
            ("id", .one("mic")), ("device", .one("mic")), ("gain", .one(gain)),
          ])
          return try input.probe(AdapterServices(reactor: try Reactor()))
        } catch { return "\(error)" }
      }
      #expect(said("12 dB").contains("it is on no card, so there is no mixer"))
      #expect(said("80%").contains("it is on no card, so there is no mixer"))
      for wrong in ["12", "120 %", "61 dB", "loud", "nan dB"] {
        #expect(said(wrong).hasPrefix("gain: is \"\(wrong)\"; expected decibels"))
      }
    }

    @Test func `A microphone whose indicator cannot be lit stays closed`() throws {
      let lab = try SoundLab()
      try lab.write(Data(count: 200_000), to: "mic.raw")
      try lab.defineMicrophone("mic", file: "mic.raw")
      let type = try #require(InputType.named("microphone"))
      let input = try type.input([
        ("id", .one("mic")), ("device", .one("mic")), ("indicator", .one("no-such-light")),
      ])
      let reactor = try Reactor()
      input.start(on: AdapterServices(reactor: reactor))
      #expect(
        "\(input.status)".contains("\"mic\" stays closed: indicator: is neither LED nor line"))
      #expect(input.counters.frames == 0)
      input.stop()
    }
  }
}
