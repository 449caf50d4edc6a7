// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import MMP

@Suite struct PeerCardTests {
  private let alice = Identity(seed: key(1))
  private let owner = Identity(seed: key(100))

  init() { #expect(Sodium.isReady) }

  private var description: PeerDescription {
    PeerDescription(
      profile: "pi4", memory: 4096, adapters: ["microphone", "bme280"], connectivity: .wireless,
      availability: .sleepy,
      wakeChannel: WakeChannel(platform: "wol", token: "02:00:00:00:00:01", environment: "lan"))
  }

  private func card(_ sequence: UInt64 = 1_700_000_000_000) -> PeerCard {
    PeerCard(description, name: "kitchen", sequence: sequence, by: alice)
  }

  private func entry(_ card: PeerCard) -> PeerInfo.Entry {
    PeerInfo.Entry(
      nodeID: alice.nodeID.description, name: card.name,
      wakeChannel: card.description.wakeChannel, lastSeenMilliseconds: 5, card: card)
  }

  private func read(_ text: String) throws -> PeerInfo? {
    let frame = try [UInt8](text.utf8).withUnsafeBytes {
      try Frame.decode($0, limits: .server)
    }
    guard case .peerInfo(let info) = frame else { return nil }
    return info
  }

  private func text(_ info: PeerInfo) throws -> String {
    String(decoding: try FrameEncoder.encode(.peerInfo(info)).dropFirst(4), as: UTF8.self)
  }

  @Test(arguments: [PeerInfo.Carrier.frame, .ping, .pong])
  func cardsSurviveTheWire(_ carrier: PeerInfo.Carrier) throws {
    let info = PeerInfo(peers: [entry(card())], carrier: carrier)
    let read = try read(try text(info))
    #expect(read == info)
    #expect(read?.peers[0].card?.isGenuine(LinkTrust(), meshID: "home") == true)
  }

  @Test func heartbeatsWithoutNewsAreHeartbeats() throws {
    let plain = try [UInt8](#"{"type":"ping","peers":null}"#.utf8).withUnsafeBytes {
      try Frame.decode($0, limits: .server)
    }
    #expect(plain == .ping)
    // To a node that does not know of the member it is a ping like any other.
    #expect(try text(PeerInfo(peers: [], carrier: .ping)) == #"{"type":"ping","peers":[]}"#)
  }

  @Test func nobodyCanChangeAnothersCard() throws {
    let honest = try text(PeerInfo(peers: [entry(card())]))
    let changes = [
      ("kitchen", "chicken"), ("pi4", "pi2"), ("4096", "4097"), ("bme280", "bme281"),
      ("wireless", "wired"), ("sleepy", "always"), ("wol", "gpio"), ("02:00", "02:01"),
      ("\"lan\"", "\"wan\""), ("1700000000000", "1700000000001"),
      ("\"bme280\"", "\"bme280\",\"x\""),
    ]
    for (old, new) in changes {
      #expect(honest.contains(old))
      let forged = try #require(try read(honest.replacing(old, with: new))?.peers.first?.card)
      for (checks, isStopped) in [
        (SecurityChecks.all, true), (.all.subtracting(.cardSignature), false),
      ] {
        #expect(
          forged.isGenuine(LinkTrust(), meshID: "home", checks: checks) != isStopped, "\(new)")
      }
    }
    // Mallory signs for Alice: the key is not that of the name.
    let other = PeerCard(
      description, name: "kitchen", sequence: 1, by: Identity(seed: key(9)))
    #expect(other.nodeID != alice.nodeID)
  }

  @Test func aLaterKeySignsWithTheOwnersCertificateAlone() throws {
    let statement = OwnerStatement(
      .certificate(alice.nodeID, epoch: 1, key: Identity(seed: key(2)).publicKey), issued: 7,
      meshID: "home", owner: owner)
    let certificate = NodeCertificate(
      nodeID: alice.nodeID, issued: 7, signature: statement.signature)
    let later = Identity(seed: key(2), epoch: 1, certificate: certificate)
    let card = PeerCard(description, name: "kitchen", sequence: 9, by: later)
    let wire = try #require(try read(try text(PeerInfo(peers: [entry(card)])))?.peers.first?.card)
    var trust = LinkTrust()
    #expect(!wire.isGenuine(trust, meshID: "home"))
    trust.owner = owner.publicKey
    #expect(wire.isGenuine(trust, meshID: "home"))
    #expect(!wire.isGenuine(trust, meshID: "lab"))
    // The first key does not speak for the node any more.
    trust.epochs = [LinkTrust.Epoch(nodeID: alice.nodeID, epoch: 1)]
    #expect(!self.card().isGenuine(trust, meshID: "home"))
    trust.revoked = [alice.nodeID]
    #expect(!wire.isGenuine(trust, meshID: "home"))
  }

  @Test func badCardsAreHearsay() throws {
    let honest = try text(PeerInfo(peers: [entry(card())]))
    for (old, new) in [
      ("sleepy", "dozing"), ("wireless", "smoke"), ("\"memory\":4096", "\"memory\":-1"),
      ("\"signature\":\"", "\"signature\":\"A"), ("\"key\"", "\"lock\""),
      ("[\"microphone\"", "[5"),
    ] {
      let read = try read(honest.replacing(old, with: new))
      #expect(read?.peers.count == 1, "\(new)")
      #expect(read?.peers[0].card == nil, "\(new)")
    }
  }
}
