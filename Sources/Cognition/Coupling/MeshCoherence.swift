// SPDX-License-Identifier: Apache-2.0
package import Memory

/// What the states of several nodes have in common.
package struct MeshCoherence: Equatable, Sendable {
  /// C of seed MMP §4.5: the order parameter of the nodes' mean phases.
  ///
  /// Published because the seed
  /// asks for it; of two dozen neurons with unrelated phases a mean phase says nothing.
  package private(set) var seed: Double?
  /// Mean over neurons of the order parameter over nodes.
  ///
  /// Unrelated nodes have 0.64 (two of them)
  /// or 0.53 (three), not 0.
  package private(set) var neurons: Double?
  /// The same with that floor taken away: 0 for unrelated nodes, 1 for equal ones; nil for one.
  package private(set) var debiased: Double?

  /// Of `states`, all known and of one length.
  package init(_ states: [CognitiveState]) {
    guard let count = states.first?.h1.count, count > 0 else { return }
    let n = Double(states.count)
    var common: (re: Double, im: Double, nodes: Int) = (0, 0, 0)
    for state in states {
      guard let mean = Self.meanPhase(state) else { continue }
      common.re += mean.re
      common.im += mean.im
      common.nodes += 1
    }
    if common.nodes > 0 {
      seed = (common.re * common.re + common.im * common.im).squareRoot() / Double(common.nodes)
    }
    var (sum, corrected) = (0.0, 0.0)
    for neuron in 0..<count {
      var (re, im) = (0.0, 0.0)
      for state in states {
        let phasor = Drift.phasor(state.h1[neuron], state.h2[neuron])
        re += phasor.re
        im += phasor.im
      }
      let square = (re * re + im * im) / (n * n)
      sum += square.squareRoot()
      if states.count > 1 { corrected += max(0, (square - 1 / n) / (1 - 1 / n)) }
    }
    neurons = sum / Double(count)
    if states.count > 1 { debiased = corrected / Double(count) }
  }

  /// The circular mean of a node's phases as a unit phasor; nil where they cancel.
  static func meanPhase(_ state: CognitiveState) -> (re: Double, im: Double)? {
    var (re, im) = (0.0, 0.0)
    for neuron in state.h1.indices {
      let phasor = Drift.phasor(state.h1[neuron], state.h2[neuron])
      re += phasor.re
      im += phasor.im
    }
    let length = (re * re + im * im).squareRoot()
    guard length / Double(state.h1.count) > 1e-12 else { return nil }
    return (re / length, im / length)
  }
}
