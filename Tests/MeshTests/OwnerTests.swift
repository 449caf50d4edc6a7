// SPDX-License-Identifier: Apache-2.0
import MMP
import Testing

@testable import Mesh

/// What the owner decides, on its way through a mesh.
@Suite struct OwnerTests {
  private func owner() throws -> Identity { Identity(seed: try TestNode.key(100)) }

  private func says(_ content: OwnerStatement.Content, at issued: UInt64) throws
    -> OwnerStatement
  {
    OwnerStatement(content, issued: issued, meshID: "home", owner: try owner())
  }

  private func binding() throws -> OwnerStatement {
    try says(.binding(owner: owner().publicKey), at: 1)
  }

  private func rotation(
    to secret: UInt8, at issued: UInt64, overlap: UInt32 = 20, isGuarded: Bool = false
  ) throws -> OwnerStatement {
    let next = OwnerStatement.Rotation(
      secret: try TestNode.key(secret), overlapSeconds: overlap, isGuarded: isGuarded)
    return try says(.rotation(next), at: issued)
  }

  /// Node 1 and node 3 both know node 2 alone; `dials` is who calls whom.
  private func chain(dials: [[Int]] = [[1], [], [1]]) throws -> Town {
    var town = Town()
    for number in 0..<3 {
      town.add(try TestNode.settings(UInt8(number + 1)), dials: dials[number])
    }
    return town
  }

  private func lefts(_ effects: [Peering.Effect]) -> Int {
    effects.reduce(0) { count, effect in
      if case .left = effect { count + 1 } else { count }
    }
  }

  @Test func aNewSecretReachesEveryMemberAndNoLinkEnds() throws {
    var town = try chain()
    try town.run(seconds: 3)
    let streams = town.streams.count
    let statements = [try binding(), try rotation(to: 60, at: 3_000)]
    let verdicts = town.nodes[0].hear(statements, from: nil, at: town.now)
    #expect(verdicts == [.new, .new])
    let before = (0..<3).map { town.pulsesHeard[$0].count }
    try town.run(seconds: 2)
    for node in town.nodes {
      #expect(node.ledger.secret == (try TestNode.key(60)))
      #expect(node.ledger.owner == (try owner().publicKey))
      #expect(node.ledger.previous != nil)
    }
    // 20 Hz to each peer, with the end nodes one hop away: none is missing.
    for (node, peers) in [(0, 1), (1, 2), (2, 1)] {
      #expect(town.pulsesHeard[node].count - before[node] >= 39 * peers)
    }
    #expect(town.streams.count == streams)
    #expect(town.effects.map { lefts($0) } == [0, 0, 0])
    #expect(town.effects.allSatisfy { $0.contains(.ledgerChanged) })
    // Told once, everyone is silent about it.
    let again = town.nodes[0].hear(statements, from: nil, at: town.now)
    #expect(again == [.known, .known])
    try town.run(seconds: 20)
    #expect(town.nodes.allSatisfy { $0.ledger.previous == nil })
    #expect(town.effects.map { lefts($0) } == [0, 0, 0])
  }

  /// Node 3 sleeps while the secret changes, and comes back with the old one.
  @Test(arguments: [[[1], [], [1]], [[1], [2], []]], [2.0, 41.0])
  func whoWasAwayReturnsWithinTheOverlap(_ dials: [[Int]], _ seconds: Double) throws {
    var town = try chain(dials: dials)
    try town.run(seconds: 3)
    town.dead = [2]
    try town.run(seconds: 16)
    _ = town.nodes[0].hear(
      [try binding(), try rotation(to: 60, at: UInt64(town.now / 1_000_000), overlap: 40)],
      from: nil,
      at: town.now)
    try town.run(seconds: seconds)
    town.restart(2, try TestNode.settings(3, boot: 9), dials: dials[2])
    try town.run(seconds: 34)
    let isBack = seconds < 40
    #expect(town.peers(of: 2) == (isBack ? ["node 2"] : []))
    #expect(town.nodes[2].ledger.secret == (try TestNode.key(isBack ? 60 : 7)))
    #expect(lefts(town.effects[0]) == 0)
  }

