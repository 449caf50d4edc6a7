// SPDX-License-Identifier: Apache-2.0

/// Size and form of one CfC cell, and where its tensors are among its weights.
package struct CellShape: Equatable, Sendable {
  /// How the gate makes the next state (Hasani et al., 2022; names of ncps).
  package enum Mode: Equatable, Sendable {
    /// f1·(1 − g) + f2·g
    case gated
    /// f1 + g·f2
    case ungated
    /// The closed-form solution: −A·e^(−t·(|w_τ| + |f1|))·f1 + A
    case pure
  }

  package var mode: Mode
  package var input: Int
  package var hidden: Int
  /// Width and number of the layers of the backbone.
  package var units: Int
  package var layers: Int

  package init(mode: Mode = .gated, input: Int, hidden: Int, units: Int, layers: Int = 1) {
    (self.mode, self.input, self.hidden) = (mode, input, hidden)
    (self.units, self.layers) = (units, layers)
  }

  /// One matrix with its bias, or one vector: `rows` × `columns` numbers from `start` on, then
  /// `rows` of bias where there is one.
  struct Tensor {
    let name: String
    let rows: Int
    /// 0 for a vector without matrix.
    let columns: Int
    let start: Int

    var count: Int { rows * columns + rows }
    var bias: Int { start + rows * columns }
  }

  /// Numbers in all of its tensors.
  package var count: Int {
    let last = tensors[tensors.count - 1]
    return last.start + last.count
  }

  /// The tensors in the order of the weights.
  var tensors: [Tensor] {
    var tensors: [Tensor] = []
    var start = 0
    func add(_ name: String, _ rows: Int, _ columns: Int) {
      let tensor = Tensor(name: name, rows: rows, columns: columns, start: start)
      start += tensor.count
      tensors.append(tensor)
    }
    for layer in 0..<layers {
      add("backbone.\(layer)", units, layer == 0 ? input + hidden : units)
    }
    add("ff1", hidden, units)
    add("ff2", hidden, units)
    add("time_a", hidden, units)
    add("time_b", hidden, units)
    if mode == .pure {
      add("w_tau", hidden, 0)
      add("A", hidden, 0)
    }
    return tensors
  }
}
