// SPDX-License-Identifier: Apache-2.0
package import Memory

/// E(M): what a node's memory makes of its cognitive state (seed MMP §4.1).
///
/// Sixteen inputs, four for each of four channels, go through two stacked cells; the direction of
/// the texts is added to their states. What the cells answer to an empty memory is taken away:
/// a memory without content gives the zero state, which is coupled to nobody, and two nodes that
/// know nothing of each other share no phases merely because they share their weights.
package struct StateEncoder: Sendable {
  package static let channels = 4
  package static let inputs = 16
  package static let neurons = 64
  /// Time from one inference to the next, seconds.
  package static let period: Float = 1
  /// Inferences after which the answer to no input stands still.
  static let settling = 64

  package let weights: EncoderWeights
  /// The state: 64 and 64 numbers.
  package private(set) var h1: [Float]
  package private(set) var h2: [Float]
  /// Time constants that blending divides by, seconds.
  package let tau: [Float]

  private var first: CfCCell
  private var second: CfCCell
  private let times: [Float]
  private var rest1: [Float]
  private var rest2: [Float]
  private var input = [Float](repeating: 0, count: StateEncoder.inputs)

  /// - Returns: nil unless the weights are those of two cells of 64 neurons with 16 inputs.
  package init?(_ weights: EncoderWeights) {
    let cells = weights.cells
    guard cells.count == 2, cells[0].input == Self.inputs, cells[0].hidden == Self.neurons,
      cells[1].hidden == Self.neurons
    else { return nil }
    self.weights = weights
    first = CfCCell(cells[0], start: 0)
    second = CfCCell(cells[1], start: cells[0].count)
    tau = weights.tau ?? [Float](repeating: 1, count: Self.neurons)
    // Where time goes in undivided, that is what these are.
    var times = tau
    for index in times.indices { times[index] = Self.period / times[index] }
    self.times = times
    let zero = [Float](repeating: 0, count: Self.neurons)
    h1 = zero
    h2 = zero
    rest1 = zero
    rest2 = zero
    for _ in 0..<Self.settling {
      first.step(weights.values, input: input, state: &rest1, times: times)
      second.step(weights.values, input: rest1, state: &rest2, times: times)
    }
  }

  /// Sets the inputs of a channel's place; nil where no channel speaks.
  package mutating func set(_ summary: ChannelSummary?, place: Int) {
    let base = 4 * place
    input[base] = summary?.cosine ?? 0
    input[base + 1] = summary?.sine ?? 0
    input[base + 2] = summary?.quality ?? 0
    input[base + 3] = summary?.trend ?? 0
  }

  /// One inference: the next state from the inputs, `text` (128 numbers) and the state before.
  package mutating func step(text: [Float]) {
    for index in 0..<Self.neurons {
      h1[index] += rest1[index]
      h2[index] += rest2[index]
    }
    first.step(weights.values, input: input, state: &h1, times: times)
    second.step(weights.values, input: h1, state: &h2, times: times)
    for index in 0..<Self.neurons {
      h1[index] += text[index] - rest1[index]
      h2[index] += text[Self.neurons + index] - rest2[index]
    }
  }

  /// Draws the state towards the mesh's.
  package mutating func take(_ blend: Blend) { blend.apply(h1: &h1, h2: &h2, tau: tau) }
}
