// SPDX-License-Identifier: Apache-2.0

import Devices
import Foundation
import Inputs
import PhaseSpace
import Runtime
import Testing

extension AdapterTests {
  /// A microphone on the real library: what it measures, when, and what it does about trouble.
  @Suite struct MicrophoneTests {
    @Test(arguments: [SampleFormat.int16, .int32, .float32])
    func toneHasTheRightPhaseAtTheRightTime(format: SampleFormat) throws {
      let lab = try SoundLab()
      let reactor = try Reactor()
      let kinds = [(8000, 1, 0), (16_000, 2, 1), (48_000, 3, 2)]
      for (rate, channels, channel) in kinds {
        let sound = tone(rate: rate, seconds: 4)
        try lab.write(
          frames(sound, format: format, channels: channels, channel: channel), to: "mic\(rate)")
        try lab.defineMicrophone("mic\(rate)", file: "mic\(rate)")
      }
      // Only now: a recording that began too long ago is passed over.
      let start = MonotonicClock.now - 1500 * millisecond
      let microphones = kinds.map { rate, channels, channel in
        var settings = settings("mic\(rate)", rate: rate, startAt: start)
        (settings.format, settings.captureChannels) = (format, channels)
        settings.captureChannel = channel
        return Microphone(settings)
      }
      for microphone in microphones { microphone.start(on: AdapterServices(reactor: reactor)) }
      _ = reactor.run(atMost: 100 * millisecond)
      for microphone in microphones {
        let sample = try #require(microphone.latest(0))
        #expect(reactor.now - sample.time < 60 * millisecond)
        let expected = Phasor(cycles: 50 * Double(sample.time - start) / 1e9 + 0.125)
        let error = (sample.phasor * expected.conjugate).angle
        #expect(abs(error) < 0.01, "\(microphone.status)")
        #expect(sample.quality > 0.95 && sample.frequency == 50)
        microphone.stop()
      }
    }

    @Test func delayedFeedTurnsThePhaseBack() throws {
      let lab = try SoundLab()
      let reactor = try Reactor()
      let start = MonotonicClock.now - 1500 * millisecond
      var phases: [Double] = []
      for delay in [0.0, 0.005] {
        try lab.write(
          frames(
            tone(rate: 16_000, seconds: 3, delay: delay), format: .int16, channels: 1, channel: 0),
          to: "feed\(phases.count)")
        try lab.defineMicrophone("feed\(phases.count)", file: "feed\(phases.count)")
        let microphone = Microphone(settings("feed\(phases.count)", rate: 16_000, startAt: start))
        microphone.start(on: AdapterServices(reactor: reactor))
        _ = reactor.run(atMost: 50 * millisecond)
        let sample = try #require(microphone.latest(0))
        let carrier = Phasor(cycles: 50 * Double(sample.time - start) / 1e9)
        phases.append((sample.phasor * carrier.conjugate).angle)
        microphone.stop()
      }
      #expect(abs(phases[0] - phases[1] - .pi / 2) < 0.02)
    }

    @Test func lateStarterPassesOverWhatItMissed() throws {
      let lab = try SoundLab()
      let reactor = try Reactor()
      try lab.write(
        frames(tone(rate: 8000, seconds: 75), format: .int16, channels: 1, channel: 0), to: "long")
      try lab.defineMicrophone("long", file: "long")
      let start = MonotonicClock.now - 70 * second
      let microphone = Microphone(settings("long", rate: 8000, startAt: start))
      microphone.start(on: AdapterServices(reactor: reactor))
      _ = reactor.run(atMost: 200 * millisecond)
      let sample = try #require(microphone.latest(0))
      #expect(reactor.now - sample.time < 60 * millisecond)
      let expected = Phasor(cycles: 50 * Double(sample.time - start) / 1e9 + 0.125)
      #expect(abs((sample.phasor * expected.conjugate).angle) < 0.01)
      microphone.stop()
    }

    @Test func nothingIsHeardBeforeTheStart() throws {
      let lab = try SoundLab()
      let reactor = try Reactor()
      try lab.write(
        frames(tone(rate: 16_000, seconds: 2), format: .int16, channels: 1, channel: 0), to: "mic")
      try lab.defineMicrophone("mic", file: "mic")
      let start = MonotonicClock.now + 200 * millisecond
      let microphone = Microphone(settings("mic", rate: 16_000, startAt: start))
      microphone.start(on: AdapterServices(reactor: reactor))
      _ = reactor.run(atMost: 100 * millisecond)
      #expect(microphone.latest(0) == nil && microphone.counters.frames == 0)
      _ = reactor.run(atMost: 300 * millisecond)
      #expect(try #require(microphone.latest(0)).time >= start)
      microphone.stop()
    }

