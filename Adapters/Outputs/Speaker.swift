// SPDX-License-Identifier: Apache-2.0
package import Devices
package import PhaseSpace
internal import Runtime

/// A tone through ALSA: its pitch follows the global phasor, its volume the coherence.
///
/// Some 100 ms of sound are kept in the device. A PCM that is always ready (`file` over `null`) gets
/// its frames when their time has come, so what it writes lasts as long as the run did. Pitch and
/// volume move in ramps of one period. No block allocates.
package final class Speaker: Output {
  /// A PCM without a clock that is behind by more than this is not filled up any more.
  private static let longestGapSeconds: Int64 = 2
  private static let memorySeconds = 5.0
  /// How long a stop waits: the next period holds the fade, and a card plays its buffer first.
  private static let fadeNanoseconds: Int64 = 60_000_000
  private static let drainNanoseconds: Int64 = 160_000_000

  package let settings: SpeakerSettings
  private var session: PCMSession?
  private var reactor: Reactor?
  private var buffers: PlaybackBuffers?
  private var oscillator: ToneOscillator
  private var tone = OutputMapping.Tone.silence
  private var history = ToneHistory(blocks: 0)
  private var rate = 0
  /// Set while the monotonic clock paces.
  private var frameClock: FrameClock?
  private var finished: (() -> Void)?

  package init(_ settings: SpeakerSettings) {
    self.settings = settings
    oscillator = ToneOscillator(rate: Double(settings.rate))
    session = PCMSession(settings.request, user: self)
  }

  package var id: String { settings.id }
  package var device: String { settings.device }
  package var follows: String? { nil }
  package var status: AdapterStatus { session?.status ?? .stopped }
  package var counters: AdapterCounters { session?.counters ?? AdapterCounters() }

  package var onStatusChange: ((AdapterStatus) -> Void)? {
    get { session?.onStatusChange }
    set { session?.onStatusChange = newValue }
  }

  /// Frames given to the device since it was opened.
  package var frame: Int64 { history.frame }

  /// The pitch now, in hertz, and the volume, 0…1.
  package var current: OutputMapping.Tone {
    OutputMapping.Tone(frequency: oscillator.frequency, volume: oscillator.volume)
  }

  /// What was commanded over the last `seconds`, at most 4; nil before the first block.
  package func record(seconds: Double = 2) -> ToneRecord? {
    history.record(frames: Int64(min(seconds, 4) * Double(rate)), rate: Double(rate))
  }

  package var report: OutputReport {
    var report = OutputReport()
    (report.frequency, report.volume) = (oscillator.frequency, oscillator.volume)
    report.tone = record()
    return report
  }

  package func start(on services: AdapterServices) {
    reactor = services.reactor
    session?.start(on: services.reactor)
  }

  package func apply(_ situation: OutputSituation) {
    guard finished == nil else { return }
    guard let state = situation.state else {
      tone = .silence
      return
    }
    tone = settings.mapping.tone(state.globalPhasor, coherence: state.meanCoherence)
    tone.volume *= settings.level
  }

  package func stop(_ finished: @escaping () -> Void) {
    guard self.finished == nil else { return }
    guard let reactor, let session, session.status.isWorking, rate > 0 else {
      self.session?.stop()
      return finished()
    }
    self.finished = finished
    tone = .silence
    let wait = frameClock == nil ? Speaker.drainNanoseconds : Speaker.fadeNanoseconds
    reactor.after(wait) { self.finish() }
  }

  package func probe(_ services: AdapterServices) throws(AdapterProblem) -> String {
    try PCM.probe(settings.request)
  }

  private func finish() {
    session?.stop()
    let done = finished
    finished = nil
    done?()
  }
}

extension Speaker: PCMUser {
  package func begin(_ pcm: PCM, at now: Int64) throws(PCMError) -> PCMSession.Pace {
    let format = pcm.format
    buffers = PlaybackBuffers(format)
    rate = format.rate
    frameClock = nil
    let period = Double(format.periodFrames) / Double(format.rate)
    // A ramp is a period, so that the mean pitch of a period is that of its ends.
    oscillator = ToneOscillator(rate: Double(format.rate), rampSeconds: period)
    history = ToneHistory(blocks: Int(Speaker.memorySeconds / period))
    _ = try write(pcm, periods: 1)
    // Whatever still offers all of its room after a period was written keeps no time.
    if let room = pcm.available, room > format.bufferFrames - format.periodFrames / 2 {
      frameClock = FrameClock(start: now, rate: format.rate)
      return .clock
    }
    _ = try fill(pcm)
    return .device
  }

  package func transfer(_ pcm: PCM, at now: Int64) throws(PCMError) -> Int {
    guard let frameClock else { return try fill(pcm) }
    let late = frameClock.framesDue(at: now) - frame
    // After a long stop of the program the tone goes on from now, not from where it was.
    if late > Speaker.longestGapSeconds * Int64(rate) {
      let played = FrameClock(start: 0, rate: rate).time(of: frame)
      self.frameClock = FrameClock(start: now - played, rate: rate)
      return 0
    }
    return try write(pcm, periods: Int(late) / pcm.format.periodFrames)
  }

  package func end(at now: Int64) {
    buffers = nil
    frameClock = nil
  }

  /// Writes until the device is full: only then does it start, at first and after an underrun.
  private func fill(_ pcm: PCM) throws(PCMError) -> Int {
    try write(pcm, periods: 1 + pcm.format.bufferFrames / pcm.format.periodFrames)
  }

  /// Writes so many periods, or as much of them as the device takes; returns the frames it took.
  private func write(_ pcm: PCM, periods: Int) throws(PCMError) -> Int {
    guard let buffers else { return 0 }
    var written = 0
    var left = periods
    var mayRecover = true
    while left > 0 || !buffers.isSpent {
      if buffers.isSpent {
        render(into: buffers, pcm.format)
        left -= 1
      }
      let (frames, count) = buffers.pending
      switch pcm.write(frames, frames: count) {
      case .moved(let taken):
        buffers.take(taken)
        written += taken
      case .wouldBlock:
        return written
      case .interrupted(let code):
        guard mayRecover else { return written }
        mayRecover = false
        session?.counters.overruns += 1
        try pcm.recover(code)
      case .broken(let code):
        throw pcm.failure("write", code: code)
      }
    }
    return written
  }

  /// Makes the next period of the tone, and notes what was commanded for it.
  private func render(into buffers: PlaybackBuffers, _ format: PCMFormat) {
    let before = current
    oscillator.follow(tone)
    // From silence a new pitch holds from the first sample on.
    let start = before.volume == 0 ? oscillator.frequency : before.frequency
    buffers.render(&oscillator)
    history.add(
      frames: format.periodFrames,
      cyclesPerFrame: (start + oscillator.frequency) / 2 / Double(format.rate),
      volume: min(before.volume, oscillator.volume))
    session?.counters.blocks += 1
  }
}
