// SPDX-License-Identifier: Apache-2.0
internal import CAlsa
internal import Runtime

extension PCM {
  /// How long a capture device is listened to.
  private static let listenSeconds = 0.5
  /// How long that may take.
  private static let longestNanoseconds: Int64 = 1_500_000_000

  /// Opens a PCM for a moment and says how it was opened, and how loud one of its channels is.
  package static func probe(
    _ request: PCMRequest, channel: Int = 0
  ) throws(AdapterProblem) -> String {
    do throws(PCMError) {
      let pcm = try PCM.open(request)
      let opened = "\(request.device): \(pcm.format)\(try pcm.mix())"
      guard request.direction == .capture else { return opened }
      return "\(opened); \(try pcm.level(of: channel))"
    } catch { throw AdapterProblem("device", "\(error)") }
  }

  /// The number of the card it is on; −1 for none.
  var cardNumber: Int32 { calsa_card(handle) }

  /// Listens for half a second; blocks for as long.
  func level(of channel: Int) throws(PCMError) -> SoundLevel {
    let raw = UnsafeMutableRawPointer.allocate(
      byteCount: format.periodFrames * format.frameBytes, alignment: 16)
    let samples = UnsafeMutablePointer<Float>.allocate(capacity: format.periodFrames)
    defer {
      raw.deallocate()
      samples.deallocate()
    }
    var level = SoundLevel()
    let wanted = Int(PCM.listenSeconds * Double(format.rate))
    let deadline = MonotonicClock.now + PCM.longestNanoseconds
    try start()
    while level.samples < wanted, MonotonicClock.now < deadline {
      switch read(into: raw, frames: format.periodFrames) {
      case .moved(let count):
        format.sample.decode(
          raw, channels: format.channels, channel: channel, frames: count, into: samples)
        level.add(UnsafeBufferPointer(start: samples, count: count))
      case .wouldBlock: _ = snd_pcm_wait(handle, 100)
      case .interrupted(let code): try recover(code)
      case .broken(let code): throw failure("read", code: code)
      }
    }
    return level
  }
}
