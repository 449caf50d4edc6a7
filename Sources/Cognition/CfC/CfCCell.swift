// SPDX-License-Identifier: Apache-2.0
internal import CMath

/// One closed-form continuous-time cell: the next state from an input, a state and a time.
///
/// Sources: Hasani et al., "Closed-form continuous-time neural networks", 2022; ncps 1.0.1,
/// whose numbers it reproduces in single precision.
package struct CfCCell: Sendable {
  package let shape: CellShape
  /// Where its weights begin among those of the encoder.
  private let start: Int
  private let tensors: [CellShape.Tensor]
  private var before: [Float]
  private var after: [Float]

  /// Δt/τ beyond this changes nothing but the sign of infinities.
  package static let longestTime: Float = 50

  package init(_ shape: CellShape, start: Int) {
    (self.shape, self.start, tensors) = (shape, start, shape.tensors)
    let widest = max(shape.input + shape.hidden, shape.units)
    before = [Float](repeating: 0, count: widest)
    after = [Float](repeating: 0, count: widest)
  }

  /// Replaces `state` by the next one.
  ///
  /// - Parameters:
  ///   - weights: All weights of the encoder.
  ///   - input: `shape.input` numbers.
  ///   - state: `shape.hidden` numbers.
  ///   - times: Of each neuron Δt, or Δt/τ, 0…`longestTime`.
  package mutating func step(
    _ weights: [Float], input: [Float], state: inout [Float], times: [Float]
  ) {
    for index in 0..<shape.input { before[index] = input[index] }
    for index in 0..<shape.hidden { before[shape.input + index] = state[index] }
    for layer in 0..<shape.layers {
      for row in 0..<shape.units {
        after[row] = 1.7159 * tanhf(0.666 * product(weights, tensors[layer], row))
      }
      swap(&before, &after)
    }
    for neuron in 0..<shape.hidden {
      state[neuron] = next(weights, neuron, min(max(times[neuron], 0), Self.longestTime))
    }
  }

  private func next(_ weights: [Float], _ neuron: Int, _ time: Float) -> Float {
    let heads = shape.layers
    let first = product(weights, tensors[heads], neuron)
    if shape.mode == .pure {
      let rate = abs(weights[start + tensors[heads + 4].bias + neuron]) + abs(first)
      let scale = weights[start + tensors[heads + 5].bias + neuron]
      return scale - scale * expf(-time * rate) * first
    }
    let (f1, f2) = (tanhf(first), tanhf(product(weights, tensors[heads + 1], neuron)))
    let gate = sigmoid(
      product(weights, tensors[heads + 2], neuron) * time
        + product(weights, tensors[heads + 3], neuron))
    return shape.mode == .ungated ? f1 + gate * f2 : f1 * (1 - gate) + gate * f2
  }

  /// A row of the matrix times what the layer before gave, plus its bias.
  ///
  /// Four sums at once: a small processor's unit takes several cycles for each addition.
  private func product(_ weights: [Float], _ tensor: CellShape.Tensor, _ row: Int) -> Float {
    let base = start + tensor.start + row * tensor.columns
    var sums: (Float, Float, Float, Float) = (weights[start + tensor.bias + row], 0, 0, 0)
    var column = 0
    while column + 3 < tensor.columns {
      sums.0 += weights[base + column] * before[column]
      sums.1 += weights[base + column + 1] * before[column + 1]
      sums.2 += weights[base + column + 2] * before[column + 2]
      sums.3 += weights[base + column + 3] * before[column + 3]
      column += 4
    }
    while column < tensor.columns {
      sums.0 += weights[base + column] * before[column]
      column += 1
    }
    return (sums.0 + sums.1) + (sums.2 + sums.3)
  }

  /// 1/(1 + e^−x), of which neither sign overflows.
  private func sigmoid(_ x: Float) -> Float {
    let small = expf(-abs(x))
    return x < 0 ? small / (1 + small) : 1 / (1 + small)
  }
}
