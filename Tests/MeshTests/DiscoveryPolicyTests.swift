// SPDX-License-Identifier: Apache-2.0
import MMP
import Testing

@testable import Mesh

@Suite struct DiscoveryPolicyTests {
  private let second = Nanoseconds.second

  private func node(_ number: UInt8) throws -> NodeID {
    try #require(NodeID(bytes: [UInt8](repeating: number, count: 16)))
  }

  private func policy(
    _ configured: [PeerEndpoint] = [], allowPlaintext: Bool = false, capacity: Int = 8
  ) throws -> DiscoveryPolicy {
    DiscoveryPolicy(
      ownID: try node(100), meshID: "home", configured: configured,
      allowPlaintext: allowPlaintext, capacity: capacity, seed: 1, now: 0)
  }

  private func found(_ number: UInt8, mesh: String? = "home", port: UInt16 = 7778) throws
    -> FoundPeer
  {
    FoundPeer(nodeID: try node(number), address: "192.0.2.\(number)", port: port, meshID: mesh)
  }

  private let kitchen = PeerEndpoint(host: "kitchen.local", port: 7778)

  @Test func configuredPeersAreDialedAtOnceAndOnce() throws {
    var policy = try policy([kitchen])
    #expect(policy.deadline == 0)
    #expect(policy.next(at: 0) == .dial(0, kitchen))
    #expect(policy.next(at: 0) == nil)
    #expect(policy.deadline == nil)
    policy.established(0, nodeID: try node(1), at: second)
    policy.linked(try node(1))
    #expect(policy.next(at: 1000 * second) == nil)
  }

  @Test func retriesDoubleToThirtySecondsAndSpread() throws {
    var policy = try policy([kitchen])
    var now: Int64 = 0
    var waits: [Double] = []
    for _ in 0..<12 {
      #expect(policy.next(at: now) == .dial(0, kitchen))
      policy.ended(0, at: now)
      let due = try #require(policy.deadline)
      #expect(policy.next(at: due - 1) == nil)
      waits.append(Double(due - now) * 1e-9)
      now = due
    }
    for (index, wait) in waits.enumerated() {
      let longest = min(30, 0.5 * Double(1 << index))
      #expect(wait >= longest / 2 && wait <= longest, "retry \(index): \(wait)")
    }
    #expect(Set(waits).count == waits.count)
  }

  @Test func connectionThatStoodResetsTheSeries() throws {
    var policy = try policy([kitchen])
    var now: Int64 = 0
    for _ in 0..<8 {
      _ = policy.next(at: now)
      policy.ended(0, at: now)
      now = try #require(policy.deadline)
    }
    _ = policy.next(at: now)
    policy.established(0, nodeID: try node(1), at: now)
    policy.ended(0, at: now + 29 * second)
    #expect(try #require(policy.deadline) - now - 29 * second >= 15 * second)
    now = try #require(policy.deadline)
    _ = policy.next(at: now)
    policy.established(0, nodeID: try node(1), at: now)
    policy.ended(0, at: now + 30 * second)
    #expect(try #require(policy.deadline) - now - 30 * second <= second / 2)
  }

  @Test func ourselvesForeignAndPlaintextNodesAreNotDialed() throws {
    var policy = try policy()
    policy.found(try found(100), at: 0)
    policy.found(try found(1, mesh: "lab"), at: 0)
    policy.found(try found(2, mesh: nil), at: 0)
    #expect(policy.next(at: 0) == nil)
    #expect(policy.counters.foreignMesh == 1)
    #expect(policy.counters.plaintext == 1)
    #expect(policy.count == 0)
    var open = try self.policy(allowPlaintext: true)
    open.found(try found(2, mesh: nil), at: 0)
    let endpoint = PeerEndpoint(host: "192.0.2.2", port: 7778, isSecure: false)
    #expect(open.next(at: 0) == .dial(0, endpoint))
  }

  @Test func configuredPeerThatIsOurselvesIsLeftAlone() throws {
    var policy = try policy([kitchen])
    _ = policy.next(at: 0)
    policy.established(0, nodeID: try node(100), at: 0)
    policy.ended(0, at: 0)
    #expect(policy.deadline == nil)
  }

  @Test func inboundConnectionPostponesDialing() throws {
    var policy = try policy()
    policy.linked(try node(1))
    policy.found(try found(1), at: 0)
    #expect(policy.next(at: 0) == nil)
    #expect(policy.deadline == nil)
    policy.unlinked(try node(1), at: 10 * second)
    #expect(policy.next(at: 10 * second) == nil)
    #expect(policy.next(at: 11 * second) != nil)
  }

  @Test func lostWhileDialingCancelsAndForgets() throws {
    var policy = try policy()
    policy.found(try found(1), at: 0)
    #expect(policy.next(at: 0) == .dial(0, PeerEndpoint(host: "192.0.2.1", port: 7778)))
    policy.lost(try node(1))
    #expect(policy.next(at: 0) == .cancel(0))
    #expect(policy.next(at: 100 * second) == nil)
    #expect(policy.count == 0)
    policy.found(try found(2), at: 0)
    _ = policy.next(at: 0)
    policy.established(0, nodeID: try node(2), at: 0)
    policy.lost(try node(2))
    #expect(policy.next(at: 0) == nil)
    #expect(policy.count == 1)
    policy.ended(0, at: second)
    #expect(policy.count == 0)
  }

  @Test func newPlaceIsTriedAtOnce() throws {
    var policy = try policy()
    policy.found(try found(1), at: 0)
    for _ in 0..<6 {
      _ = policy.next(at: policy.deadline ?? 0)
      policy.ended(0, at: 0)
    }
    #expect(try #require(policy.deadline) > 5 * second)
    policy.found(try found(1, port: 9999), at: second)
    #expect(
      policy.next(at: second) == .dial(0, PeerEndpoint(host: "192.0.2.1", port: 9999)))
  }

  @Test func tableIsBounded() throws {
    var policy = try policy(capacity: 4)
    for number in 1...50 { policy.found(try found(UInt8(number)), at: 0) }
    #expect(policy.count == 4)
    #expect(policy.counters.refused == 46)
  }

  @Test func aServiceKeepsItsNameWhoeverAnswers() throws {
    // A group's member announces itself by another name than its node's.
    var policy = try policy(allowPlaintext: true)
    policy.found(try found(1, mesh: nil), at: 0)
    #expect(policy.next(at: 0) != nil)
    policy.established(0, nodeID: try node(9), at: 0)
    policy.linked(try node(9))
    policy.found(try found(1, mesh: nil), at: second)
    #expect(policy.count == 1)
    policy.lost(try node(1))
    policy.ended(0, at: 2 * second)
    #expect(policy.count == 0)
  }
}