    @Test func deviceWithoutPaceDoesNotSpin() throws {
      let lab = try SoundLab()
      let reactor = try Reactor()
      try lab.write(Data(count: 2 * 48_000), to: "mic")
      try lab.defineMicrophone("mic", file: "mic")
      let began = MonotonicClock.now
      let microphone = Microphone(settings("mic", rate: 48_000, startAt: began))
      microphone.start(on: AdapterServices(reactor: reactor))
      _ = reactor.run(atMost: 500 * millisecond)
      let elapsed = Int(reactor.now - began)
      let counters = microphone.counters
      #expect(counters.wakeUps <= 2 + elapsed / Int(20 * millisecond))
      #expect(counters.wakeUps >= 5)
      let due = elapsed * 48 / Int(millisecond)
      #expect(Int(counters.frames) <= due && Int(counters.frames) > due - 48 * 100)
      microphone.stop()
      #expect(microphone.status == .stopped)
    }

    @Test func missingDeviceIsNamedAndTheNodeRunsOn() throws {
      let lab = try SoundLab()
      let reactor = try Reactor()
      let chatter = try StandardErrorCapture(to: lab.path("stderr"))
      let microphone = Microphone(settings("nosuch", rate: 16_000, startAt: nil))
      var reported: [AdapterStatus] = []
      microphone.onStatusChange = { reported.append($0) }
      microphone.start(on: AdapterServices(reactor: reactor))
      var ticks = 0
      for step in 1...4 { reactor.after(Int64(step) * 10 * millisecond) { ticks += 1 } }
      _ = reactor.run(atMost: 60 * millisecond)
      chatter.end()
      guard case .failed(let reason, let retryAt) = microphone.status else {
        Issue.record("\(microphone.status)")
        return
      }
      #expect(reason.contains("cannot open sound device \"nosuch\""))
      #expect(reason.contains("Unknown PCM nosuch (No such file or directory)"))
      #expect(reason.contains("there is no sound card") || reason.contains("for capture there is"))
      #expect(retryAt > reactor.now && ticks == 4 && reported.count == 1)
      #expect(try lab.read("stderr").isEmpty)
      microphone.stop()
    }

    @Test func deviceThatVanishesIsReopened() throws {
      let lab = try SoundLab()
      let reactor = try Reactor()
      let sound = frames(tone(rate: 16_000, seconds: 3), format: .int16, channels: 1, channel: 0)
      try lab.defineMicrophone("mic", file: "mic")
      let microphone = Microphone(settings("mic", rate: 16_000, startAt: nil))
      microphone.start(on: AdapterServices(reactor: reactor))
      #expect(!microphone.status.isWorking)
      try lab.write(sound, to: "mic")
      _ = reactor.run(atMost: 700 * millisecond)
      #expect(microphone.status.isWorking, "\(microphone.status)")
      let before = try #require(microphone.latest(0))

      truncate(lab.path("mic"), 0)
      _ = reactor.run(atMost: 60 * millisecond)
      #expect(microphone.status.description.contains("\"mic\" failed to read"))
      #expect(microphone.counters.failures == 2)
      try lab.write(sound, to: "mic")
      _ = reactor.run(atMost: 1200 * millisecond)
      #expect(microphone.status.isWorking, "\(microphone.status)")
      let after = try #require(microphone.latest(0))
      #expect(after.time > before.time + 500 * millisecond)
      microphone.stop()
    }

    private func settings(_ name: String, rate: Int, startAt: Int64?) -> MicrophoneSettings {
      var settings = MicrophoneSettings(id: "ear", channel: "hum", device: name)
      (settings.rate, settings.startAt) = (rate, startAt)
      return settings
    }

    /// 50 Hz that is an eighth of a turn on at frame 0, heard `delay` seconds late.
    private func tone(rate: Int, seconds: Int, delay: Double = 0) -> [Double] {
      (0..<rate * seconds).map {
        0.25 * cos(2 * .pi * (50 * (Double($0) / Double(rate) - delay) + 0.125))
      }
    }
  }
}

/// Sends standard error to a file until `end`.
final class StandardErrorCapture {
  private let saved = dup(2)

  init(to path: String) throws {
    let file = open(path, O_CREAT | O_WRONLY | O_TRUNC, 0o600)
    try #require(file >= 0)
    dup2(file, 2)
    close(file)
  }

  func end() {
    dup2(saved, 2)
    close(saved)
  }
}
