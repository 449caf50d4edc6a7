// SPDX-License-Identifier: Apache-2.0
package import MMP
internal import Memory

extension CouplingEngine {
  /// A peer is there, or has begun anew; it is told this node's state.
  package mutating func joined(_ slot: Int, dialect: Dialect, isSecure: Bool, at now: Int64) {
    guard peers.indices.contains(slot) else { return }
    peers[slot] = Peer(
      dialect: dialect, isSecure: isSecure, coupling: dialect.tellsState ? .rejected : .unknown,
      stateSentAt: now)
    if dialect.tellsState { sendState(slot, at: now) }
  }

  /// A peer is gone: its state is forgotten.
  package mutating func left(_ slot: Int) {
    guard peers.indices.contains(slot) else { return }
    peers[slot] = nil
  }

  /// Takes a peer's state and couples anew.
  package mutating func received(_ sync: StateSync, from slot: Int, at now: Int64) {
    guard peers.indices.contains(slot), let peer = peers[slot], peer.dialect.tellsState else {
      return
    }
    let state = CognitiveState(
      h1: sync.h1.map { Float($0) }, h2: sync.h2.map { Float($0) },
      confidence: sync.confidence, encoder: sync.encoder)
    if !state.isKnown {
      if state.isSilent { counters.statesEmpty += 1 } else { counters.statesBad += 1 }
    } else if !isComparable(state, peer) {
      counters.statesIncomparable += 1
    }
    peers[slot]?.state = state
    peers[slot]?.heardAt = now
    couple(slot, at: now)
  }

  /// The state for the peer in `slot`: this node's own, or, for a node in the field that has told
  /// nothing longer, what this node's texts are in that node's 32 numbers.
  package func stateSync(for slot: Int) -> StateSync {
    let isField = peers[slot]?.dialect == .original && peers[slot]?.state?.h1.count != own.h1.count
    let state = isField ? fieldState : own
    var sync = StateSync(
      h1: state.h1.map(Self.rounded), h2: state.h2.map(Self.rounded),
      confidence: Self.rounded(Float(state.confidence)))
    sync.encoder = state.encoder
    return sync
  }

  /// Coupling and drift of the peer in `slot`; nil where nobody is.
  package func coupling(of slot: Int) -> (coupling: Coupling, drift: Double?)? {
    guard peers.indices.contains(slot), let peer = peers[slot] else { return nil }
    return (peer.coupling, peer.drift)
  }

  /// Of this node and all peers whose states can be compared with its own.
  package var coherence: MeshCoherence {
    guard own.isKnown else { return MeshCoherence([]) }
    var states = [own]
    for peer in peers {
      if let peer, peer.drift != nil, let state = peer.state, state.h1.count == own.h1.count {
        states.append(state)
      }
    }
    return MeshCoherence(states)
  }

  /// Decides anew how close the peer in `slot` is.
  mutating func couple(_ slot: Int, at now: Int64) {
    guard let peer = peers[slot], peer.dialect.tellsState else { return }
    var drift: Double?
    if let state = peer.state, now - peer.heardAt < Self.stateLifetime {
      if !checks.contains(.comparable) {
        let isLong = min(state.h1.count, state.h2.count) >= own.h1.count
        drift = isLong ? settings.rule.drift.distance(own, state) : nil
      } else if isComparable(state, peer) {
        drift = settings.rule.drift.between(mine(for: state), state)
      }
    }
    peers[slot]?.drift = drift
    let coupling = settings.rule.coupling(drift)
    peers[slot]?.coupling = coupling
    if !coupling.sharesMemory {
      peers[slot]?.coupledAt = nil
    } else if peer.coupledAt == nil {
      peers[slot]?.coupledAt = now
    }
  }

  /// A Taumesh node names its encoder; nodes in the field have none to name.
  private func isComparable(_ state: CognitiveState, _ peer: Peer) -> Bool {
    guard peer.dialect == .taumesh else { return true }
    return state.h1.count == own.h1.count && state.encoder == own.encoder
  }

  /// This node's state in the form of another's.
  private func mine(for other: CognitiveState) -> CognitiveState {
    other.h1.count == own.h1.count ? own : fieldState
  }

  private var fieldState: CognitiveState {
    let vector = trace.fieldState
    let half = vector.count / 2
    return CognitiveState(
      h1: Array(vector[..<half]), h2: Array(vector[half...]), confidence: trace.strength)
  }

  /// Four decimals: a third of the bytes, and a hundredth of what makes a state a new one.
  private static func rounded(_ value: Float) -> Double {
    (Double(value) * 1e4).rounded() / 1e4
  }
}

extension CognitiveState {
  /// Well formed, but of a memory without content.
  fileprivate var isSilent: Bool {
    !h1.isEmpty && h1.count == h2.count && confidence.isFinite
      && h1.allSatisfy { abs($0) < 1e-6 } && h2.allSatisfy { abs($0) < 1e-6 }
  }
}
