// SPDX-License-Identifier: Apache-2.0
internal import MMP
package import Memory

/// The coupling engine (seed MMP, layer 4): what this node remembers makes its state, its state and
/// its peers' make their coupling, their coupling decides who is told what and whose word is
/// taken, and what is taken is remembered.
///
/// Pure: report peers, frames and memories, pull `next` until `nil` after every call, call `tick`
/// at `deadline`.
package struct CouplingEngine: Sendable {
  package enum Effect: Equatable, Sendable {
    /// Send `stateSync(for:)`.
    case state(slot: Int)
    /// Send the memory as a `memory-share`.
    case memory(slot: Int, MemoryEntry)
    /// Send the memory as a block: the peer's dialect has no states.
    case block(slot: Int, MemoryEntry)
  }

  /// What this node knows of a peer's mind.
  struct Peer: Sendable {
    let dialect: Dialect
    /// Others may be heard, but do not draw this node's state.
    let isSecure: Bool
    var state: CognitiveState?
    var heardAt: Int64 = 0
    var drift: Double?
    var coupling: Coupling
    /// Of a peer without states: the direction of what it said; empty before it said something.
    var content: [Float] = []
    /// Since when memories may go to it without a break; nil while they may not.
    var coupledAt: Int64?
    /// Memories that are still taken from it; grows back with time.
    var credit = CouplingEngine.mostCredit
    /// How many own memories there were when it was last told of the newest.
    var offered = 0
    var stateSentAt: Int64
  }

  /// A state not repeated for so long is no longer known, ns.
  static let stateLifetime: Int64 = 300_000_000_000
  /// An unchanged state is repeated so often, ns.
  static let stateRepetition: Int64 = 60_000_000_000
  /// Memories of one peer taken at once, and each second after that.
  static let mostCredit = 20.0
  static let creditPerSecond = 0.2
  static let period = Int64(StateEncoder.period) * 1_000_000_000
  /// Own memories that a peer is told of when it becomes coupled.
  static let newest = 5

  package private(set) var store: MemoryStore
  package internal(set) var counters = CouplingCounters()
  /// This node's state, blended with the mesh's.
  package private(set) var own: CognitiveState
  package private(set) var encoder: StateEncoder
  var checks = CouplingChecks.all

  let settings: CouplingSettings
  var peers: [Peer?]
  var trace = TextTrace()
  var gate = ContentGate()
  /// Own memories made since the start.
  var ownCount = 0
  private var blend = Blend()
  private var quality = [Float](repeating: 0, count: StateEncoder.channels)
  private var sent: [Float]
  private var changedAt: Int64
  private var nextTick: Int64
  private var effects: [Effect] = []
  private var nextEffect = 0

  package init(_ settings: CouplingSettings, encoder: StateEncoder, now: Int64) {
    (self.settings, self.encoder) = (settings, encoder)
    store = MemoryStore(capacity: settings.entries, byteLimit: settings.bytes)
    peers = [Peer?](repeating: nil, count: settings.peers)
    own = CognitiveState(
      h1: encoder.h1, h2: encoder.h2, confidence: 0, encoder: encoder.weights.name)
    sent = [Float](repeating: 0, count: 2 * StateEncoder.neurons)
    changedAt = now
    nextTick = now
  }

  /// When `tick` is next worth calling, ns.
  package var deadline: Int64 { nextTick }

  package mutating func next() -> Effect? {
    guard nextEffect < effects.count else {
      effects.removeAll(keepingCapacity: effects.count <= 64)
      nextEffect = 0
      return nil
    }
    nextEffect += 1
    return effects[nextEffect - 1]
  }

  mutating func emit(_ effect: Effect) { effects.append(effect) }

  /// Stores an entry and lets its text into the state with `weight`.
  mutating func keep(_ entry: MemoryEntry, weight: Double) -> MemoryStore.Outcome {
    let outcome = store.store(entry)
    guard outcome == .stored else { return outcome }
    trace.add(entry.content, weight: weight)
    return outcome
  }

  /// Takes back what was stored before a restart, `age` seconds ago; the oldest first.
  package mutating func restore(_ entry: MemoryEntry, age: Double) {
    var past = TextTrace()
    guard store.store(entry) == .stored else { return }
    past.add(entry.content, weight: entry.isOwn ? 1 : Coupling.aligned.weight)
    past.fade(seconds: age)
    trace.add(past)
    if entry.isOwn { ownCount += 1 }
  }

  /// Sets what layer L1 says of the channels at a place; nil where none speaks.
  package mutating func observe(_ summary: ChannelSummary?, place: Int) {
    encoder.set(summary, place: place)
    quality[place] = summary?.quality ?? 0
  }

  /// One inference on this node's own clock, and what follows from it.
  package mutating func tick(at now: Int64) {
    guard now >= nextTick else { return }
    nextTick = max(nextTick + Self.period, now)
    trace.fade(seconds: Double(StateEncoder.period))
    encoder.step(text: trace.direction)
    draw(at: now)
    renewOwn()
    for slot in peers.indices {
      if let credit = peers[slot]?.credit {
        peers[slot]?.credit = min(Self.mostCredit, credit + Self.creditPerSecond)
      }
      couple(slot, at: now)
      offerNewest(slot, at: now)
    }
    sendStates(at: now)
  }

  /// Draws the state towards those it is coupled to.
  private mutating func draw(at now: Int64) {
    blend.reset()
    for peer in peers {
      guard let peer, peer.isSecure, let state = peer.state, let drift = peer.drift,
        state.h1.count == StateEncoder.neurons
      else { continue }
      // A state that is not told anew within its time is one that has not changed.
      let age = max(0, now - peer.heardAt - Self.stateRepetition)
      blend.add(state, drift: drift, coupling: peer.coupling, age: Double(age) * 1e-9)
    }
    encoder.take(blend)
  }

  private mutating func renewOwn() {
    for index in 0..<StateEncoder.neurons {
      own.h1[index] = encoder.h1[index]
      own.h2[index] = encoder.h2[index]
    }
    own.confidence = max(trace.strength, Double(quality.max() ?? 0))
  }

  /// To each peer when the state has changed, not more often than the settings say, and from time
  /// to time when it has not.
  private mutating func sendStates(at now: Int64) {
    if hasChanged {
      changedAt = now
      for index in 0..<StateEncoder.neurons {
        sent[index] = own.h1[index]
        sent[StateEncoder.neurons + index] = own.h2[index]
      }
    }
    for slot in peers.indices {
      guard let peer = peers[slot], peer.dialect.tellsState else { continue }
      let silence = now - peer.stateSentAt
      let isDue = peer.stateSentAt < changedAt || silence >= Self.stateRepetition
      if isDue, silence >= settings.stateInterval { sendState(slot, at: now) }
    }
  }

  mutating func sendState(_ slot: Int, at now: Int64) {
    peers[slot]?.stateSentAt = now
    emit(.state(slot: slot))
  }

  /// Whether the state differs by a hundredth from the one last called new.
  private var hasChanged: Bool {
    var (square, difference): (Float, Float) = (0, 0)
    for index in sent.indices {
      let neuron = index % StateEncoder.neurons
      let value = index == neuron ? own.h1[neuron] : own.h2[neuron]
      square += value * value
      difference += (value - sent[index]) * (value - sent[index])
    }
    return difference > 1e-4 * square
  }
}