  @Test func aRevokedBoardLosesEveryLinkAndNeverLearnsTheNextSecret() throws {
    var town = Town()
    for number in 0..<4 {
      town.add(try TestNode.settings(UInt8(number + 1)), dials: (0..<4).filter { $0 != number })
    }
    try town.run(seconds: 3)
    let lost = Identity(seed: try TestNode.key(4)).nodeID
    _ = town.nodes[0].hear(
      [
        try binding(), try says(.revocation(lost), at: 3_000),
        try rotation(to: 60, at: 3_000, overlap: 60, isGuarded: true),
      ], from: nil, at: town.now)
    try town.run(seconds: 1)
    #expect(town.peers(of: 3) == [])
    for index in 0..<3 {
      #expect(town.nodes[index].table.count == 2)
      #expect(town.nodes[index].revoked == [lost])
      #expect(town.nodes[index].ledger.secret == (try TestNode.key(60)))
    }
    try town.run(seconds: 10)
    #expect(town.peers(of: 3) == [])
    #expect(town.nodes[3].ledger.secret == (try TestNode.key(7)))
    #expect(town.nodes[0].counters.revoked > 0)
    // Under a new name and with the secret it knew it does not come back either.
    town.restart(3, try TestNode.settings(44), dials: [0, 1, 2])
    try town.run(seconds: 10)
    #expect(town.peers(of: 3) == [])
    #expect(town.nodes[3].ledger.secret == (try TestNode.key(7)))
    // A member that restarts with the old secret, since it could not write, is known and is not.
    town.restart(2, try TestNode.settings(3, boot: 99), dials: [0, 1, 3])
    try town.run(seconds: 5)
    #expect(town.peers(of: 2) == ["node 1", "node 2"])
    #expect(town.nodes[2].ledger.secret == (try TestNode.key(60)))
    #expect(town.nodes[2].revoked == [lost])
  }

  @Test func aCardThrownAwayIsNoMember() throws {
    // Node 2 has its second key; somebody runs its first one, found on an old card.
    let node = Identity(seed: try TestNode.key(2)).nodeID
    let statement = try says(
      .certificate(node, epoch: 1, key: Identity(seed: TestNode.key(22)).publicKey), at: 5)
    var settings = try TestNode.settings(2)
    settings.identity = Identity(
      seed: try TestNode.key(22), epoch: 1,
      certificate: NodeCertificate(nodeID: node, issued: 5, signature: statement.signature))
    var town = Town()
    town.add(try TestNode.settings(1), dials: [])
    town.add(try TestNode.settings(2), dials: [0])
    _ = town.nodes[0].hear([try binding()], from: nil, at: town.now)
    try town.run(seconds: 2)
    #expect(town.nodes[0].isEpochCurrent(0))
    town.restart(1, settings, dials: [0])
    try town.run(seconds: 20)
    #expect(town.peers(of: 0) == ["node 2"])
    #expect(town.nodes[0][0]?.link?.hello.epoch == 1)
    town.restart(1, try TestNode.settings(2, boot: 6), dials: [0])
    try town.run(seconds: 20)
    #expect(town.peers(of: 0) == [])
    #expect(town.nodes[0].counters.revoked > 0)
  }

  @Test func aKeyThatIsReplacedWhileItsLinkStandsLosesIt() throws {
    var town = try chain()
    try town.run(seconds: 2)
    let node = Identity(seed: try TestNode.key(3)).nodeID
    let next = try says(.certificate(node, epoch: 1, key: TestNode.key(55)), at: 5)
    _ = town.nodes[0].hear([try binding(), next], from: nil, at: town.now)
    try town.run(seconds: 1)
    #expect(town.peers(of: 1) == ["node 1"])
    #expect(town.peers(of: 0) == ["node 2"])
  }

  @Test func strangersInPlaintextAreNotHeardOnTheOwner() throws {
    var acceptor = try TestNode.settings(1)
    acceptor.allowPlaintext = true
    var town = Town()
    town.add(acceptor, dials: [])
    let seed = ConnectionSeed(ephemeral: try TestNode.key(1), session: 1 << 12)
    let accepted = town.nodes[0].accepted(seed, at: 0)
    let number = try #require(accepted)
    let id = Identity(seed: try TestNode.key(3)).nodeID.description
    let frames: [Frame] = [
      .handshake(Handshake(nodeID: id, name: "plain")),
      .owner(OwnerNews([try binding(), try rotation(to: 60, at: 9)])),
    ]
    for frame in frames {
      try FrameEncoder.encode(frame).withUnsafeBytes {
        town.nodes[0].received($0, on: number, at: 0)
      }
    }
    #expect(town.peers(of: 0) == ["plain"])
    #expect(town.nodes[0].ledger.owner == nil)
    #expect(town.nodes[0].ledger.secret == (try TestNode.key(7)))
    while let effect = town.nodes[0].next() {
      guard case .send(_, let bytes) = effect else { continue }
      #expect(!String(decoding: bytes, as: UTF8.self).contains("owner"))
    }
  }
}
