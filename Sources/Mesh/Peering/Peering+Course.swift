// SPDX-License-Identifier: Apache-2.0
internal import MMP

extension Peering {
  func index(of number: Int) -> Int? {
    connections.firstIndex { $0.number == number }
  }

  var oldestStranger: Int? {
    connections.first { connection in
      connection.target == nil && connection.stream?.summary == nil
    }?.number
  }

  /// Carries on what the connection wants, until it wants nothing more.
  mutating func settle(_ number: Int, at now: Int64) {
    while let index = index(of: number), let effect = connections[index].stream?.next() {
      switch effect {
      case .send(let bytes): transmit(bytes, on: number)
      case .established(let summary): admit(summary, on: number, at: now)
      case .frame(let frame):
        guard let slot = table.slot(ofConnection: number) else { continue }
        if case .owner(let news) = frame {
          // Whoever has no secret of the mesh has no part in what its owner says.
          if table[slot]?.isSecure == true { _ = hear(news.statements, from: slot, at: now) }
        } else {
          learn(from: frame, slot, at: now)
          effects.append(.frame(slot: slot, frame))
        }
      case .dropped: counters.badFrames += 1
      case .close(let reason): finish(number, reason, at: now)
      }
    }
  }

  mutating func admit(_ summary: PeerSummary, on number: Int, at now: Int64) {
    if let failure = settings.connection.trust.refusal(
      of: summary.nodeID, epoch: summary.link?.hello.epoch ?? 0)
    {
      return close(number, .link(failure), at: now)
    }
    refreshPrior(summary.nodeID)
    var peer = PeerTable.Peer(
      nodeID: summary.nodeID, connection: number, isOutbound: summary.isOutbound,
      isSecure: summary.isSecure, boot: summary.link?.hello.boot ?? 0, lastHeard: now)
    peer.isRelayed = relay.route(of: number) != nil
    let prior = table.slot(of: summary.nodeID).flatMap { slot in table[slot] }
    switch table.admit(peer, at: now) {
    case .added(let slot):
      join(summary, slot, number, at: now)
      effects.append(.joined(slot: slot, connection: number, summary))
      greet(slot, at: now)
    case .replaced(let slot, let closing):
      replace(slot, closing, at: now)
      join(summary, slot, number, at: now)
      if prior?.boot == peer.boot, prior?.isSecure == peer.isSecure {
        effects.append(.moved(slot: slot, connection: number, summary))
      } else {
        effects.append(.left(slot: slot, summary.nodeID, .replaced))
        effects.append(.joined(slot: slot, connection: number, summary))
      }
      greet(slot, at: now)
    case .refused(let reason):
      // Who is there has been learned all the same: it is not dialed while it is linked.
      identify(number, summary.nodeID, at: now)
      if reason == .conflict { effects.append(.conflict(summary.nodeID)) }
      close(number, .refused(reason), at: now)
    }
  }

  /// Datagrams are life too: a stream is quiet for seconds while pulses flow.
  mutating func refreshPrior(_ nodeID: NodeID) {
    guard let slot = table.slot(of: nodeID), let prior = table[slot],
      let index = index(of: prior.connection)
    else { return }
    let stream = connections[index].stream?.lastHeard ?? prior.lastHeard
    table.heard(slot, at: max(stream, pulses.lastHeard(of: slot) ?? stream))
  }

  mutating func join(
    _ summary: PeerSummary, _ slot: Int, _ number: Int, at now: Int64
  ) {
    summaries[slot] = summary
    let isRelayed = isRelayed(slot)
    // Whoever is reached through a relay is dialed on: a direct connection is better.
    if !isRelayed { policy.linked(summary.nodeID) }
    identify(number, summary.nodeID, at: now)
    learn(of: summary, slot, at: now)
    directory.met(summary.handshake.nodeID, name: summary.name, at: wall(now))
    guard let index = index(of: number), let link = summary.link,
      let session = connections[index].session,
      link.hello.pulseSession.rawValue != 0, link.hello.udpPort != 0 || isRelayed
    else { return pulses.close(slot) }
    var peer = PulsePeer(
      ownSession: session, peerSession: link.hello.pulseSession, keys: link.keys,
      boot: link.hello.boot,
      intervalMilliseconds: summary.handshake.taumesh?.pulseIntervalMilliseconds ?? 0)
    if isRelayed { peer.beRelayed() }
    pulses.open(slot, peer, at: now)
  }

  mutating func identify(_ number: Int, _ nodeID: NodeID, at now: Int64) {
    guard let index = index(of: number), let target = connections[index].target else { return }
    policy.established(target, nodeID: nodeID, at: now)
  }

  /// Closes the connection that gave way; its peer stays in its slot.
  mutating func replace(_ slot: Int, _ closing: Int, at now: Int64) {
    guard let index = index(of: closing) else { return }
    connections[index].stream?.close(.replaced)
    settle(closing, at: now)
  }

  mutating func finish(_ number: Int, _ reason: CloseReason, at now: Int64) {
    counters.count(reason)
    effects.append(.close(connection: number, reason))
    if reason == .link(.closedInHandshake), ledger.previous != nil,
      let target = index(of: number).flatMap({ connections[$0].target })
    {
      policy.hungUp(target)
    }
    if reason == .ourselves {
      identify(number, settings.connection.identity.nodeID, at: now)
    }
    forget(number, at: now)
    guard let slot = table.slot(ofConnection: number), let peer = table[slot] else { return }
    _ = table.remove(connection: number)
    refresh(slot, at: now)
    pulses.close(slot)
    summaries[slot] = nil
    policy.unlinked(peer.nodeID, at: now)
    effects.append(.left(slot: slot, peer.nodeID, reason))
  }

  mutating func forget(_ number: Int, at now: Int64) {
    guard let index = index(of: number) else { return }
    let connection = connections.remove(at: index)
    endRoute(number, at: now)
    if let target = connection.target { policy.ended(target, at: now) }
    if let session = connection.session { pulses.release(session) }
  }

  mutating func dial(at now: Int64) {
    while let effect = policy.next(at: now) {
      switch effect {
      case .dial(let target, let endpoint): dial(target, endpoint, at: now)
      case .cancel(let target):
        guard let index = connections.firstIndex(where: { $0.target == target }) else { continue }
        let connection = connections.remove(at: index)
        if connection.stream == nil {
          effects.append(.cancelDial(connection: connection.number))
        } else {
          effects.append(.close(connection: connection.number, .stopping))
        }
        if let session = connection.session { pulses.release(session) }
      }
    }
  }

  mutating func dial(_ target: Int, _ endpoint: PeerEndpoint, at now: Int64) {
    guard connections.count < settings.connectionCapacity else {
      return policy.ended(target, at: now)
    }
    lastNumber += 1
    connections.append(
      Connection(
        number: lastNumber, target: target, endpoint: endpoint, session: nil, stream: nil))
    effects.append(.dial(connection: lastNumber, endpoint))
  }
}
