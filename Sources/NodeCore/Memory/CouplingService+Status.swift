// SPDX-License-Identifier: Apache-2.0
internal import Cognition
internal import MMP
internal import Memory

extension CouplingService {
  /// Adds how close the peer in `slot` is.
  func describe(_ slot: Int, _ peer: inout NodeStatus.Peer) {
    guard let (coupling, drift) = engine.coupling(of: slot) else { return }
    (peer.coupling, peer.drift) = (coupling.word.description, drift)
  }

  /// What is remembered, and the state made of it.
  var report: NodeStatus.Memory {
    let coherence = engine.coherence
    var memory = NodeStatus.Memory()
    memory.entries = engine.store.entries.count
    memory.confidence = engine.own.confidence
    memory.encoder = engine.encoder.weights.name
    (memory.coherence, memory.neuronCoherence) = (coherence.seed, coherence.debiased)
    return memory
  }

  /// What became of memories, moods and states since the start.
  var counters: [NodeStatus.Counter] {
    let counts = engine.counters
    let refused = intake.refused.reduce(0, +)
    let figures: [(String, UInt64)] = [
      ("memoriesShared", counts.shared), ("memoriesAccepted", counts.accepted),
      ("memoriesRejected", counts.rejected), ("memoriesRedundant", counts.redundant),
      ("memoriesDuplicate", counts.duplicates), ("memoriesWithheld", counts.withheld),
      ("memoriesEvicted", UInt64(engine.store.evicted)), ("blocksRefused", refused),
      ("moodsTaken", counts.moodsTaken), ("moodsIgnored", counts.moodsIgnored),
      ("statesEmpty", counts.statesEmpty), ("statesBad", counts.statesBad),
      ("statesIncomparable", counts.statesIncomparable),
    ]
    return figures.map { NodeStatus.Counter(name: $0.0, value: Int64(clamping: $0.1)) }
  }
}
