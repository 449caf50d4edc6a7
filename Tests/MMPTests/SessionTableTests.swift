// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import MMP

@Suite struct SessionTableTests {
  private let message = PulseMessage.ping(ClockPing(sent: 5))

  init() { #expect(Sodium.isReady) }

  @Test func datagramsFindTheirSession() throws {
    var table = SessionTable(capacity: 3)
    let ids = (0..<3).compactMap { table.reserve(randomness: UInt32($0) << 20) }
    #expect(ids.count == 3)
    #expect(table.reserve(randomness: 9) == nil)
    for (slot, id) in ids.enumerated() {
      #expect(table.slot(of: id) == slot && id.rawValue != 0)
      #expect(table.open(id, key: key(UInt8(slot))) == true)
      #expect(table.open(id, key: key(99)) == false)
    }
    for (slot, id) in ids.enumerated() {
      var sealer = PulseSealer(session: id, key: key(UInt8(slot)))
      let arrival = SessionTable.Arrival(session: id, slot: slot, message: message)
      let datagram = try sealer.sealed(message)
      #expect(table.received(datagram) == .success(arrival))
      #expect(table.received(datagram) == .failure(.replayed(0)))
    }
    #expect(table.counts.opened == 3 && table.counts.replayed == 3)
  }

  @Test func datagramsOfNoSessionAreCountedAndDropped() throws {
    var table = SessionTable(capacity: 4)
    let id = try table.required(0xABCD_E000)
    var sealer = PulseSealer(session: id, key: key(1))
    let early = try sealer.sealed(message)
    #expect(table.received(early) == .failure(.unknownSession(id)))
    #expect(table.open(id, key: key(1)) == true)
    #expect(table.received(early) != .failure(.unknownSession(id)))
    table.close(id)
    #expect(table.received(try sealer.sealed(message)) == .failure(.unknownSession(id)))
    for guess in [UInt32(0), 1, 4, 0xFFF, .max] {
      let session = SessionID(rawValue: guess)
      var guesser = PulseSealer(session: session, key: key(1))
      #expect(table.received(try guesser.sealed(message)) == .failure(.unknownSession(session)))
    }
    #expect(table.counts.unknownSession == 7)
    #expect(table.received([1, 2, 3]) == .failure(.length(3)))
    #expect(table.received([UInt8](repeating: 0x21, count: 81)) == .failure(.version(2)))
    #expect(table.received([UInt8](repeating: 0x14, count: 81)) == .failure(.kind(4)))
    #expect(table.counts.malformed == 3)
  }

  @Test func aSlotUsedAgainHasAnotherID() throws {
    var table = SessionTable(capacity: 1)
    let old = try table.required(0x1111_1000)
    #expect(table.open(old, key: key(1)) == true)
    table.close(old)
    let new = try table.required(0x2222_2000)
    #expect(old != new)
    #expect(table.slot(of: old) == nil && table.slot(of: new) == 0)
    table.close(old)
    #expect(table.slot(of: new) == 0)
  }

  @Test func randomDatagramsNeverOpen() throws {
    var table = SessionTable(capacity: 8)
    let id = try table.required(0x7777_7000)
    #expect(table.open(id, key: key(1)) == true)
    var state: UInt64 = 3
    for round in 0..<2_000 {
      var datagram = (0..<(round % 100)).map { _ -> UInt8 in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return UInt8(truncatingIfNeeded: state >> 56)
      }
      if round % 2 == 0, datagram.count > 5 {
        datagram[0] = 0x11 + UInt8(round % 3)
        for index in 0..<4 {
          datagram[1 + index] = UInt8(truncatingIfNeeded: id.rawValue >> UInt32(8 * index))
        }
      }
      guard case .failure = table.received(datagram) else {
        Issue.record("opened \(datagram)")
        return
      }
    }
    #expect(table.counts.opened == 0)
  }
}

extension SessionTable {
  fileprivate mutating func required(_ randomness: UInt32) throws -> SessionID {
    let session = reserve(randomness: randomness)
    return try #require(session)
  }
}
