// SPDX-License-Identifier: Apache-2.0
import MMP
import Testing

@testable import Mesh

/// What nodes know of others, handed on through a mesh.
@Suite struct GossipTests {
  /// 1 and 3 know 2 alone; 4 joins at 3 later.
  private func chain() throws -> Town {
    var town = Town()
    town.described = true
    for (number, dials) in [[1], [], [1], []].enumerated() {
      town.add(try TestNode.settings(UInt8(number + 1)), dials: dials)
    }
    return town
  }

  private func knows(_ town: Town, _ index: Int) -> [String] {
    town.nodes[index].directory.records.map(\.name).sorted()
  }

  private func frames(_ effects: [Peering.Effect], _ carrier: PeerInfo.Carrier) -> Int {
    effects.reduce(0) { count, effect in
      guard case .frame(_, .peerInfo(let info)) = effect, info.carrier == carrier else {
        return count
      }
      return count + 1
    }
  }

  @Test func whatANodeSaysReachesThoseItHasNeverMet() throws {
    var town = try chain()
    try town.run(seconds: 1)
    #expect(knows(town, 2).contains("node 2"))
    let framesBefore = frames(town.effects[0], .frame)
    // Heartbeats flow every five seconds of silence; the news rides on them.
    try town.run(seconds: 12)
    #expect(knows(town, 0) == ["node 2", "node 3"])
    #expect(knows(town, 2) == ["node 1", "node 2"])
    let far = Identity(seed: try TestNode.key(3))
    let card = try #require(town.nodes[0].directory[far.nodeID.description]?.card)
    #expect(card.isGenuine(LinkTrust(), meshID: "home"))
    #expect(card.description.profile == "server")
    #expect(town.nodes[0].directory[far.nodeID.description]?.isMet == false)
    #expect(frames(town.effects[0], .frame) == framesBefore)
    #expect(frames(town.effects[0], .ping) + frames(town.effects[0], .pong) >= 1)
  }

  @Test func peersThatAreAwayAreRemembered() throws {
    var town = try chain()
    try town.run(seconds: 12)
    let wake = town.nodes[0].directory.records.first { $0.name == "node 3" }?.wakeChannel
    #expect(wake?.token == "wake 3")
    town.dead = [2]
    try town.run(seconds: 30)
    #expect(town.peers(of: 1) == ["node 1"])
    #expect(knows(town, 0) == ["node 2", "node 3"])
    #expect(knows(town, 1) == ["node 1", "node 3"])
    let kept = town.nodes[0].directory.records
    var settings = PeeringSettings(
      connection: try TestNode.settings(1), configured: [], capacity: 8, channels: 1,
      rate: .wired, jitterSeed: 1)
    settings.known = kept
    let again = Peering(settings, now: town.now)
    #expect(again.directory.records.map(\.name) == kept.map(\.name))
    #expect(again.directory.records.map(\.wakeChannel) == kept.map(\.wakeChannel))
  }

  @Test func heartbeatsStaySmall() throws {
    var town = try chain()
    try town.run(seconds: 1)
    let entries = try (0..<40).map { number in
      let identity = Identity(seed: try TestNode.key(UInt8(100 + number)))
      let card = PeerCard(
        PeerDescription(profile: "zero", memory: 1, adapters: []), name: "far \(number)",
        sequence: 1, by: identity)
      return PeerInfo.Entry(
        nodeID: identity.nodeID.description, name: "far \(number)", lastSeenMilliseconds: 1,
        card: card)
    }
    town.nodes[1].directory.merge(
      entries, isSecure: true, trust: LinkTrust(), meshID: "home", at: town.now / 1_000_000)
    try town.run(seconds: 50)
    #expect(knows(town, 0).count == 42)
    for case .frame(_, .peerInfo(let info)) in town.effects[0] where info.carrier != .frame {
      #expect(info.peers.count <= 8)
    }
  }

  @Test func nodesWithoutSecureLinksAreToldWhatTheyKnowHowToRead() throws {
    for tells in [false, true] {
      var settings = try TestNode.settings(1)
      settings.allowPlaintext = true
      var peering = PeeringSettings(
        connection: settings, configured: [], capacity: 8, channels: 1, rate: .wired,
        jitterSeed: 1)
      peering.tellsWakeChannels = tells
      peering.description = PeerDescription(profile: "zero", memory: 1, adapters: [])
      var node = Peering(peering, now: 0)
      let identity = Identity(seed: try TestNode.key(3))
      let wake = WakeChannel(platform: "apns", token: "secret-token", environment: "sandbox")
      let card = PeerCard(
        PeerDescription(profile: "zero", memory: 1, adapters: [], wakeChannel: wake),
        name: "far", sequence: 1, by: identity)
      node.directory.merge(
        [
          PeerInfo.Entry(
            nodeID: identity.nodeID.description, name: "far", wakeChannel: wake,
            lastSeenMilliseconds: 1, card: card)
        ], isSecure: true, trust: LinkTrust(), meshID: "home", at: 0)
      let seed = ConnectionSeed(ephemeral: try TestNode.key(1), session: 1 << 12)
      let accepted = node.accepted(seed, at: 0)
      let number = try #require(accepted)
      let hello = Frame.handshake(Handshake(nodeID: "f64c3719", name: "plain"))
      try FrameEncoder.encode(hello).withUnsafeBytes { node.received($0, on: number, at: 0) }
      // Its own word about a node with a secure link counts for nothing.
      let lie = PeerInfo(peers: [
        PeerInfo.Entry(nodeID: "0badcafe", name: "hearsay", lastSeenMilliseconds: 0)
      ])
      try FrameEncoder.encode(.peerInfo(lie)).withUnsafeBytes {
        node.received($0, on: number, at: 0)
      }
      var text = ""
      while let effect = node.next() {
        if case .send(_, let bytes) = effect { text += String(decoding: bytes, as: UTF8.self) }
      }
      #expect(text.contains(#""type":"peer-info""#))
      #expect(text.contains(#""name":"far""#))
      #expect(text.contains("secret-token") == tells)
      #expect(!text.contains("signature"))
      #expect(!text.contains(#""taumesh""#))
      #expect(node.directory["0badcafe"]?.rank == 0)
    }
  }

  @Test func aCardIsSignedAnewEveryHourAndIsNewerAfterARestart() throws {
    var settings = PeeringSettings(
      connection: try TestNode.settings(1), configured: [], capacity: 8, channels: 1,
      rate: .wired, jitterSeed: 1)
    settings.description = PeerDescription(profile: "zero", memory: 1, adapters: [])
    settings.cardSequence = 5_000_000
    var node = Peering(settings, now: 0)
    node.tick(at: 60 * Nanoseconds.second)
    #expect(node.cardSequence == 5_000_001)
    node.tick(at: 3000 * Nanoseconds.second)
    #expect(node.cardSequence == 5_000_001)
    node.tick(at: 3700 * Nanoseconds.second)
    #expect(node.cardSequence == 5_000_002)
    node.wallClockOffset = 1_700_000_000 * Nanoseconds.second
    node.tick(at: 7400 * Nanoseconds.second)
    #expect(node.cardSequence == 1_700_007_400_000)
  }
}
