// SPDX-License-Identifier: Apache-2.0
internal import Inputs
internal import Outputs
internal import PhaseSpace

/// An input and the channel of the same index on the board.
final class InputFeed {
  let input: Microphone
  let device: String
  private var lastTime = Int64.min

  init(_ input: Microphone, _ device: String) { (self.input, self.device) = (input, device) }

  /// The input's newest measurement, once.
  func fresh() -> PhaseSample? {
    guard let sample = input.latest, sample.time > lastTime else { return nil }
    lastTime = sample.time
    return sample
  }
}

/// An output and the channel it follows.
final class OutputFeed {
  let output: Speaker
  let settings: OutputSettings

  init(_ output: Speaker, _ settings: OutputSettings) {
    (self.output, self.settings) = (output, settings)
  }

  /// Lets the output act on its channel; at rest while there is none or nobody is in it.
  func follow(_ board: ChannelBoard) {
    let index = settings.channel.map { board.index(named: $0) } ?? board.channels.indices.first
    guard let index, board.channels[index].state.memberCount > 0 else {
      return output.apply(nil)
    }
    output.apply(board.channels[index].state)
  }
}
