// SPDX-License-Identifier: Apache-2.0

import Devices
import Foundation
import Outputs
import PhaseSpace
import Runtime
import Testing

extension AdapterTests {
  /// A speaker on the real library: what it wrote is measured.
  @Suite struct SpeakerTests {
    @Test func pitchFollowsThePhasorWithoutClicks() throws {
      let lab = try SoundLab()
      let reactor = try Reactor()
      try lab.defineSpeaker("spk", file: "tone.wav")
      let speaker = Speaker(SpeakerSettings(id: "tone", device: "spk"))
      speaker.start(on: AdapterServices(reactor: reactor))
      speaker.apply(OutputSituation(now: 0, state: state(cycles: 0.25, coherence: 0.8)))
      _ = reactor.run(atMost: 350 * millisecond)
      let low = try #require(speaker.record(seconds: 0.2))
      speaker.apply(OutputSituation(now: 0, state: state(cycles: -0.125, coherence: 0.6)))
      _ = reactor.run(atMost: 350 * millisecond)
      let high = try #require(speaker.record(seconds: 0.2))
      try stop(speaker, on: reactor)

      let file = try WaveFile(lab.read("tone.wav"))
      #expect(file.rate == 48_000 && file.channels == 1 && file.bits == 16)
      #expect(file.samples.count == 2 * Int(speaker.frame))
      let sound = samples(file.samples, format: .int16, channels: 1, channel: 0)
      try expectTone(low, in: sound, hertz: 440 * exp2(0.5), peak: 0.4)
      try expectTone(high, in: sound, hertz: 440 * exp2(-0.25), peak: 0.3)
      // A sine of 0.4 at the higher pitch never steps further, and neither may a change of it.
      #expect(largestStep(sound) < 1.1 * 0.4 * 2 * .pi * 440 * exp2(0.5) / 48_000)
      #expect(sound.suffix(480).allSatisfy { $0 == 0 })
      #expect(sound.prefix(100).allSatisfy { $0 == 0 })
    }

    @Test func everyLayoutCarriesTheTone() throws {
      let lab = try SoundLab()
      let reactor = try Reactor()
      var speakers: [(Speaker, SampleFormat, Int)] = []
      for format in [SampleFormat.int16, .int32, .float32] {
        for (rate, channels) in [(8000, 1), (44_100, 2), (48_000, 2)] {
          let name = "spk\(speakers.count)"
          try lab.defineSpeaker(name, file: name, format: "raw")
          var settings = SpeakerSettings(id: name, device: name)
          (settings.rate, settings.format) = (rate, format)
          (settings.playbackChannels, settings.mapping) = (channels, .seed)
          speakers.append((Speaker(settings), format, channels))
        }
      }
      for (speaker, _, _) in speakers {
        speaker.start(on: AdapterServices(reactor: reactor))
        speaker.apply(OutputSituation(now: 0, state: state(cycles: 0.125, coherence: 1)))
      }
      _ = reactor.run(atMost: 400 * millisecond)
      let records = speakers.map { $0.0.record(seconds: 0.2) }
      for (speaker, _, _) in speakers { speaker.stop { reactor.stop() } }
      _ = reactor.run(atMost: 300 * millisecond)
      _ = reactor.run(atMost: 50 * millisecond)
      for (index, (speaker, format, channels)) in speakers.enumerated() {
        let bytes = try lab.read("spk\(index)")
        #expect(speaker.status == .stopped)
        for channel in 0..<channels {
          let sound = samples(bytes, format: format, channels: channels, channel: channel)
          let hertz = 440 + 440 * cos(Double.pi / 4)
          try expectTone(
            #require(records[index]), in: sound, hertz: hertz, peak: 0.5,
            rate: speaker.settings.rate)
          #expect(sound.last == 0)
        }
      }
    }

    @Test func plugConvertsForADeviceOfAnotherKind() throws {
      let lab = try SoundLab()
      let reactor = try Reactor()
      try lab.defineSpeaker("card", file: "tone.wav")
      try lab.define(
        "converted", "type plug slave { pcm card format S16_LE rate 48000 channels 2 }")
      var settings = SpeakerSettings(id: "tone", device: "converted")
      (settings.rate, settings.format) = (16_000, .float32)
      let speaker = Speaker(settings)
      speaker.start(on: AdapterServices(reactor: reactor))
      speaker.apply(OutputSituation(now: 0, state: state(cycles: 0, coherence: 1)))
      _ = reactor.run(atMost: 400 * millisecond)
      #expect(speaker.status.description.contains("FLOAT_LE, 16000 Hz, 1 channel"))
      try stop(speaker, on: reactor)
      let file = try WaveFile(lab.read("tone.wav"))
      #expect(file.rate == 48_000 && file.channels == 2)
      for channel in 0..<2 {
        let sound = samples(file.samples, format: .int16, channels: 2, channel: channel)
        #expect(abs(risingHertz(sound[4800..<14_400], rate: 48_000) / 440 - 1) < 0.005)
        #expect(abs((sound[4800..<14_400].max() ?? 0) / 0.5 - 1) < 0.02)
      }
    }

