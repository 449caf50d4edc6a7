// SPDX-License-Identifier: Apache-2.0
import MMP
import Testing

@testable import Mesh

@Suite struct PeeringTests {
  /// Three nodes that all dial each other, as in a configured peer list.
  private func three() throws -> Town {
    var town = Town()
    for number in 0..<3 {
      town.add(
        try TestNode.settings(UInt8(number + 1)), dials: (0..<3).filter { $0 != number })
    }
    return town
  }

  @Test func threeNodesFindEachOtherOnce() throws {
    var town = try three()
    try town.run(seconds: 4)
    #expect(town.peers(of: 0) == ["node 2", "node 3"])
    #expect(town.peers(of: 1) == ["node 1", "node 3"])
    #expect(town.peers(of: 2) == ["node 1", "node 2"])
    for node in town.nodes {
      #expect(node.table.count == 2)
      #expect(node.connectionCount == 2)
      for slot in 0..<2 {
        #expect(node.pulses.clock(of: slot)?.isFull == true)
        #expect(node.pulses.pulses(of: slot).received > 50)
      }
    }
    #expect(town.streams.filter(\.isOpen).count == 3)
    // Each pair crosses at most once; then each knows whom its configured peers are.
    #expect(town.streams.count <= 6)
  }

  @Test func theyStayConnected() throws {
    var town = try three()
    try town.run(seconds: 3)
    let before = town.streams.count
    try town.run(seconds: 20)
    #expect(town.streams.count == before)
    #expect(town.streams.filter(\.isOpen).count == 3)
  }

  @Test func peersTellOfTheOthers() throws {
    var town = try three()
    try town.run(seconds: 65)
    let told = town.effects[0].compactMap { effect -> [String]? in
      guard case .frame(_, .peerInfo(let info)) = effect else { return nil }
      return info.peers.map(\.name)
    }
    #expect(told.contains(["node 3"]))
    #expect(told.contains(["node 2"]))
  }

  @Test func restartedNodeJoinsAgainWithNewKeys() throws {
    var town = try three()
    try town.run(seconds: 3)
    let recorded = town.datagrams.filter { $0.to != 2 }
    town.restart(1, try TestNode.settings(2, boot: 77), dials: [0, 2])
    try town.run(seconds: 4)
    #expect(town.peers(of: 0) == ["node 2", "node 3"])
    #expect(town.nodes[0].table.count == 2)
    let opened = town.nodes.map(\.pulses.arrivals.opened)
    for datagram in recorded {
      for node in 0..<2 {
        let event = datagram.bytes.withUnsafeBytes {
          town.nodes[node].pulses.receive($0, at: town.now)
        }
        #expect(event == nil)
      }
    }
    #expect(town.nodes.map(\.pulses.arrivals.opened) == opened)
    #expect(recorded.count > 100)
  }

  @Test func datagramsOfOnePeerMeanNothingFromAnother() throws {
    var town = try three()
    try town.run(seconds: 2)
    let forOthers = town.datagrams.filter { $0.to != 0 }
    let opened = town.nodes[0].pulses.arrivals.opened
    for datagram in forOthers {
      _ = datagram.bytes.withUnsafeBytes { town.nodes[0].pulses.receive($0, at: town.now) }
    }
    #expect(town.nodes[0].pulses.arrivals.opened == opened)
  }

