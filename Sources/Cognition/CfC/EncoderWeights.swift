// SPDX-License-Identifier: Apache-2.0
internal import CMath
internal import MMP

/// The weights of all cells of an encoder in one array, and their name.
package struct EncoderWeights: Equatable, Sendable {
  package let cells: [CellShape]
  package let values: [Float]
  /// Of each neuron, seconds; nil where time goes in undivided.
  package let tau: [Float]?
  /// First 16 hexadecimal digits of the hash: states of different encoders cannot be compared.
  package let name: String

  init(cells: [CellShape], values: [Float], tau: [Float]?, hash: [UInt8]) {
    (self.cells, self.values, self.tau) = (cells, values, tau)
    name = ByteText.hex(Array(hash.prefix(8)))
  }

  /// Two cells of 64 neurons, 16 inputs, from the generator: the same on every node, no file.
  ///
  /// The time constants lie between a second and ten minutes on every class of board: nodes whose
  /// neurons had different ones would not be comparable.
  package static var standard: EncoderWeights {
    let cells = [
      CellShape(input: 16, hidden: 64, units: 32), CellShape(input: 64, hidden: 64, units: 32),
    ]
    var values: [Float] = []
    values.reserveCapacity(cells[0].count + cells[1].count)
    var seed: UInt64 = 64064
    for cell in cells {
      append(cell, seed: seed, to: &values)
      seed += 1
    }
    var tau: [Float] = []
    for neuron in 0..<64 { tau.append(Float(pow(600, Double(neuron) / 63))) }
    // Not over the time constants: a library's rounding of a power must not part two nodes.
    let hash = values.withUnsafeBytes { SHA256.digest($0) }
    return EncoderWeights(cells: cells, values: values, tau: tau, hash: hash)
  }

  /// Weights of one cell: uniform in ±1/√columns, biases in ±0.1.
  static func append(_ cell: CellShape, seed: UInt64, to values: inout [Float]) {
    var random = SplitMix64(seed: seed)
    for tensor in cell.tensors {
      let scale = Double(tensor.columns).squareRoot()
      for _ in 0..<(tensor.rows * tensor.columns) { values.append(Float(random.next() / scale)) }
      for _ in 0..<tensor.rows { values.append(Float(0.1 * random.next())) }
    }
  }
}
