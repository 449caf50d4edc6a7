// SPDX-License-Identifier: Apache-2.0

import Devices
import Foundation
import Testing

extension AdapterTests {
  /// Sound that goes through alsa-lib arrives as it was, whatever its layout.
  @Suite struct CaptureTests {
    static let layouts: [(Int, Int)] = [(1, 0), (2, 1), (4, 2)]

    @Test(arguments: [SampleFormat.int16, .int32, .float32], [8000, 16_000, 44_100, 48_000])
    func recordingArrivesUnchanged(format: SampleFormat, rate: Int) throws {
      let lab = try SoundLab()
      let sound = try recording("Front_Left")[10_000..<16_000].map { Double($0) / 32768 }
      for (channels, channel) in Self.layouts {
        let name = "mic\(channels)"
        try lab.write(
          frames(sound, format: format, channels: channels, channel: channel), to: "\(name).raw")
        try lab.defineMicrophone(name, file: "\(name).raw")
        let pcm = try PCM.open(
          PCMRequest(
            device: name, direction: .capture, rate: rate, format: format, channels: channels))
        #expect(pcm.format.rate == rate && pcm.format.sample == format)
        #expect(pcm.format.channels == channels)
        let heard = try capture(pcm, frames: sound.count, channel: channel)
        #expect(heard.count == sound.count)
        let worst = zip(heard, sound).map { abs(Double($0) - $1) }.max() ?? 1
        #expect(worst < 1e-7, "\(format) at \(rate) Hz, channel \(channel) of \(channels)")
      }
    }

    @Test func plugConvertsWhatTheDeviceLacks() throws {
      // `plug` reads a `file` PCM through mapped memory and gets some blocks twice or not at all, so
      // no phase goes through the two of them; but every block is converted.
      let lab = try SoundLab()
      let tone = (0..<48_000).map { 0.5 * cos(2 * .pi * 1000 * Double($0) / 48_000) }
      try lab.write(frames(tone, format: .int16, channels: 1, channel: 0), to: "mic.raw")
      try lab.defineMicrophone("mic", file: "mic.raw")
      try lab.define(
        "converted", "type plug slave { pcm mic format S16_LE rate 48000 channels 1 }")
      let pcm = try PCM.open(
        PCMRequest(
          device: "converted", direction: .capture, rate: 16_000, format: .float32, channels: 2))
      #expect(pcm.format.rate == 16_000 && pcm.format.channels == 2)
      let block = try capture(pcm, frames: pcm.format.periodFrames, channel: 1).map { Double($0) }
      let level = (block.map { $0 * $0 }.reduce(0, +) / Double(block.count)).squareRoot()
      #expect(abs(level - 0.5 / 2.0.squareRoot()) < 0.005)
      #expect(abs(risingHertz(block[...], rate: 16_000) - 1000) < 2)
    }

    @Test func deviceWithoutPaceGivesAnyAmountAtOnce() throws {
      // The reason for pacing by the clock: a second of sound is there before a second has passed.
      let lab = try SoundLab()
      try lab.write(Data(count: 2 * 64_000), to: "mic.raw")
      try lab.defineMicrophone("mic", file: "mic.raw")
      let pcm = try PCM.open(PCMRequest(device: "mic", direction: .capture, rate: 16_000))
      try pcm.start()
      #expect(try #require(pcm.available) >= pcm.format.bufferFrames)
      #expect(try capture(pcm, frames: 64_000, channel: 0).count == 64_000)
    }

    @Test func formatThatTheDeviceLacksIsNamed() throws {
      let lab = try SoundLab()
      try lab.define("plain", "type linear slave { pcm null format S16_LE }")
      #expect(throws: PCMError.self) {
        try PCM.open(
          PCMRequest(device: "plain", direction: .capture, rate: 16_000, format: .float32))
      }
      do {
        _ = try PCM.open(
          PCMRequest(device: "plain", direction: .capture, rate: 16_000, format: .float32))
      } catch {
        #expect(error.description.contains("\"plain\" has no format FLOAT_LE"))
      }
      let pcm = try PCM.open(PCMRequest(device: "plain", direction: .capture, rate: 16_000))
      #expect(pcm.format.sample == .int16)
    }

    /// Reads frames in reads of a period, as the library's `file` PCM wants it.
    private func capture(_ pcm: PCM, frames: Int, channel: Int) throws -> [Float] {
      let format = pcm.format
      let raw = UnsafeMutableRawPointer.allocate(
        byteCount: format.periodFrames * format.frameBytes, alignment: 16)
      var block = [Float](repeating: 0, count: format.periodFrames)
      defer { raw.deallocate() }
      var heard: [Float] = []
      while heard.count < frames {
        let wanted = min(format.periodFrames, frames - heard.count)
        guard case .moved(let count) = pcm.read(into: raw, frames: wanted) else { break }
        format.sample.decode(
          raw, channels: format.channels, channel: channel, frames: count, into: &block)
        heard += block.prefix(count)
      }
      return heard
    }
  }
}
