// SPDX-License-Identifier: Apache-2.0
internal import MMP
internal import Mesh
internal import Runtime

extension MeshService {
  /// Name and nodeId of the peer in `slot`.
  func name(of slot: Int) -> (name: String, nodeID: String) {
    guard let summary = peering[slot] else { return ("", "") }
    return (summary.name, summary.nodeID.description)
  }

  /// Whether the peer in `slot` speaks over an authenticated link.
  func isSecure(slot: Int) -> Bool { peering[slot]?.isSecure ?? false }

  /// The peers by ascending nodeId, each with what `describe` adds.
  func peers(
    at now: Int64, _ describe: (Int, inout NodeStatus.Peer) -> Void
  ) -> [NodeStatus.Peer] {
    var peers: [NodeStatus.Peer] = []
    for slot in order {
      guard let summary = peering[slot] else { continue }
      var peer = peer(summary, slot, now)
      describe(slot, &peer)
      peers.append(peer)
    }
    return peers
  }

  /// Nodes known of that this node has no connection with.
  func absentPeers() -> [NodeStatus.Peer] {
    var absent: [NodeStatus.Peer] = []
    let present = order.compactMap { peering[$0]?.handshake.nodeID }
    for record in peering.directory.records where !present.contains(record.nodeID) {
      var peer = NodeStatus.Peer()
      (peer.name, peer.nodeID, peer.state) = (record.name, record.nodeID, "offline")
      describe(&peer, record)
      absent.append(peer)
    }
    return absent
  }

  private func describe(_ peer: inout NodeStatus.Peer, _ record: PeerRecord) {
    peer.lastSeen = record.lastSeen
    peer.secure = peering.table.secureNodes.contains(NodeID(foreign: record.nodeID))
    guard let own = record.card?.description else {
      peer.profile = "mmp"
      return
    }
    peer.profile = own.profile
    peer.connectivity = own.connectivity.text
    peer.availability = own.availability.text
    peer.memory = Int64(own.memory)
    peer.adapters = own.adapters
  }

  private func peer(_ summary: PeerSummary, _ slot: Int, _ now: Int64) -> NodeStatus.Peer {
    var peer = NodeStatus.Peer()
    (peer.name, peer.nodeID) = (summary.name, summary.nodeID.description)
    if let record = peering.directory[summary.handshake.nodeID] { describe(&peer, record) }
    peer.profile = summary.handshake.taumesh?.profile ?? "mmp"
    peer.address =
      peering.isRelayed(slot) ? "relay" : peerAddress(slot)?.description ?? ""
    peer.secure = summary.isSecure
    peer.pulses = Int64(clamping: peering.pulses.pulses(of: slot).received)
    let silence = now - (peering.pulses.lastHeard(of: slot) ?? now)
    peer.state = silence > peering.pulses.staleAfter(of: slot) ? "stale" : "fresh"
    guard let clock = peering.pulses.clock(of: slot) else {
      peer.state = "joining"
      return peer
    }
    peer.offset = Double(clock.offset) * 1e-9
    peer.bound = Double(clock.errorBound(at: now)) * 1e-9
    peer.delay = Double(clock.delay) * 1e-9
    return peer
  }

  /// What was refused, dropped and lost since the start.
  var counters: [NodeStatus.Counter] {
    let (connections, pulses, arrivals) =
      (peering.counters, peering.pulses.counters, peering.pulses.arrivals)
    let table = peering.table.counters
    let figures: [(String, UInt64)] = [
      ("connectionsOfGarbage", connections.garbage),
      ("connectionsOfOtherMesh", connections.otherMesh),
      ("connectionsUnauthentic", connections.unauthentic),
      ("connectionsPlaintext", connections.plaintextRefused),
      ("connectionsRevoked", connections.revoked),
      ("ownerStatementsForged", peering.ledger.refused),
      ("peerCardsForged", peering.directory.counters.forged),
      ("peerEntriesRefused", peering.directory.counters.refused),
      ("connectionsTimedOut", connections.timeouts),
      ("connectionsTooMany", connections.tooMany),
      ("connectionsDuplicate", table.duplicates), ("identityConflicts", UInt64(conflicts)),
      ("handshakesBad", connections.badHandshakes), ("framesBad", connections.badFrames),
      ("datagramsOpened", arrivals.opened), ("datagramsMalformed", arrivals.malformed),
      ("datagramsUnknownSession", arrivals.unknownSession),
      ("datagramsUnauthentic", arrivals.unauthentic), ("datagramsReplayed", arrivals.replayed),
      ("datagramsImpossible", arrivals.impossible), ("datagramsUnsent", udp.unsent),
      ("pulsesWithoutClock", pulses.noClock), ("pulsesLate", pulses.late),
      ("pulsesFromFuture", pulses.future), ("pulsesOfForeignBoot", pulses.foreignBoot),
    ]
    return figures.map { NodeStatus.Counter(name: $0.0, value: Int64(clamping: $0.1)) }
  }
}
