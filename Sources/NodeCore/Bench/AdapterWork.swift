// SPDX-License-Identifier: Apache-2.0
internal import Devices
internal import PhaseSpace

/// What each kind of adapter does for one reading, edge, token or frame, without its device.
enum AdapterWork {
  /// By name; nil where an adapter does not take its own example.
  static func all(_ services: AdapterServices) -> [(name: String, work: Workload?)] {
    var all: [(name: String, work: Workload?)] = []
    for bytes in ChipBytes.all {
      let work = ReadingWork(bytes, services)
      work?.work(100)
      all.append((bytes.name, work?.refused == 0 ? work : nil))
    }
    all.append(("line", LineWork(services)))
    all.append(("edge", EdgeWork()))
    all.append(("token", TokenWork()))
    all.append(("frame", FrameSampleWork()))
    return all
  }
}

/// An edge of a GPIO line, regular as a tachometer's, and the phase asked for after it.
final class EdgeWork: Workload {
  private var encoder = EventEncoder(EventSettings(frequency: 25))
  private var time: Int64 = 0

  override func work(_ count: Int) {
    for _ in 0..<count {
      time += 40_000_000
      encoder.take(at: time)
      sink += encoder.reading(at: time).phasor.re
    }
  }
}

/// A token of a language model's answer.
final class TokenWork: Workload {
  private var encoder = TokenEncoder(
    period: 32, tokensPerSecond: 20, staleAfter: 2_000_000_000)
  private var position: Int64 = 0

  override func work(_ count: Int) {
    for _ in 0..<count {
      position += 1
      encoder.take(position: position, logprob: -0.1, at: position * 50_000_000)
      sink += encoder.reading(at: position * 50_000_000).phasor.re
    }
  }
}

/// The brightness of one part of a camera's frame, 30 times a second.
final class FrameSampleWork: Workload {
  private var encoder = SampledEncoder(SampledSettings(frequency: 2, width: 1, rate: 30))
  private var noise = Noise(seed: 2)
  private var time: Int64 = 0

  override func work(_ count: Int) {
    for _ in 0..<count {
      time += 33_333_333
      encoder.take(100 + noise.next(), at: time)
      sink += encoder.reading.phasor.re
    }
  }
}
