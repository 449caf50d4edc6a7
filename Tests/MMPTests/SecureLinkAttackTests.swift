// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import MMP

/// Each attacker is stopped, and gets through where the one check against it is missing.
@Suite struct SecureLinkAttackTests {
  private static let mallory = Identity(seed: key(9))

  init() { #expect(Sodium.isReady) }

  @Test(arguments: [("home", UInt8(51)), ("homf", 50), ("HOME", 50)])
  func whoHasNotIdAndSecretGetsNoByte(_ id: String, _ secret: UInt8) {
    let stranger = LinkPair.link(
      .dialer, Self.mallory, ephemeral: 10, mesh: LinkPair.meshKey(id, secret: secret))
    var pair = LinkPair(dialer: stranger)
    pair.exchange()
    #expect(pair.listener.failure() == .otherMesh)
    #expect(pair.fromListener.isEmpty)
    #expect(pair.dialer.events().isEmpty)
    pair.dialer.receiveEnd()
    #expect(pair.dialer.failure() == .closedInHandshake)
    // The same stranger with id and secret is let in.
    var member = LinkPair(dialer: LinkPair.link(.dialer, Self.mallory, ephemeral: 10))
    member.exchange()
    #expect(member.listener.establishedKeys() != nil)
  }

  @Test func aListenerOfAnotherMeshLearnsNothing() {
    let stranger = LinkPair.link(
      .listener, Self.mallory, ephemeral: 11, mesh: LinkPair.meshKey(secret: 51))
    var pair = LinkPair(listener: stranger)
    pair.exchange()
    #expect(pair.listener.failure() == .otherMesh)
    #expect(pair.fromDialer.count == 54)
  }

  @Test func aMemberCannotTakeTheNameOfAnother() {
    let stolen = LinkPair.hello(of: LinkPair.alice)
    for (checks, isStopped) in [(SecurityChecks.all, true), (.all.subtracting(.identity), false)] {
      var pair = LinkPair(
        dialer: LinkPair.link(.dialer, Self.mallory, ephemeral: 10, hello: stolen),
        listener: LinkPair.link(.listener, LinkPair.bob, ephemeral: 11, checks: checks))
      pair.exchange()
      let event = pair.listener.nextEvent()
      if isStopped {
        #expect(event == .failed(.stolenIdentity(claimed: LinkPair.alice.nodeID)))
      } else if case .established(let peer, _, _) = event {
        #expect(peer.nodeID == LinkPair.alice.nodeID)
      } else {
        Issue.record("the attacker should get through without the check")
      }
    }
  }

  @Test func aListenerCannotTakeTheNameOfAnother() {
    let stolen = LinkPair.hello(of: LinkPair.bob)
    for (checks, isStopped) in [(SecurityChecks.all, true), (.all.subtracting(.identity), false)] {
      var pair = LinkPair(
        dialer: LinkPair.link(.dialer, LinkPair.alice, ephemeral: 10, checks: checks),
        listener: LinkPair.link(.listener, Self.mallory, ephemeral: 11, hello: stolen))
      pair.exchange()
      #expect((pair.dialer.establishedKeys() == nil) == isStopped)
      // Stopped before the dialer has shown who it is.
      #expect((pair.fromDialer.count == 54) == isStopped)
    }
  }

  @Test func aNodeDoesNotLinkWithItself() {
    for (checks, isStopped) in [(SecurityChecks.all, true), (.all.subtracting(.ownNode), false)] {
      var pair = LinkPair(
        dialer: LinkPair.link(.dialer, LinkPair.bob, ephemeral: 10, checks: checks),
        listener: LinkPair.link(.listener, LinkPair.bob, ephemeral: 11, checks: checks))
      pair.exchange()
      #expect(pair.dialer.isOpen != isStopped)
      if isStopped { #expect(pair.dialer.failure() == .ownNode) }
    }
  }

  @Test func aLaterEpochNeedsACertificate() {
    let hello = LinkHello(
      publicKey: LinkPair.alice.publicKey, epoch: 1, boot: 1, pulseSession: SessionID(rawValue: 1),
      udpPort: 1)
    var pair = LinkPair(
      dialer: LinkPair.link(.dialer, LinkPair.alice, ephemeral: 10, hello: hello))
    pair.exchange()
    #expect(pair.listener.failure() == .epoch(1))
  }

  @Test func everyChangedByteOfAHandshakeEndsIt() {
    var good = LinkPair()
    good.exchange()
    for index in good.fromDialer.indices {
      var stream = good.fromDialer
      stream[index] ^= 1
      var listener = LinkPair.link(.listener, LinkPair.bob, ephemeral: 11)
      listener.receive(stream)
      #expect(!listener.isOpen, "byte \(index)")
      if index < 54, index != 5 { #expect(listener.outputCount == 0, "byte \(index)") }
    }
    for index in good.fromListener.indices {
      var stream = good.fromListener
      stream[index] ^= 1
      var dialer = LinkPair.link(.dialer, LinkPair.alice, ephemeral: 10)
      dialer.receive(stream)
      #expect(!dialer.isOpen, "byte \(index)")
    }
  }

  @Test func aRecordedStreamCannotBePlayedAgain() throws {
    var pair = LinkPair()
    pair.exchange()
    try pair.dialer.send([1, 2, 3], at: 0)
    let recorded = pair.fromDialer + pair.dialer.takeOutput()
    var restarted = LinkPair.link(.listener, LinkPair.bob, ephemeral: 12)
    restarted.receive(recorded)
    #expect(restarted.failure() == .handshake(message: 3))
    // Were the listener's ephemeral key not fresh, the recording would be taken for the peer.
    var careless = LinkPair.link(.listener, LinkPair.bob, ephemeral: 11)
    careless.receive(recorded)
    #expect(careless.establishedKeys() != nil)
    #expect(careless.content() == [1, 2, 3])
  }

  @Test func recordsCannotBeChangedRepeatedLeftOutOrSwapped() throws {
    var pair = LinkPair()
    pair.exchange()
    try pair.dialer.send([1], at: 0)
    let first = pair.dialer.takeOutput()
    try pair.dialer.send([2], at: 0)
    let second = pair.dialer.takeOutput()
    _ = pair.listener.events()
    var attempts = [second, first + first, second + first]
    for index in 2..<first.count {
      var changed = first
      changed[index] ^= 0x80
      attempts.append(changed)
    }
    for attempt in attempts {
      var listener = pair.listener
      listener.receive(attempt)
      #expect(listener.failure() == .record)
    }
    pair.listener.receive(first + second)
    #expect(pair.listener.content() == [1, 2])
  }

  @Test func garbageEndsTheLinkAtItsFirstWrongByte() {
    var listener = LinkPair.link(.listener, LinkPair.bob, ephemeral: 11)
    listener.receive([UInt8]("TAX".utf8))
    #expect(listener.failure() == .magic)
    var dialer = LinkPair.link(.dialer, LinkPair.alice, ephemeral: 10)
    _ = dialer.takeOutput()
    dialer.receive([UInt8]("HTTP/1.1 400 Bad Request\r\n".utf8))
    #expect(dialer.failure() == .handshakeLength(message: 2, found: 0x4854))
    var pair = LinkPair()
    pair.exchange()
    _ = pair.listener.events()
    pair.listener.receive([0xFF, 0xFF])
    #expect(pair.listener.failure() == .recordLength(0xFFFF))
    #expect(pair.listener.outputCount == 0)
  }

  @Test func randomStreamsNeverOpenALink() {
    var state: UInt64 = 1
    for _ in 0..<300 {
      var stream: [UInt8] = SecureLink.magic + [0, 48]
      for _ in 0..<200 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        stream.append(UInt8(truncatingIfNeeded: state >> 56))
      }
      var listener = LinkPair.link(.listener, LinkPair.bob, ephemeral: 11)
      listener.receive(stream)
      #expect(listener.failure() == .otherMesh)
    }
  }
}
