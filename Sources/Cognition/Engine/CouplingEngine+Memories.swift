// SPDX-License-Identifier: Apache-2.0
package import MMP
package import Memory

extension CouplingEngine {
  /// What became of a memory that came in.
  package enum Verdict: Equatable, Sendable {
    case accepted
    case duplicate
    case redundant
    case rejected
    /// Longer than the protocol allows.
    case refused
  }

  /// A received block as the gate sees it.
  package struct Block: Sendable {
    package var entry: MemoryEntry
    /// Of its seven categories.
    package var texts: [String]
    /// Seconds since it was made.
    package var age: Double

    package init(entry: MemoryEntry, texts: [String], age: Double) {
      (self.entry, self.texts, self.age) = (entry, texts, age)
    }
  }

  /// Stores a memory made here and tells the peers that are to know.
  package mutating func remember(_ entry: MemoryEntry, at now: Int64) -> MemoryStore.Outcome {
    var entry = entry
    entry.isOwn = true
    let outcome = keep(entry, weight: 1)
    guard outcome == .stored else { return outcome }
    gate.admit(ContentGate.encode([entry.content]), at: now)
    ownCount += 1
    for slot in peers.indices {
      share(entry, with: slot)
      if isSettled(slot, at: now) { peers[slot]?.offered = ownCount }
    }
    return .stored
  }

  /// Takes a peer's `memory-share`, if the peer is close enough.
  package mutating func received(
    _ share: MemoryShare, from slot: Int, at now: Int64
  ) -> Verdict {
    guard peers.indices.contains(slot), let peer = peers[slot] else { return .rejected }
    guard peer.coupling.sharesMemory && peer.credit >= 1 || !checks.contains(.receiving) else {
      counters.rejected += 1
      return .rejected
    }
    let entry = MemoryEntry(
      key: share.key, content: share.content, source: share.source, tags: share.tags,
      timestamp: share.timestamp, isOwn: false)
    return take(entry, weight: peer.coupling.weight, from: slot)
  }

  /// Takes a peer's memory block by its content, and by the peer's state where it tells one.
  package mutating func received(_ block: Block, from slot: Int, at now: Int64) -> Verdict {
    guard peers.indices.contains(slot), let peer = peers[slot] else { return .rejected }
    guard peer.coupling != .rejected && peer.credit >= 1 || !checks.contains(.receiving) else {
      counters.rejected += 1
      return .rejected
    }
    if store.knows(block.entry.key) {
      counters.duplicates += 1
      return .duplicate
    }
    let vectors = ContentGate.encode(block.texts)
    heard(vectors, from: slot)
    let verdict = gate.judge(vectors, age: block.age, at: now).verdict
    guard verdict.isAccepted else {
      if verdict == .redundant { counters.redundant += 1 } else { counters.rejected += 1 }
      return verdict == .redundant ? .redundant : .rejected
    }
    var entry = block.entry
    entry.isOwn = false
    let coupling: Coupling = verdict == .aligned ? .aligned : .guarded
    let outcome = take(entry, weight: coupling.weight, from: slot)
    if outcome == .accepted { gate.admit(vectors, at: now) }
    return outcome
  }

  /// Whether the mood of the peer in `slot` concerns this node: its drift, or, where its dialect
  /// has no states, that of the mood's text from this node's own (seed MMP §4.4).
  package mutating func takesMood(_ text: String, from slot: Int) -> Bool {
    guard peers.indices.contains(slot), let peer = peers[slot] else { return false }
    var drift = peer.drift
    if !peer.dialect.tellsState, trace.strength > 0 {
      let mood = TextEncoder.encode(text, buckets: TextTrace.fieldBuckets)
      drift = 1 - Drift.cosine(mood, trace.fieldState)
    }
    let takes = settings.rule.takesMood(drift)
    if takes { counters.moodsTaken += 1 } else { counters.moodsIgnored += 1 }
    return takes
  }

  private mutating func take(_ entry: MemoryEntry, weight: Double, from slot: Int) -> Verdict {
    switch keep(entry, weight: weight) {
    case .stored:
      counters.accepted += 1
      peers[slot]?.credit -= 1
      return .accepted
    case .duplicate:
      counters.duplicates += 1
      return .duplicate
    case .refused:
      counters.rejected += 1
      return .refused
    }
  }

  /// The one gate through which memories leave: to coupled peers, and to those without states as
  /// the settings say.
  package func mayShare(_ entry: MemoryEntry, with slot: Int) -> Bool {
    guard peers.indices.contains(slot), let peer = peers[slot] else { return false }
    if !peer.dialect.tellsState { return concerns(entry, peer) }
    return peer.coupling.sharesMemory || !checks.contains(.sending)
  }

  private mutating func share(_ entry: MemoryEntry, with slot: Int) {
    guard let dialect = peers[slot]?.dialect else { return }
    guard mayShare(entry, with: slot) else {
      if !dialect.tellsState { counters.withheld += 1 }
      return
    }
    emit(dialect.tellsState ? .memory(slot: slot, entry) : .block(slot: slot, entry))
    counters.shared += 1
  }

  /// Whether the peer has been coupled for so long that it knows this node's state as well: what
  /// is told earlier it may refuse.
  private func isSettled(_ slot: Int, at now: Int64) -> Bool {
    guard let peer = peers[slot], let since = peer.coupledAt else { return false }
    return now - since >= 2 * settings.stateInterval
  }

  /// Tells a peer that has become coupled of the newest own memories it does not know.
  mutating func offerNewest(_ slot: Int, at now: Int64) {
    guard let peer = peers[slot], peer.offered < ownCount, isSettled(slot, at: now) else { return }
    var missed: [MemoryEntry] = []
    for entry in store.entries.reversed()
    where entry.isOwn && missed.count < min(Self.newest, ownCount - peer.offered) {
      missed.append(entry)
    }
    for entry in missed.reversed() { share(entry, with: slot) }
    peers[slot]?.offered = ownCount
  }

  /// Whether a memory resembles what a peer without states has said.
  private func concerns(_ entry: MemoryEntry, _ peer: Peer) -> Bool {
    switch settings.unknown {
    case .always: return true
    case .never: return false
    case .similar:
      guard !peer.content.isEmpty else { return true }
      let vector = TextEncoder.encode(entry.content, buckets: ContentGate.buckets)
      return 1 - Drift.cosine(Array(vector.prefix(peer.content.count)), peer.content)
        <= ContentGate.guarded
    }
  }

  /// Keeps the direction of what a peer without states says, the newer the more.
  private mutating func heard(_ vectors: [[Float]], from slot: Int) {
    guard var peer = peers[slot], !peer.dialect.tellsState else { return }
    for vector in vectors where !vector.isEmpty {
      if peer.content.isEmpty { peer.content = [Float](repeating: 0, count: vector.count) }
      for index in vector.indices {
        peer.content[index] = 0.8 * peer.content[index] + 0.2 * vector[index]
      }
    }
    peers[slot] = peer
  }
}
