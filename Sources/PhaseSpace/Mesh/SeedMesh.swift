// SPDX-License-Identifier: Apache-2.0

/// The seed's mesh step: a weighted phase and an unweighted mean coherence.
package struct SeedMesh: Equatable, Sendable {
  /// Σ w z / Σ w; nil without weight.
  package let globalPhase: Phasor?
  /// The mean of the nodes' coherences.
  package let globalCoherence: Double
  /// |Σ w z/|z|| / Σ w: whether their phases agree, which the seed does not ask.
  package let orderParameter: Double
  /// How many nodes were given.
  package let count: Int

  /// The step over nodes given as three arrays of one length.
  package init(phases: [Phasor], coherences: [Double], weights: [Double]) {
    count = min(phases.count, min(coherences.count, weights.count))
    var sum = Phasor.zero
    var units = Phasor.zero
    var total = 0.0
    var coherence = 0.0
    for index in 0..<count {
      sum = sum + phases[index] * weights[index]
      units = units + (phases[index].unit ?? .zero) * weights[index]
      total += weights[index]
      coherence += coherences[index]
    }
    guard count > 0, total > 0 else {
      (globalPhase, globalCoherence, orderParameter) = (nil, 0, 0)
      return
    }
    globalPhase = sum * (1 / total)
    globalCoherence = coherence / Double(count)
    orderParameter = units.magnitude / total
  }

  /// Strictly above 0.75, as the seed has it.
  package var isEmergent: Bool { globalCoherence > 0.75 }

  /// The global phase once emergent.
  package var unified: Phasor? { isEmergent ? globalPhase : nil }

  /// The same with the phases required to agree, among three or more.
  package var isGatedEmergent: Bool { isEmergent && orderParameter > 0.75 && count >= 3 }
}
