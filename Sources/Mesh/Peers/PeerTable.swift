// SPDX-License-Identifier: Apache-2.0
package import MMP

/// The nodes this node has a connection with, each in a slot of its own, one connection each.
package struct PeerTable: Sendable {
  /// One peer and the connection that carries its frames.
  package struct Peer: Sendable {
    package var nodeID: NodeID
    /// The caller's number of the connection.
    package var connection: Int
    package var isOutbound: Bool
    package var isSecure: Bool
    /// Drawn by the peer at its start; 0 for a plaintext peer, which tells none.
    package var boot: UInt32
    /// When anything authentic of it last came, nanoseconds.
    package var lastHeard: Int64
    /// Whether a relay carries it.
    package var isRelayed = false

    package init(
      nodeID: NodeID, connection: Int, isOutbound: Bool, isSecure: Bool, boot: UInt32,
      lastHeard: Int64
    ) {
      self.nodeID = nodeID
      self.connection = connection
      self.isOutbound = isOutbound
      self.isSecure = isSecure
      self.boot = boot
      self.lastHeard = lastHeard
    }
  }

  package enum Refusal: Equatable, Sendable, CustomStringConvertible {
    /// Another connection with the same node is the one to keep.
    case duplicate
    /// Two nodes live with one identity: a copied card, or a stolen key.
    case conflict
    case full
    /// Plaintext from a node that has been met on a secure link.
    case downgrade

    package var description: String {
      switch self {
      case .duplicate: "a connection with this node stands already"
      case .conflict: "another living node has the same identity"
      case .full: "no room for another peer"
      case .downgrade: "plaintext from a node known to use secure links"
      }
    }
  }

  package enum Verdict: Equatable, Sendable {
    case added(slot: Int)
    /// In place of `closing`, which is to be closed.
    case replaced(slot: Int, closing: Int)
    case refused(Refusal)
  }

  /// Connections refused since the start, by reason.
  package struct Counters: Equatable, Sendable {
    package var duplicates: UInt64 = 0
    package var conflicts: UInt64 = 0
    package var full: UInt64 = 0
    package var downgrades: UInt64 = 0
  }

  /// A connection that was silent for longer gives way to a new one, nanoseconds.
  package static let staleAfter = 1000 * Nanoseconds.millisecond

  package private(set) var counters = Counters()
  /// Nodes met on secure links, in order; keep it over restarts.
  package private(set) var secureNodes: [NodeID]
  /// Those of them first met since the start, and when, nanoseconds.
  private var newNodes: [(nodeID: NodeID, met: Int64)] = []

  private let ownID: NodeID
  private let secureCapacity: Int
  private var slots: [Peer?]

  /// Starts with no peer but with the memory of nodes once met on secure links.
  package init(ownID: NodeID, capacity: Int, secureNodes: [NodeID] = []) {
    self.ownID = ownID
    self.secureNodes = secureNodes.sorted()
    secureCapacity = max(16 * capacity, secureNodes.count)
    slots = [Peer?](repeating: nil, count: capacity)
  }

  package var capacity: Int { slots.count }
  package var count: Int { slots.reduce(0) { $0 + ($1 == nil ? 0 : 1) } }

  package subscript(slot: Int) -> Peer? { slots.indices.contains(slot) ? slots[slot] : nil }

  package func slot(of nodeID: NodeID) -> Int? { slots.firstIndex { $0?.nodeID == nodeID } }

  package func slot(ofConnection connection: Int) -> Int? {
    slots.firstIndex { $0?.connection == connection }
  }

  package mutating func heard(_ slot: Int, at now: Int64) { slots[slot]?.lastHeard = now }

  /// Decides about a connection that has just shown its peer's identity.
  ///
  /// When a connection with that node stands: one that is stale gives way; of two in the same
  /// direction the older stays; of two that crossed, the node with the smaller identity keeps
  /// its outbound one and the other its inbound one, so both keep the same (MMP as sym 0.5.6
  /// and later do it).
  package mutating func admit(_ peer: Peer, at now: Int64) -> Verdict {
    let verdict = judge(peer, at: now)
    switch verdict {
    case .added(let slot), .replaced(let slot, _):
      slots[slot] = peer
      if peer.isSecure { remember(peer.nodeID, at: now) }
    case .refused(let reason): count(reason)
    }
    return verdict
  }

  /// Forgets the peer of a connection that has closed; `nil` when it had been replaced before.
  package mutating func remove(connection: Int) -> Int? {
    guard let slot = slot(ofConnection: connection) else { return nil }
    slots[slot] = nil
    return slot
  }

  private func judge(_ peer: Peer, at now: Int64) -> Verdict {
    if !peer.isSecure, mustBeSecure(peer.nodeID) { return .refused(.downgrade) }
    guard let slot = slot(of: peer.nodeID), let prior = slots[slot] else {
      guard let free = slots.firstIndex(where: { $0 == nil }) else { return .refused(.full) }
      return .added(slot: free)
    }
    let replaced = Verdict.replaced(slot: slot, closing: prior.connection)
    if peer.isSecure, !prior.isSecure || now - prior.lastHeard > Self.staleAfter {
      return replaced
    }
    if prior.isSecure, peer.boot != prior.boot { return .refused(.conflict) }
    if now - prior.lastHeard > Self.staleAfter { return replaced }
    // The direct one is kept, whoever dialed and whichever came first.
    if peer.isRelayed != prior.isRelayed {
      return prior.isRelayed ? replaced : .refused(.duplicate)
    }
    if peer.isOutbound == prior.isOutbound { return .refused(.duplicate) }
    return peer.isOutbound == (ownID < peer.nodeID) ? replaced : .refused(.duplicate)
  }

  /// Whether plaintext from `nodeID` is refused; with a full memory, from everyone unknown.
  package func mustBeSecure(_ nodeID: NodeID) -> Bool {
    secureNodes.contains(nodeID) || secureNodes.count >= secureCapacity
  }

  /// Forgets nodes first met at `time` or later, except the one in `slot`.
  ///
  /// - Returns: Which they are.
  package mutating func forgetMet(since time: Int64, but slot: Int?) -> [NodeID] {
    let kept = slot.flatMap { self[$0]?.nodeID }
    let forgotten = newNodes.filter { $0.met >= time && $0.nodeID != kept }.map { $0.nodeID }
    newNodes.removeAll { forgotten.contains($0.nodeID) }
    secureNodes.removeAll { forgotten.contains($0) }
    return forgotten
  }

  private mutating func remember(_ nodeID: NodeID, at now: Int64) {
    let place = secureNodes.firstIndex { $0 >= nodeID } ?? secureNodes.count
    guard place == secureNodes.count || secureNodes[place] != nodeID,
      secureNodes.count < secureCapacity
    else { return }
    secureNodes.insert(nodeID, at: place)
    newNodes.append((nodeID, now))
  }

  private mutating func count(_ reason: Refusal) {
    switch reason {
    case .duplicate: counters.duplicates += 1
    case .conflict: counters.conflicts += 1
    case .full: counters.full += 1
    case .downgrade: counters.downgrades += 1
    }
  }
}
