internal import CSystem
// SPDX-License-Identifier: Apache-2.0
internal import Devices
package import PhaseSpace

/// One line of a phasor trace: everything that reaches the estimator of one channel.
///
/// A trace is text. `channel F` names the frequency; `join SLOT B TAU`, `leave SLOT`,
/// `sample SLOT TIME RE IM QUALITY FREQUENCY STALE` and `tick TIME` follow in the order in which
/// they happened. Times are nanoseconds of the recording node's monotonic clock. Numbers are
/// written so that they read back exactly.
package enum TraceEvent: Equatable {
  case channel(frequency: Double)
  case join(slot: Int, bandwidth: Double, requiredTau: Double)
  case leave(slot: Int)
  case sample(slot: Int, PhaseSample, staleAfter: Int64)
  case tick(Int64)

  package var line: String {
    switch self {
    case .channel(let frequency): "channel \(frequency)\n"
    case .join(let slot, let bandwidth, let tau): "join \(slot) \(bandwidth) \(tau)\n"
    case .leave(let slot): "leave \(slot)\n"
    case .sample(let slot, let sample, let staleAfter):
      "sample \(slot) \(sample.time) \(sample.phasor.re) \(sample.phasor.im) "
        + "\(sample.quality) \(sample.frequency) \(staleAfter)\n"
    case .tick(let time): "tick \(time)\n"
    }
  }

  /// The event in `line`; nil where it is none.
  package init?(_ line: ArraySlice<UInt8>) {
    let words = line.split(separator: 32).map { String(decoding: $0, as: UTF8.self) }
    let numbers = words.dropFirst().compactMap { NumberText.split($0).0 }
    let whole = words.dropFirst().map { Int64($0) }
    guard let verb = words.first, numbers.count == words.count - 1 else { return nil }
    switch (verb, numbers.count) {
    case ("channel", 1): self = .channel(frequency: numbers[0])
    case ("join", 3):
      guard let slot = whole[0], slot >= 0 else { return nil }
      self = .join(slot: Int(slot), bandwidth: numbers[1], requiredTau: numbers[2])
    case ("leave", 1):
      guard let slot = whole[0], slot >= 0 else { return nil }
      self = .leave(slot: Int(slot))
    case ("sample", 7):
      guard let slot = whole[0], slot >= 0, let time = whole[1], let stale = whole[6] else {
        return nil
      }
      let phasor = Phasor(re: numbers[2], im: numbers[3])
      let sample = PhaseSample(
        time: time, phasor: phasor, quality: numbers[4], frequency: numbers[5])
      self = .sample(slot: Int(slot), sample, staleAfter: stale)
    case ("tick", 1):
      guard let time = whole[0] else { return nil }
      self = .tick(time)
    default: return nil
    }
  }
}