  @Test func secondMeshOnTheSameNetworkNeverMixes() throws {
    var town = Town()
    let lab = try TestNode.mesh("lab", secret: 9)
    let everyone = { (own: Int) in (0..<4).filter { $0 != own } }
    town.add(try TestNode.settings(1), dials: everyone(0))
    town.add(try TestNode.settings(2), dials: everyone(1))
    town.add(try TestNode.settings(3, mesh: lab), dials: everyone(2))
    town.add(try TestNode.settings(4, mesh: lab), dials: everyone(3))
    try town.run(seconds: 6)
    #expect(town.peers(of: 0) == ["node 2"])
    #expect(town.peers(of: 1) == ["node 1"])
    #expect(town.peers(of: 2) == ["node 4"])
    #expect(town.peers(of: 3) == ["node 3"])
    for node in town.nodes { #expect(node.counters.otherMesh > 0) }
  }

  @Test func silentNodeLeavesAndIsDialedUntilItReturns() throws {
    var town = try three()
    try town.run(seconds: 3)
    town.dead = [2]
    try town.run(seconds: 16)
    #expect(town.peers(of: 0) == ["node 2"])
    let left = town.effects[0].contains { effect in
      guard case .left(_, _, .silent) = effect else { return false }
      return true
    }
    #expect(left)
    town.restart(2, try TestNode.settings(3, boot: 5), dials: [])
    try town.run(seconds: 31)
    #expect(town.peers(of: 0) == ["node 2", "node 3"])
    #expect(town.peers(of: 2) == ["node 1", "node 2"])
  }

  @Test func copiedIdentityIsAConflict() throws {
    var town = Town()
    town.add(try TestNode.settings(1), dials: [])
    town.add(try TestNode.settings(2, boot: 10), dials: [0])
    town.add(try TestNode.settings(2, boot: 20), dials: [0])
    try town.run(seconds: 5)
    #expect(town.nodes[0].table.count == 1)
    #expect(town.nodes[0].table.counters.conflicts > 0)
    let id = Identity(seed: try TestNode.key(2)).nodeID
    #expect(town.effects[0].contains(.conflict(id)))
  }

  @Test func connectionsAreBounded() throws {
    var town = Town()
    town.add(try TestNode.settings(1), dials: [], capacity: 2)
    for index in 0..<100 {
      let seed = ConnectionSeed(ephemeral: try TestNode.key(1), session: UInt32(index) << 12)
      let accepted = town.nodes[0].accepted(seed, at: 0)
      #expect(accepted == index + 1)
      #expect(town.nodes[0].connectionCount <= 10)
    }
    // The newest stay: the oldest had time enough to say who they are.
    #expect(town.nodes[0].counters.tooMany == 90)
    // Ten seconds later the silent ones are gone and there is room again.
    town.nodes[0].tick(at: 10 * Nanoseconds.second)
    #expect(town.nodes[0].connectionCount == 0)
    let seed = ConnectionSeed(ephemeral: try TestNode.key(1), session: 7 << 12)
    let again = town.nodes[0].accepted(seed, at: 10 * Nanoseconds.second)
    #expect(again != nil)
  }

  @Test func strangersCannotKeepMembersOut() throws {
    var town = Town()
    town.add(try TestNode.settings(1), dials: [], capacity: 2)
    town.add(try TestNode.settings(2), dials: [0], capacity: 2)
    for second in 0..<5 {
      for index in 0..<50 {
        let seed = ConnectionSeed(
          ephemeral: try TestNode.key(1), session: UInt32(second * 50 + index + 1) << 13)
        _ = town.nodes[0].accepted(seed, at: town.now)
      }
      try town.run(seconds: 1)
    }
    #expect(town.peers(of: 0) == ["node 2"])
  }

  @Test func oneSeedGivesTheSameCourse() throws {
    var (first, second) = (try three(), try three())
    try first.run(seconds: 3)
    try second.run(seconds: 3)
    #expect(first.effects == second.effects)
    #expect(first.datagrams.map(\.bytes) == second.datagrams.map(\.bytes))
    #expect(first.datagrams.count > 300)
  }

  @Test func dialingOneselfStopsForGood() throws {
    var town = Town()
    town.add(try TestNode.settings(1), dials: [0])
    try town.run(seconds: 20)
    #expect(town.streams.count == 1)
    #expect(town.nodes[0].connectionCount == 0)
  }

  @Test func stoppingClosesEverything() throws {
    var town = try three()
    try town.run(seconds: 2)
    town.nodes[0].stop(at: town.now)
    var closed = 0
    while let effect = town.nodes[0].next() {
      if case .close(_, .stopping) = effect { closed += 1 }
    }
    #expect(closed == 2)
    #expect(town.nodes[0].table.count == 0)
    #expect(town.nodes[0].pulses.deadline == nil)
  }

  @Test func sessionsAreGivenBack() throws {
    var town = Town()
    town.add(try TestNode.settings(1), dials: [], capacity: 2)
    for round in 0..<500 {
      let seed = ConnectionSeed(
        ephemeral: try TestNode.key(1), session: UInt32(truncatingIfNeeded: round) << 12)
      let accepted = town.nodes[0].accepted(seed, at: 0)
      let number = try #require(accepted)
      town.nodes[0].ended(number, at: 0)
      while town.nodes[0].next() != nil {}
    }
    #expect(town.nodes[0].connectionCount == 0)
  }
}
