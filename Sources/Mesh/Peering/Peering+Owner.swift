// SPDX-License-Identifier: Apache-2.0
package import MMP

extension Peering {
  /// Takes what a member, or the owner on this machine, says the owner has decided; what is new
  /// goes on to every other member.
  ///
  /// - Returns: What became of each statement.
  package mutating func hear(_ statements: [OwnerStatement], from slot: Int?, at now: Int64)
    -> [OwnerLedger.Verdict]
  {
    let verdicts = statements.map { ledger.take($0) }
    var news: [OwnerStatement] = []
    for (statement, verdict) in zip(statements, verdicts) where verdict == .new {
      news.append(statement)
    }
    guard !news.isEmpty else { return verdicts }
    for statement in news {
      guard case .rotation(let next) = statement.content, next.isGuarded else { continue }
      part(with: statement.issued, slot, at: now)
    }
    // Who has just been revoked is gone before the others are told of a new secret.
    useLedger()
    overlapEnd = .max
    watchOverlap(at: now)
    closeUnwelcome(at: now)
    for other in 0..<summaries.count where other != slot { tell(news, to: other, at: now) }
    effects.append(.ledgerChanged)
    return verdicts
  }

  /// Ends links with nodes first met since the owner replaced a secret that an outcast knows.
  ///
  /// One of them may be the outcast, under a new name. Members come back with the new secret.
  private mutating func part(with issued: UInt64, _ slot: Int?, at now: Int64) {
    for connection in connections where connection.stream?.summary == nil {
      close(connection.number, .secretReplaced, at: now)
    }
    let time = Int64(clamping: issued) &* Nanoseconds.millisecond &- wallClockOffset
    for nodeID in table.forgetMet(since: time, but: slot) {
      guard let slot = table.slot(of: nodeID), let peer = table[slot] else { continue }
      close(peer.connection, .link(.oldSecret(nodeID)), at: now)
    }
  }

  /// What a new link brings, and what its peer should know.
  mutating func learn(of summary: PeerSummary, _ slot: Int, at now: Int64) {
    guard let hello = summary.link?.hello else { return }
    if settings.connection.trust.previousNodes != nil { useLedger() }
    tell(ledger.statements, to: slot, at: now)
    guard let certificate = hello.certificate, hello.epoch > 0 else { return }
    let statement = certificate.statement(epoch: hello.epoch, key: hello.publicKey)
    _ = hear([statement], from: slot, at: now)
  }

  /// Whether the peer in `slot` shows the newest key that is known of it.
  package func isEpochCurrent(_ slot: Int) -> Bool {
    guard let summary = self[slot], let link = summary.link else { return false }
    let trust = settings.connection.trust
    return trust.refusal(of: summary.nodeID, epoch: link.hello.epoch) == nil
  }

  /// Nodes that the owner has taken out of the mesh.
  package var revoked: [NodeID] { settings.connection.trust.revoked }

  private mutating func tell(_ statements: [OwnerStatement], to slot: Int, at now: Int64) {
    guard !statements.isEmpty, summaries[slot]?.isSecure == true else { return }
    send(.owner(OwnerNews(statements)), to: slot, at: now)
  }

  /// Lets new connections use what the ledger holds; links that stand keep their keys.
  mutating func useLedger() {
    if let key = ledger.key { settings.connection.key = key }
    settings.connection.trust = ledger.trust(known: table.secureNodes)
  }

  private mutating func closeUnwelcome(at now: Int64) {
    let trust = settings.connection.trust
    for slot in 0..<summaries.count {
      guard let summary = summaries[slot], let number = table[slot]?.connection,
        let failure = trust.refusal(of: summary.nodeID, epoch: summary.link?.hello.epoch ?? 0)
      else { continue }
      close(number, .link(failure), at: now)
    }
  }

  /// Gives up the secret before the current one in time: by the wall clock, and on a machine
  /// whose clock is wrong after as long as it was told to keep it.
  mutating func watchOverlap(at now: Int64) {
    guard ledger.previous != nil else {
      overlapEnd = .max
      return
    }
    if overlapEnd == .max {
      let wall = (now + wallClockOffset) / Nanoseconds.millisecond
      let left = Int64(clamping: ledger.previousUntil) - wall
      let longest = Int64(ledger.overlapSeconds) * 1000
      overlapEnd = now + max(0, min(left, longest)) * Nanoseconds.millisecond
    }
    guard now >= overlapEnd, ledger.expire(at: .max) else { return }
    overlapEnd = .max
    useLedger()
    effects.append(.ledgerChanged)
  }
}
