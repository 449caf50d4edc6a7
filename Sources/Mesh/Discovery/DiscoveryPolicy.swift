// SPDX-License-Identifier: Apache-2.0
package import MMP

/// Decides whom to dial and when, from a configured list and from what mDNS shows.
///
/// A target is named by a small number that stays its own until it is forgotten. After a failure
/// it is tried again after 0.5 s, doubling to 30 s, each time shortened by up to half at random
/// so that nodes that lost power together do not dial together; a connection that stood for 30 s
/// starts the series anew (MMP 0.2.0 §1.3).
package struct DiscoveryPolicy: Sendable {
  package typealias Target = Int

  package enum Effect: Equatable, Sendable {
    /// Open a connection and report `connected` or `failed`.
    case dial(Target, PeerEndpoint)
    /// Stop dialing and report nothing: the target's number may be given to another.
    case cancel(Target)
  }

  package struct Counters: Equatable, Sendable {
    /// Announcements of nodes of another mesh.
    package var foreignMesh: UInt64 = 0
    /// Announcements of nodes without secure links while plaintext is not allowed.
    package var plaintext: UInt64 = 0
    /// Announcements of new nodes while the table was full.
    package var refused: UInt64 = 0
  }

  package static let shortestRetry = Nanoseconds.second / 2
  package static let longestRetry = 30 * Nanoseconds.second
  package static let stableAfter = 30 * Nanoseconds.second

  package private(set) var counters = Counters()

  private let ownID: NodeID
  private let meshID: String
  private let allowPlaintext: Bool
  private var slots: [PeerTarget?]
  /// Nodes with a connection in either direction, in order.
  private var linked: [NodeID] = []
  private var cancelled: [Target] = []
  private var jitter: Jitter

  /// Starts with nothing but the configured peers.
  ///
  /// At most `capacity` targets are kept, those configured included; `seed` is any random number
  /// and spreads the retries.
  package init(
    ownID: NodeID, meshID: String, configured: [PeerEndpoint], allowPlaintext: Bool,
    capacity: Int, seed: UInt64, now: Int64
  ) {
    self.ownID = ownID
    self.meshID = meshID
    self.allowPlaintext = allowPlaintext
    jitter = Jitter(seed: seed)
    slots = [PeerTarget?](repeating: nil, count: max(capacity, configured.count))
    for (index, endpoint) in configured.enumerated() {
      slots[index] = PeerTarget(
        endpoint: endpoint, nodeID: nil, isConfigured: true, state: .waiting(now))
    }
  }

  /// Targets now kept.
  package var count: Int { slots.reduce(0) { $0 + ($1 == nil ? 0 : 1) } }

  /// When `next` has a dial to give if nothing happens before; `nil` for never.
  package var deadline: Int64? {
    var earliest: Int64?
    for slot in slots {
      guard let slot, case .waiting(let due) = slot.state, !isLinked(slot.nodeID) else { continue }
      earliest = min(earliest ?? due, due)
    }
    return earliest
  }

  /// The next thing to do, or `nil`; call until `nil` after every event and at `deadline`.
  package mutating func next(at now: Int64) -> Effect? {
    if !cancelled.isEmpty { return .cancel(cancelled.removeFirst()) }
    for index in 0..<slots.count {
      guard let slot = slots[index], case .waiting(let due) = slot.state, due <= now,
        !isLinked(slot.nodeID)
      else { continue }
      slots[index]?.state = .dialing
      slots[index]?.attempts += 1
      return .dial(index, slot.endpoint)
    }
    return nil
  }

  /// mDNS shows a node, perhaps at a new place.
  package mutating func found(_ peer: FoundPeer, at now: Int64) {
    guard peer.nodeID != ownID else { return }
    if let foreign = peer.meshID, foreign != meshID {
      counters.foreignMesh += 1
      return
    }
    let isSecure = peer.meshID != nil
    guard isSecure || allowPlaintext else {
      counters.plaintext += 1
      return
    }
    let endpoint = PeerEndpoint(host: peer.address, port: peer.port, isSecure: isSecure)
    if let known = index(announcedAs: peer.nodeID) {
      return move(known, to: endpoint, at: now)
    }
    guard let free = slots.firstIndex(where: { $0 == nil }) else {
      counters.refused += 1
      return
    }
    slots[free] = PeerTarget(
      endpoint: endpoint, nodeID: peer.nodeID, announcedID: peer.nodeID, isConfigured: false,
      state: .waiting(now))
  }

  /// mDNS says that a node has gone; a connection that stands is left to tell for itself.
  package mutating func lost(_ nodeID: NodeID) {
    guard let known = index(announcedAs: nodeID), let target = slots[known] else {
      return
    }
    if case .connected = target.state {
      slots[known]?.isLost = true
      return
    }
    if target.state == .dialing { cancelled.append(known) }
    slots[known] = nil
  }

  /// The connection dialed for `target` has shown its peer's identity.
  package mutating func established(_ target: Target, nodeID: NodeID, at now: Int64) {
    guard slots.indices.contains(target), slots[target] != nil else { return }
    slots[target]?.nodeID = nodeID
    slots[target]?.usesPrevious = false
    slots[target]?.state = nodeID == ownID ? .ourselves : .connected(now)
  }

  /// Whether `target` is dialed with the mesh secret before the current one.
  package func usesPrevious(_ target: Target) -> Bool {
    slots.indices.contains(target) && slots[target]?.usesPrevious == true
  }

  /// The peer of `target` hung up on the secret it was shown; the next dial shows the other one.
  package mutating func hungUp(_ target: Target) {
    if slots.indices.contains(target) { slots[target]?.usesPrevious.toggle() }
  }

  /// Dialing `target` failed, or its connection closed.
  package mutating func ended(_ target: Target, at now: Int64) {
    guard slots.indices.contains(target), let ended = slots[target] else { return }
    if ended.state == .ourselves { return }
    if case .connected(let since) = ended.state, now - since >= Self.stableAfter {
      slots[target]?.attempts = 1
    }
    if ended.isLost {
      slots[target] = nil
      return
    }
    let wait = retry(after: slots[target]?.attempts ?? 1)
    slots[target]?.state = .waiting(now + wait)
  }

  /// A connection with `nodeID` stands, whoever dialed: it is not dialed meanwhile.
  package mutating func linked(_ nodeID: NodeID) {
    let place = linked.firstIndex { $0 >= nodeID } ?? linked.count
    guard place == linked.count || linked[place] != nodeID else { return }
    linked.insert(nodeID, at: place)
  }

  /// The last connection with `nodeID` is gone.
  package mutating func unlinked(_ nodeID: NodeID, at now: Int64) {
    linked.removeAll { $0 == nodeID }
    for index in 0..<slots.count {
      guard let slot = slots[index], slot.nodeID == nodeID, case .waiting(let due) = slot.state
      else { continue }
      let wait = retry(after: max(1, slot.attempts))
      slots[index]?.state = .waiting(max(due, now + wait))
    }
  }

  private mutating func move(_ index: Int, to endpoint: PeerEndpoint, at now: Int64) {
    slots[index]?.isLost = false
    guard let target = slots[index], target.endpoint != endpoint else { return }
    slots[index]?.endpoint = endpoint
    guard case .waiting = target.state else { return }
    slots[index]?.attempts = 0
    slots[index]?.state = .waiting(now)
  }

  private mutating func retry(after attempts: Int) -> Int64 {
    let doubled = Self.shortestRetry << Int64(min(attempts - 1, 6))
    let longest = Double(min(doubled, Self.longestRetry))
    return Int64(longest * (0.5 + 0.5 * jitter.fraction()))
  }

  private func index(announcedAs nodeID: NodeID) -> Int? {
    slots.firstIndex { $0?.announcedID == nodeID }
  }

  private func isLinked(_ nodeID: NodeID?) -> Bool {
    guard let nodeID else { return false }
    return linked.contains(nodeID)
  }
}
