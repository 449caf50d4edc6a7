// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import MMP

/// Former members and forgers of the owner's word; each gets through where the check is missing.
@Suite struct OwnerAttackTests {
  private static let owner = Identity(seed: key(100))
  private static let mallory = Identity(seed: key(9))
  private let now: UInt64 = 1_700_000_000_000

  init() { #expect(Sodium.isReady) }

  private func says(
    _ content: OwnerStatement.Content, by owner: Identity = owner, at issued: UInt64? = nil,
    mesh: String = "home"
  ) -> OwnerStatement {
    OwnerStatement(content, issued: issued ?? now, meshID: mesh, owner: owner)
  }

  private func ledger(_ checks: SecurityChecks = .all) -> OwnerLedger {
    OwnerLedger(
      meshID: "home", secret: key(50), owner: Self.owner.publicKey, checks: checks)
  }

  private func certificate(_ node: NodeID, _ epoch: UInt32, _ key: Key32, by owner: Identity)
    -> NodeCertificate
  {
    let statement = says(.certificate(node, epoch: epoch, key: key), by: owner)
    return NodeCertificate(nodeID: node, issued: now, signature: statement.signature)
  }

  /// What Bob's listener says to a dialer; nil when it lets it in.
  private func failure(
    of dialer: SecureLink, _ trust: LinkTrust, _ checks: SecurityChecks,
    mesh: MeshKey = LinkPair.mesh
  ) -> LinkFailure? {
    var pair = LinkPair(
      dialer: dialer,
      listener: LinkPair.link(
        .listener, LinkPair.bob, ephemeral: 11, mesh: mesh, trust: trust, checks: checks))
    pair.exchange()
    return pair.listener.isOpen ? nil : pair.listener.failure()
  }

  private func hello(_ identity: Identity) -> LinkHello {
    LinkHello(
      publicKey: identity.publicKey, epoch: identity.epoch, boot: 77,
      pulseSession: SessionID(rawValue: 5), udpPort: 7778, certificate: identity.certificate)
  }

  @Test func aRevokedBoardIsRefusedByName() throws {
    let node = LinkPair.alice.nodeID
    var ledger = ledger()
    let verdict = ledger.take(says(.revocation(node)))
    #expect(verdict == .new)
    let trust = ledger.trust(known: [node])
    for (checks, isStopped) in [(SecurityChecks.all, true), (.all.subtracting(.revocation), false)]
    {
      let dialer = LinkPair.link(.dialer, LinkPair.alice, ephemeral: 10)
      let found = failure(of: dialer, trust, checks)
      #expect(found == (isStopped ? .revoked(node) : nil))
    }
  }

  @Test func aLaterKeyNeedsTheOwnersCertificate() {
    // Mallory says that Alice has a new key, which is Mallory's.
    let alice = LinkPair.alice.nodeID
    let forged = Identity(
      seed: key(9), epoch: 1,
      certificate: certificate(alice, 1, Self.mallory.publicKey, by: Self.mallory))
    let trust = ledger().trust(known: [])
    for (checks, isStopped) in [
      (SecurityChecks.all, true), (.all.subtracting(.certificate), false),
    ] {
      let dialer = LinkPair.link(.dialer, forged, ephemeral: 10, hello: hello(forged))
      #expect(failure(of: dialer, trust, checks) == (isStopped ? .epoch(1) : nil))
    }
    let real = Identity(
      seed: key(9), epoch: 1,
      certificate: certificate(alice, 1, Self.mallory.publicKey, by: Self.owner))
    #expect(real.nodeID == alice)
    let dialer = LinkPair.link(.dialer, real, ephemeral: 10, hello: hello(real))
    #expect(failure(of: dialer, trust, .all) == nil)
    // Without an owner nobody has a later key.
    #expect(failure(of: dialer, LinkTrust(), .all) == .epoch(1))
    // The certificate of another key, epoch or mesh is none.
    for changed in [
      certificate(alice, 1, LinkPair.bob.publicKey, by: Self.owner),
      certificate(alice, 2, Self.mallory.publicKey, by: Self.owner),
    ] {
      let other = Identity(seed: key(9), epoch: 1, certificate: changed)
      let dialer = LinkPair.link(.dialer, other, ephemeral: 10, hello: hello(other))
      #expect(failure(of: dialer, trust, .all) == .epoch(1))
    }
  }

  @Test func aReplacedKeyIsRefused() {
    // Somebody has Alice's first key, from a card thrown away; Alice has her second.
    let alice = LinkPair.alice.nodeID
    var ledger = ledger()
    _ = ledger.take(says(.certificate(alice, epoch: 2, key: key(77))))
    let trust = ledger.trust(known: [alice])
    for (checks, isStopped) in [(SecurityChecks.all, true), (.all.subtracting(.epoch), false)] {
      let dialer = LinkPair.link(.dialer, LinkPair.alice, ephemeral: 10)
      let found = failure(of: dialer, trust, checks)
      #expect(found == (isStopped ? .oldEpoch(0, newest: 2) : nil))
    }
    // An older certificate does not bring the older key back.
    let older = says(.certificate(alice, epoch: 1, key: key(78)), at: now + 1)
    #expect(ledger.take(older) == .known)
    var careless = self.ledger(.all.subtracting(.ownerOrder))
    _ = careless.take(says(.certificate(alice, epoch: 2, key: key(77))))
    _ = careless.take(older)
    #expect(careless.trust(known: []).epoch(of: alice) == 1)
  }

  @Test func onlyTheOwnerSpeaksForTheMesh() {
    let victim = LinkPair.alice.nodeID
    let next = OwnerStatement.Rotation(secret: key(66), overlapSeconds: 60, isGuarded: false)
    for content in [
      OwnerStatement.Content.revocation(victim), .rotation(next),
      .certificate(victim, epoch: 1, key: key(3)), .binding(owner: Self.mallory.publicKey),
    ] {
      var strict = ledger()
      #expect(strict.take(says(content, by: Self.mallory)) == .forged)
      // The owner's own word for another mesh is none here.
      #expect(strict.take(says(content, mesh: "homf")) == .forged)
      #expect(strict.statements.isEmpty)
      #expect(strict.secret == key(50))
      #expect(strict.refused == 2)
      var careless = ledger(.all.subtracting(.ownerSignature))
      #expect(careless.take(says(content, by: Self.mallory)) == .new)
    }
  }

  @Test func theFirstOwnerToldOfIsTheOwner() {
    var ledger = OwnerLedger(meshID: "home", secret: key(50))
    #expect(ledger.take(says(.revocation(LinkPair.alice.nodeID))) == .unowned)
    #expect(ledger.take(says(.binding(owner: Self.owner.publicKey), by: Self.mallory)) == .unowned)
    #expect(ledger.owner == nil)
    #expect(ledger.take(says(.binding(owner: Self.owner.publicKey))) == .new)
    #expect(ledger.owner == Self.owner.publicKey)
    #expect(ledger.take(says(.binding(owner: Self.owner.publicKey))) == .known)
    let usurper = says(.binding(owner: Self.mallory.publicKey), by: Self.mallory)
    #expect(ledger.take(usurper) == .forged)
    #expect(ledger.owner == Self.owner.publicKey)
  }

  @Test func anOldRotationIsNotPlayedAgain() {
    let first = says(.rotation(.init(secret: key(60), overlapSeconds: 60, isGuarded: false)))
    let second = says(
      .rotation(.init(secret: key(61), overlapSeconds: 60, isGuarded: false)), at: now + 5)
    var ledger = ledger()
    #expect(ledger.take(first) == .new)
    #expect(ledger.take(second) == .new)
    #expect(ledger.take(first) == .known)
    #expect(ledger.secret == key(61))
    var careless = self.ledger(.all.subtracting(.ownerOrder))
    for statement in [first, second, first] { _ = careless.take(statement) }
    #expect(careless.secret == key(60))
  }

  @Test func theOldSecretOpensNothingAfterItsTime() {
    let old = LinkPair.mesh
    for (checks, isStopped) in [(SecurityChecks.all, true), (.all.subtracting(.overlapEnd), false)]
    {
      var ledger = ledger(checks)
      _ = ledger.take(
        says(.rotation(.init(secret: key(60), overlapSeconds: 60, isGuarded: false))))
      let dialer = LinkPair.link(.dialer, LinkPair.alice, ephemeral: 10, mesh: old)
      guard let current = ledger.key else { preconditionFailure() }
      _ = ledger.expire(at: now + 59_999)
      #expect(failure(of: dialer, ledger.trust(known: []), .all, mesh: current) == nil)
      _ = ledger.expire(at: now + 60_000)
      let late = failure(of: dialer, ledger.trust(known: []), .all, mesh: current)
      #expect(late == (isStopped ? .otherMesh : nil))
      // The new secret opens links all the time.
      let member = LinkPair.link(.dialer, LinkPair.alice, ephemeral: 10, mesh: current)
      #expect(failure(of: member, ledger.trust(known: []), .all, mesh: current) == nil)
    }
  }

  @Test func whoIsRevokedDoesNotComeBackUnderANewName() {
    // After a revocation the old secret is known to somebody it should not be known to.
    var ledger = ledger()
    _ = ledger.take(says(.revocation(LinkPair.alice.nodeID)))
    _ = ledger.take(says(.rotation(.init(secret: key(60), overlapSeconds: 60, isGuarded: true))))
    guard let current = ledger.key else { preconditionFailure() }
    let friend = Identity(seed: key(33))
    let trust = ledger.trust(known: [friend.nodeID])
    for (checks, isStopped) in [
      (SecurityChecks.all, true), (.all.subtracting(.guardedOverlap), false),
    ] {
      let stranger = LinkPair.link(.dialer, Self.mallory, ephemeral: 10)
      let found = failure(of: stranger, trust, checks, mesh: current)
      #expect(found == (isStopped ? .oldSecret(Self.mallory.nodeID) : nil))
    }
    let known = LinkPair.link(.dialer, friend, ephemeral: 10)
    #expect(failure(of: known, trust, .all, mesh: current) == nil)
    let invited = LinkPair.link(.dialer, Self.mallory, ephemeral: 10, mesh: current)
    #expect(failure(of: invited, trust, .all, mesh: current) == nil)
  }

  @Test func listenersTellWhichSecretWasUsed() {
    var ledger = ledger()
    _ = ledger.take(says(.rotation(.init(secret: key(60), overlapSeconds: 60, isGuarded: false))))
    guard let current = ledger.key else { preconditionFailure() }
    for (mesh, isOld) in [(LinkPair.mesh, true), (current, false)] {
      var pair = LinkPair(
        dialer: LinkPair.link(.dialer, LinkPair.alice, ephemeral: 10, mesh: mesh),
        listener: LinkPair.link(
          .listener, LinkPair.bob, ephemeral: 11, mesh: current, trust: ledger.trust(known: [])))
      pair.exchange()
      #expect(pair.dialer.isOpen && pair.listener.isOpen)
      #expect(pair.listener.usesPrevious == isOld)
    }
    // A third secret opens nothing, and gets no byte.
    let other = LinkPair.link(
      .dialer, LinkPair.alice, ephemeral: 10, mesh: LinkPair.meshKey(secret: 51))
    #expect(failure(of: other, ledger.trust(known: []), .all, mesh: current) == .otherMesh)
  }
}