    @Test func noStateIsSilence() throws {
      let lab = try SoundLab()
      let reactor = try Reactor()
      try lab.defineSpeaker("spk", file: "tone", format: "raw")
      let speaker = Speaker(SpeakerSettings(id: "tone", device: "spk"))
      speaker.start(on: AdapterServices(reactor: reactor))
      speaker.apply(OutputSituation(now: 0, state: state(cycles: 0, coherence: 1)))
      _ = reactor.run(atMost: 100 * millisecond)
      #expect(speaker.current.volume == 0.5)
      speaker.apply(OutputSituation(now: 0))
      _ = reactor.run(atMost: 100 * millisecond)
      #expect(speaker.current.volume == 0)
      var lost = MeshState()
      lost.meanCoherence = 1
      speaker.apply(OutputSituation(now: 0, state: lost))
      _ = reactor.run(atMost: 60 * millisecond)
      #expect(speaker.current.volume == 0)
      try stop(speaker, on: reactor)
    }

    @Test func deviceWithoutPaceTakesNoMoreThanTimeAllows() throws {
      let lab = try SoundLab()
      let reactor = try Reactor()
      let speaker = Speaker(SpeakerSettings(id: "tone", device: "null"))
      let began = MonotonicClock.now
      speaker.start(on: AdapterServices(reactor: reactor))
      _ = reactor.run(atMost: 500 * millisecond)
      let elapsed = Int(reactor.now - began)
      #expect(speaker.counters.wakeUps <= 2 + elapsed / Int(20 * millisecond))
      #expect(Int(speaker.frame) <= 960 + elapsed * 48 / Int(millisecond))
      #expect(Int(speaker.frame) > 48 * (elapsed / Int(millisecond) - 100))
      try stop(speaker, on: reactor)
      _ = lab
    }

    @Test func deviceThatFailsWhilePlayingIsReportedAndReopened() throws {
      let lab = try SoundLab()
      let reactor = try Reactor()
      // A full disk, and a program at the end of a pipe that goes away after a tenth of a second.
      try lab.define("full", "type file slave.pcm null file \"/dev/full\" format raw")
      let kept = lab.path("piped")
      try lab.define(
        "piped", "type file slave.pcm null file \"|head -c 9600 >> \(kept)\" format raw")
      var speakers: [Speaker] = []
      var reasons: [String: String] = [:]
      var reopened: Set<String> = []
      for name in ["full", "piped"] {
        let speaker = Speaker(SpeakerSettings(id: name, device: name))
        speaker.onStatusChange = { status in
          if case .failed(let reason, _) = status { reasons[name] = reason }
          if status.isWorking, reasons[name] != nil { reopened.insert(name) }
          if reopened.count == 2 { reactor.stop() }
        }
        speaker.start(on: AdapterServices(reactor: reactor))
        speaker.apply(OutputSituation(now: 0, state: state(cycles: 0, coherence: 1)))
        speakers.append(speaker)
      }
      var ticks = 0
      for step in 1...8 { reactor.after(Int64(step) * 50 * millisecond) { ticks += 1 } }
      #expect(reactor.run(atMost: 5 * second), "\(reasons)")
      #expect(ticks == 8)
      for speaker in speakers {
        #expect(speaker.counters.failures >= 1)
        #expect(
          reasons[speaker.id]?.contains("\"\(speaker.id)\" failed to write") == true, "\(reasons)")
      }
      for speaker in speakers {
        speaker.onStatusChange = nil
        try stop(speaker, on: reactor)
      }
      #expect(try lab.read("piped").count >= 9600)
    }

    @Test func missingSpeakerStopsAtOnce() throws {
      let lab = try SoundLab()
      let reactor = try Reactor()
      let speaker = Speaker(SpeakerSettings(id: "tone", device: "nosuch"))
      speaker.start(on: AdapterServices(reactor: reactor))
      #expect(speaker.status.description.contains("cannot open sound device \"nosuch\""))
      var isFinished = false
      speaker.stop { isFinished = true }
      #expect(isFinished && speaker.status == .stopped)
      _ = lab
    }

    private func state(cycles: Double, coherence: Double) -> MeshState {
      var state = MeshState()
      state.globalPhasor = Phasor(cycles: cycles)
      state.meanCoherence = coherence
      return state
    }

    private func stop(_ speaker: Speaker, on reactor: Reactor) throws {
      speaker.stop { reactor.stop() }
      #expect(reactor.run(atMost: 300 * millisecond) || speaker.status == .stopped)
      #expect(speaker.status == .stopped)
    }

    private func expectTone(
      _ record: ToneRecord, in sound: [Double], hertz: Double, peak: Double, rate: Int = 48_000
    ) throws {
      try #require(sound.count >= Int(record.toFrame))
      let part = sound[Int(record.fromFrame)..<Int(record.toFrame)]
      #expect(Double(part.count) >= 0.19 * Double(rate))
      #expect(abs(record.expectedHertz / hertz - 1) < 1e-6)
      #expect(abs(risingHertz(part, rate: rate) / hertz - 1) < 0.002)
      #expect(abs((part.max() ?? 0) / peak - 1) < 0.02)
      #expect(record.leastVolume > 0.9 * peak)
    }
  }
}
