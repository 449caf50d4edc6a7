// SPDX-License-Identifier: Apache-2.0
internal import Inputs
internal import Outputs
internal import PhaseSpace

/// An input and where its channels stand.
final class InputFeed {
  let input: any Input
  let type: String
  /// Of each channel of the input: its index on the board, and its index among what leaves the
  /// node; nil where it does not.
  let places: [(board: Int, shared: Int?)]
  private var lastTimes: [Int64]

  init(_ settings: InputSettings, places: [(board: Int, shared: Int?)]) {
    (input, type, self.places) = (settings.input, settings.type.name, places)
    lastTimes = Array(repeating: .min, count: places.count)
  }

  /// The newest measurement of a channel, once.
  func fresh(_ channel: Int) -> PhaseSample? {
    guard let sample = input.latest(channel), sample.time > lastTimes[channel] else { return nil }
    lastTimes[channel] = sample.time
    return sample
  }
}

/// An output and the channel it acts on.
final class OutputFeed {
  let output: any Output
  let settings: OutputSettings

  init(_ settings: OutputSettings) { (output, self.settings) = (settings.output, settings) }

  /// The board's index of the channel the output acts on; nil while there is none.
  func channel(_ board: ChannelBoard) -> Int? {
    guard let name = settings.channel else { return board.channels.indices.first }
    return board.index(named: name)
  }
}
