// SPDX-License-Identifier: Apache-2.0
internal import CMath
package import Memory

/// Draws a node's state towards the mean of those it is coupled to, neuron by neuron: fast neurons
/// follow, slow ones keep their own mind, and one that disagrees with the mean stays.
///
/// Source: the neural coupler of mesh-cognition 1.2.0; MMP 1.x §10.3.
package struct Blend: Sendable {
  /// Share of a peer's weight that a second of age takes.
  package static let decay = 0.05
  package static let leastConfidence = 0.01

  private var sum1: [Double] = []
  private var sum2: [Double] = []
  private var weight = 0.0
  private var strength = 0.0

  package init() {}

  /// Forgets what was added, and keeps the memory for the next time.
  package mutating func reset() {
    for index in sum1.indices { (sum1[index], sum2[index]) = (0, 0) }
    (weight, strength) = (0, 0)
  }

  /// The strength of all that was added, between the weights of guarded and aligned.
  package var effectiveStrength: Double { weight > 0 ? strength / weight : 0 }

  /// Adds a peer's state, `age` seconds old.
  package mutating func add(
    _ state: CognitiveState, drift: Double, coupling: Coupling, age: Double
  ) {
    guard coupling.sharesMemory else { return }
    let share = max(state.confidence, Self.leastConfidence) * (1 - drift) * exp(-Self.decay * age)
    guard share > 0 else { return }
    if sum1.isEmpty {
      sum1 = [Double](repeating: 0, count: state.h1.count)
      sum2 = sum1
    }
    guard sum1.count == state.h1.count else { return }
    for index in sum1.indices {
      sum1[index] += share * Double(state.h1[index])
      sum2[index] += share * Double(state.h2[index])
    }
    weight += share
    strength += share * coupling.weight
  }

  /// Blends a local state; it stays as it is where nothing was added.
  package func apply(h1: inout [Float], h2: inout [Float], tau: [Float]) {
    guard weight > 0, sum1.count == h1.count else { return }
    for index in h1.indices {
      let reach = effectiveStrength / max(Double(tau[index]), 0.01)
      h1[index] = Float(mix(Double(h1[index]), sum1[index] / weight, reach))
      h2[index] = Float(mix(Double(h2[index]), sum2[index] / weight, reach))
    }
  }

  private func mix(_ local: Double, _ mean: Double, _ reach: Double) -> Double {
    let largest = max(abs(local), abs(mean))
    guard abs(local) > 1e-8, abs(mean) > 1e-8 else { return local }
    let similarity = max(1 - abs(local - mean) / largest, 0)
    let share = min(reach * similarity, 1)
    return (1 - share) * local + share * mean
  }
}
