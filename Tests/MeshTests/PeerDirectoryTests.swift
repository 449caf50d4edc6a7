// SPDX-License-Identifier: Apache-2.0
import MMP
import Testing

@testable import Mesh

@Suite struct PeerDirectoryTests {
  private let now: Int64 = 1_700_000_000_000
  private let day: Int64 = 86_400_000

  private func identity(_ number: Int) throws -> Identity {
    var bytes = [UInt8](repeating: 9, count: 32)
    (bytes[0], bytes[1]) = (UInt8(number & 255), UInt8(number >> 8))
    return Identity(seed: try #require(Key32(bytes)))
  }

  private func directory(capacity: Int = 8) throws -> PeerDirectory {
    PeerDirectory(ownID: try identity(999).nodeID, capacity: capacity)
  }

  private func signed(
    _ number: Int, _ name: String = "node", at sequence: Int64? = nil,
    wake: WakeChannel? = nil
  ) throws -> PeerInfo.Entry {
    let identity = try identity(number)
    let card = PeerCard(
      PeerDescription(profile: "zero", memory: 512, adapters: [], wakeChannel: wake), name: name,
      sequence: UInt64(sequence ?? now), by: identity)
    return PeerInfo.Entry(
      nodeID: identity.nodeID.description, name: name, wakeChannel: wake,
      lastSeenMilliseconds: now, card: card)
  }

  private func hearsay(_ id: String, _ name: String = "told", at seen: Int64? = nil)
    -> PeerInfo.Entry
  {
    PeerInfo.Entry(
      nodeID: id, name: name,
      wakeChannel: WakeChannel(platform: "apns", token: name, environment: "sandbox"),
      lastSeenMilliseconds: seen ?? now)
  }

  private func merge(
    _ directory: inout PeerDirectory, _ entries: [PeerInfo.Entry], isSecure: Bool = true,
    at wall: Int64? = nil
  ) {
    directory.merge(
      entries, isSecure: isSecure, trust: LinkTrust(), meshID: "home", at: wall ?? now)
  }

  @Test func theNewerCardHolds() throws {
    var directory = try directory()
    let id = try identity(1).nodeID.description
    merge(&directory, [try signed(1, "second", at: now - 1000)])
    merge(&directory, [try signed(1, "first", at: now - 2000)])
    #expect(directory[id]?.name == "second")
    merge(&directory, [try signed(1, "third", at: now)])
    #expect(directory[id]?.name == "third")
    #expect(directory[id.uppercased()]?.name == "third")
    #expect(directory.records.count == 1)
    #expect(directory.counters.forged == 0)
  }

  @Test func nobodyChangesAnothersEntry() throws {
    var directory = try directory()
    let id = try identity(1).nodeID.description
    merge(&directory, [try signed(1, "honest", at: now - 5000)])
    let before = directory[id]
    // Unsigned, unsigned in capitals, signed by another, and the card of another.
    var stolen = try signed(2, "evil", at: now)
    stolen.nodeID = id
    for entry in [hearsay(id, "evil"), hearsay(id.uppercased(), "evil"), stolen] {
      merge(&directory, [entry])
      merge(&directory, [entry], isSecure: false)
    }
    #expect(directory[id] == before)
    #expect(directory.records.count == 1)
    #expect(directory.counters.forged == 1)
    // The same attack on an entry that nobody has signed succeeds: what is hearsay stays hearsay.
    merge(&directory, [hearsay("f64c3719", "first", at: now - 5000)])
    merge(&directory, [hearsay("f64c3719", "evil", at: now)])
    #expect(directory["f64c3719"]?.name == "evil")
  }

  @Test func cardsOfPlaintextPeersAreNotLookedAt() throws {
    var directory = try directory()
    merge(&directory, [try signed(1)], isSecure: false)
    #expect(directory[try identity(1).nodeID.description]?.card == nil)
  }

  @Test func wakeChannelsOutliveTheirNodesConnection() throws {
    var directory = try directory()
    directory.met("f64c3719", name: "melotune", at: now)
    directory.take(WakeChannel(platform: "apns", token: "t"), of: "f64c3719")
    // Another's word neither renames nor redirects a node met.
    merge(&directory, [hearsay("f64c3719", "evil", at: now + 1)], at: now + 1)
    #expect(directory["f64c3719"]?.wakeChannel?.token == "t")
    #expect(directory["f64c3719"]?.name == "melotune")
    directory.expire(at: now + 6 * day, present: [])
    #expect(directory["f64c3719"]?.wakeChannel?.token == "t")
    directory.expire(at: now + 8 * day, present: ["f64c3719"])
    #expect(directory["f64c3719"] != nil)
    directory.expire(at: now + 8 * day, present: [])
    #expect(directory["f64c3719"] == nil)
    // What is as old is not taken either.
    merge(&directory, [hearsay("f64c3719", at: now)], at: now + 8 * day)
    merge(&directory, [try signed(1)], at: now + 8 * day)
    #expect(directory.records.isEmpty)
  }

  @Test func aClockAheadKeepsNobodyAlive() throws {
    var directory = try directory()
    merge(&directory, [try signed(1, at: now + 100 * day), hearsay("a", at: now + 100 * day)])
    #expect(directory.records.map(\.lastSeen) == [now, now])
    directory.expire(at: now + 7 * day, present: [])
    #expect(directory.records.isEmpty)
  }

  @Test func hearsayFillsAQuarterAndNodesMetStay() throws {
    var directory = try directory(capacity: 16)
    for number in 0..<8 {
      directory.met(try identity(number).nodeID.description, name: "m", at: now - day)
    }
    for number in 0..<100 {
      merge(&directory, [hearsay("h\(number)", at: now + Int64(number))], at: now + 100)
    }
    #expect(directory.records.filter { $0.rank == 0 }.count == 4)
    #expect(directory["h99"] != nil)
    // A member makes up a thousand nodes and signs for each.
    for number in 100..<1100 {
      merge(&directory, [try signed(number, at: now + Int64(number))], at: now + 2000)
    }
    #expect(directory.records.count == 16)
    #expect(directory.records.filter(\.isMet).count == 8)
    #expect(directory.records.filter { $0.rank == 0 }.isEmpty)
    #expect(directory[try identity(1099).nodeID.description] != nil)
    let order = directory.records.map(\.nodeID)
    #expect(order == order.sorted())
    // And those met give way to nobody but those met.
    for number in 1200..<1216 {
      directory.met(try identity(number).nodeID.description, name: "m", at: now)
    }
    #expect(directory.records.filter(\.isMet).count == 16)
    merge(&directory, [try signed(3000, at: now + 9000)], at: now + 9000)
    #expect(directory[try identity(3000).nodeID.description] == nil)
    #expect(directory.counters.refused > 0)
  }

  @Test func newsIsWhatChanged() throws {
    var directory = try directory(capacity: 64)
    for number in 0..<20 { merge(&directory, [try signed(number)]) }
    let first = directory.news(since: 0, limit: 8)
    #expect(first.records.count == 8)
    let second = directory.news(since: first.upTo, limit: 32)
    #expect(second.records.count == 12)
    #expect(Set((first.records + second.records).map(\.nodeID)).count == 20)
    #expect(directory.news(since: second.upTo, limit: 8).records.isEmpty)
    merge(&directory, [try signed(3, "renamed", at: now + 1)], at: now + 1)
    #expect(directory.news(since: second.upTo, limit: 8).records.map(\.name) == ["renamed"])
    // Signs of life alone are not news, until they are ten minutes newer.
    let before = directory.change
    let met = try identity(3).nodeID.description
    directory.met(met, name: "renamed", at: now + 2)
    #expect(directory.change == before + 1)
    directory.met(met, name: "renamed", at: now + day)
    #expect(directory.change == before + 1)
  }

  @Test func whatIsKeptIsTakenUpAgain() throws {
    var directory = try directory()
    merge(&directory, [try signed(1), hearsay("f64c3719")])
    directory.met(try identity(2).nodeID.description, name: "met", at: now)
    var again = try self.directory()
    again.restore(directory.records)
    #expect(again.records.map(\.nodeID) == directory.records.map(\.nodeID))
    #expect(again.records.map(\.rank) == directory.records.map(\.rank))
    merge(&again, [try signed(1, "older", at: now - 1)])
    #expect(again[try identity(1).nodeID.description]?.name == "node")
  }
}
