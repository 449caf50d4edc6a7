// SPDX-License-Identifier: Apache-2.0
package import Devices
package import PhaseSpace
internal import Runtime

/// Sound through ALSA as the phase of one band.
///
/// A card's frames get their monotonic times from a delay-locked loop over its timestamps. A PCM
/// that is always ready (`file` over `null`) has no clock: there frame n is taken when start + n/rate
/// has come, so nodes given one `startAt` hear their recordings in step. No block allocates.
package final class Microphone: Input {
  /// A PCM without a clock that is behind by more than this is read on without listening.
  private static let listenNanoseconds: Int64 = 2_000_000_000
  /// At most so many seconds of recording are passed over in one turn of the reactor.
  private static let skippedSeconds: Int64 = 60

  package let settings: MicrophoneSettings
  package let channels: [InputChannel]
  private var newest: PhaseSample?

  private var encoder: SignalEncoder
  private var session: PCMSession?
  private var buffers: CaptureBuffers?
  private var clock: CaptureClock?
  /// Frames read since the device was opened.
  private var position: Int64 = 0

  package init(_ settings: MicrophoneSettings) {
    self.settings = settings
    encoder = settings.encoder(rate: settings.rate, blockFrames: settings.rate / 50)
    channels = [
      InputChannel(
        settings.channel, frequency: settings.frequency, noiseBandwidth: encoder.noiseBandwidth,
        isSeedMode: settings.encoding == .seed)
    ]
    session = PCMSession(settings.request, user: self)
  }

  package var id: String { settings.id }
  package var device: String { settings.device }
  package var readings: [Reading] { [] }
  package var status: AdapterStatus { session?.status ?? .stopped }
  package var counters: AdapterCounters { session?.counters ?? AdapterCounters() }

  package var onStatusChange: ((AdapterStatus) -> Void)? {
    get { session?.onStatusChange }
    set { session?.onStatusChange = newValue }
  }

  /// How far the card's crystal is off, in parts per million; nil without a card.
  package var partsPerMillion: Double? {
    guard case .card(let clock) = clock else { return nil }
    return clock.partsPerMillion
  }

  package func latest(_ channel: Int) -> PhaseSample? { newest }

  package func start(on services: AdapterServices) { session?.start(on: services.reactor) }

  package func stop() { session?.stop() }

  package func probe(_ services: AdapterServices) throws(AdapterProblem) -> String {
    try PCM.probe(settings.request, channel: settings.captureChannel)
  }
}

extension Microphone: PCMUser {
  package func begin(_ pcm: PCM, at now: Int64) throws(PCMError) -> PCMSession.Pace {
    let format = pcm.format
    buffers = CaptureBuffers(format, channel: settings.captureChannel)
    encoder = settings.encoder(rate: format.rate, blockFrames: format.periodFrames)
    position = 0
    try pcm.start()
    // A card has captured nothing yet; what offers a full buffer at once gives any amount.
    guard let available = pcm.available, available >= format.bufferFrames else {
      clock = .card(AudioClock(nominalRate: Double(format.rate)))
      return .device
    }
    clock = .monotonic(FrameClock(start: settings.startAt ?? now, rate: format.rate))
    return .clock
  }

  package func transfer(_ pcm: PCM, at now: Int64) throws(PCMError) -> Int {
    let before = position
    switch clock {
    case .card: try listen(pcm, frames: pcm.format.bufferFrames, at: now)
    case .monotonic(let frameClock): try follow(frameClock, pcm, at: now)
    case nil: break
    }
    return Int(position - before)
  }

  package func end(at now: Int64) {
    buffers = nil
    clock = nil
  }

  /// Reads what a PCM without a clock would have captured by now.
  private func follow(_ frames: FrameClock, _ pcm: PCM, at now: Int64) throws(PCMError) {
    let heard = frames.framesDue(at: now - Microphone.listenNanoseconds)
    if position < heard {
      let most = position + Microphone.skippedSeconds * Int64(frames.rate)
      while position < min(heard, most) {
        guard try read(pcm, frames: Int(min(heard, most) - position)) != nil else { return }
      }
      restartEncoder(pcm)
      if position < heard { return }
    }
    try listen(pcm, frames: Int(frames.framesDue(at: now) - position), at: now)
  }

  /// Reads and encodes up to `frames` frames.
  private func listen(_ pcm: PCM, frames: Int, at now: Int64) throws(PCMError) {
    var left = frames
    var reading: EncoderReading?
    while left > 0, let block = try read(pcm, frames: left) {
      reading = encoder.process(block)
      session?.counters.blocks += 1
      left -= block.count
    }
    guard let reading else { return }
    updateClock(pcm, at: now)
    newest = sample(reading)
  }

  /// One read of at most a period; nil when there is nothing to read, or frames were lost.
  private func read(_ pcm: PCM, frames: Int) throws(PCMError) -> UnsafeBufferPointer<Float>? {
    guard let buffers else { return nil }
    switch pcm.read(into: buffers.raw, frames: min(frames, pcm.format.periodFrames)) {
    case .moved(let count):
      position += Int64(count)
      return buffers.decoded(count)
    case .wouldBlock:
      return nil
    case .interrupted(let code):
      session?.counters.overruns += 1
      try pcm.recover(code)
      restartEncoder(pcm)
      if case .card = clock {
        clock = .card(AudioClock(nominalRate: Double(pcm.format.rate)))
      }
      return nil
    case .broken(let code):
      throw pcm.failure("read", code: code)
    }
  }

  /// After a gap the samples no longer continue the carrier, so nothing before it may count.
  private func restartEncoder(_ pcm: PCM) {
    encoder = settings.encoder(rate: pcm.format.rate, blockFrames: pcm.format.periodFrames)
  }

  /// Tells the loop when the card had captured which frame.
  private func updateClock(_ pcm: PCM, at now: Int64) {
    guard case .card(var loop) = clock, let instant = pcm.instant else { return }
    // Some plug-ins have no timestamps, or stamps of another clock.
    let isSane = (now - instant.time).magnitude < 1_000_000_000
    // Frames between converter and program: those to be read, and those still on the bus.
    let ahead = max(instant.available, min(instant.delay, pcm.format.rate))
    loop.update(
      frame: position + Int64(ahead), at: isSane ? instant.time : MonotonicClock.now)
    clock = .card(loop)
  }

  /// The reading with the time of the last frame read, and its frequency in true hertz.
  private func sample(_ reading: EncoderReading) -> PhaseSample? {
    guard let time = clock?.time(of: position - 1) else { return newest }
    var sample = reading.sample(at: time)
    if case .card(let loop) = clock { sample.frequency *= loop.rate / loop.nominalRate }
    return sample
  }
}
