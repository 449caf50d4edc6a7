// SPDX-License-Identifier: Apache-2.0
package import PhaseSpace

extension NodeStatus.Channel {
  /// The numbers of a mesh state, without members.
  package init(name: String, frequency: Double, _ state: MeshState) {
    self.name = name
    self.frequency = frequency
    decisionSeconds = state.decisionTau
    meanCoherence = state.meanCoherence
    orderParameter = state.orderParameter
    commonPhase = state.globalPhasor.map { degrees($0.angle) }
    lockingIndex = state.memberCount > 1 ? state.lockingIndex : nil
    n = state.memberCount
    nEffective = state.effectiveSamples
    significance = state.significance
    emergent = state.isEmergent
    we = state.isWe
  }
}

/// Radians as degrees.
func degrees(_ radians: Double) -> Double { radians * 180 / .pi }
