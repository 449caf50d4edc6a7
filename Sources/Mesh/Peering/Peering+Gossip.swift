// SPDX-License-Identifier: Apache-2.0
internal import MMP

extension Peering {
  /// Milliseconds of the Unix epoch.
  func wall(_ now: Int64) -> Int64 { (now + wallClockOffset) / Nanoseconds.millisecond }

  mutating func gossip(at now: Int64) {
    guard now >= nextGossip else { return }
    nextGossip = now + Self.gossipInterval
    signCard(at: now)
    var present: [String] = []
    for slot in 0..<summaries.count {
      guard let summary = summaries[slot] else { continue }
      refresh(slot, at: now)
      present.append(NodeID(foreign: summary.handshake.nodeID).description)
      present.append(summary.handshake.nodeID)
    }
    directory.expire(at: wall(now), present: present)
    for slot in 0..<summaries.count where summaries[slot] != nil { greet(slot, at: now) }
  }

  /// Signs anew, once an hour, what this node is.
  mutating func signCard(at now: Int64) {
    guard let description = settings.description, now >= nextCard else { return }
    nextCard = now + Self.cardInterval
    // A machine that starts with its clock at the epoch is newer than it was all the same.
    cardSequence = max(cardSequence + 1, UInt64(clamping: wall(now)))
    ownCard = PeerCard(
      description, name: settings.connection.handshake.name, sequence: cardSequence,
      by: settings.connection.identity)
  }

  /// Tells the peer in `slot` what it has not been told: of this node, and of the others.
  mutating func greet(_ slot: Int, at now: Int64) {
    guard let summary = summaries[slot], let number = table[slot]?.connection,
      let index = index(of: number), let told = connections[index].stream?.toldUpTo
    else { return }
    signCard(at: now)
    // Nodes in the field keep nothing but wake channels, and forget: they are told everything.
    let news = directory.news(since: summary.isSecure ? told : 0, limit: Self.gossipLength)
    var entries = entries(of: news.records, for: summary)
    if summary.isSecure, let own = ownEntry(at: now) { entries.append(own) }
    connections[index].stream?.toldUpTo = news.upTo
    connections[index].stream?.newsUpTo = news.upTo
    connections[index].stream?.news = []
    send(.peerInfo(PeerInfo(peers: entries)), to: slot, at: now)
  }

  /// Puts on the next heartbeat of a connection what its peer has not been told.
  mutating func offerNews(_ index: Int) {
    guard directory.change > connections[index].stream?.newsUpTo ?? .max,
      connections[index].stream?.news.isEmpty == true,
      let summary = connections[index].stream?.summary, summary.isSecure,
      let told = connections[index].stream?.toldUpTo
    else { return }
    let news = directory.news(since: told, limit: Self.newsLength)
    let entries = entries(of: news.records, for: summary)
    connections[index].stream?.newsUpTo = news.upTo
    connections[index].stream?.news = entries
    if entries.isEmpty { connections[index].stream?.toldUpTo = news.upTo }
  }

  /// What a frame says of other nodes.
  mutating func learn(from frame: Frame, _ slot: Int, at now: Int64) {
    guard let summary = summaries[slot] else { return }
    switch frame {
    case .peerInfo(let info):
      directory.merge(
        info.peers.filter { summary.isSecure || !isSecureNode($0.nodeID) },
        isSecure: summary.isSecure, trust: settings.connection.trust,
        meshID: settings.connection.key.meshID, at: wall(now))
    case .wakeChannel(let channel): directory.take(channel, of: summary.handshake.nodeID)
    default: break
    }
  }

  /// A node cannot be woken any more in the way that was told.
  package mutating func forgetWakeChannel(of nodeID: String) {
    directory.forgetWakeChannel(of: nodeID)
  }

  /// Keeps when the peer in `slot` was last heard.
  mutating func refresh(_ slot: Int, at now: Int64) {
    guard let summary = summaries[slot] else { return }
    refreshPrior(summary.nodeID)
    let heard = table[slot]?.lastHeard ?? now
    directory.met(summary.handshake.nodeID, name: summary.name, at: wall(heard))
  }

  /// Whoever has no secure link has no say about those who have.
  private func isSecureNode(_ nodeID: String) -> Bool {
    table.secureNodes.contains(NodeID(foreign: nodeID))
  }

  private func entries(of records: [PeerRecord], for summary: PeerSummary) -> [PeerInfo.Entry] {
    let own = NodeID(foreign: summary.handshake.nodeID).description
    var entries: [PeerInfo.Entry] = []
    for record in records
    where record.nodeID != own && record.nodeID != summary.handshake.nodeID {
      entries.append(
        record.entry(
          toSecure: summary.isSecure,
          withWakeChannel: summary.isSecure || settings.tellsWakeChannels))
    }
    return entries
  }

  private func ownEntry(at now: Int64) -> PeerInfo.Entry? {
    guard let ownCard else { return nil }
    return PeerInfo.Entry(
      nodeID: settings.connection.identity.nodeID.description, name: ownCard.name,
      wakeChannel: ownCard.description.wakeChannel, lastSeenMilliseconds: wall(now), card: ownCard)
  }
}
