// SPDX-License-Identifier: Apache-2.0
import MMP
import Testing

@testable import Mesh

@Suite struct PeerTableTests {
  private let ms = Nanoseconds.millisecond

  private func node(_ number: UInt8) throws -> NodeID {
    try #require(NodeID(bytes: [UInt8](repeating: number, count: 16)))
  }

  private func table(_ own: UInt8 = 50, capacity: Int = 4) throws -> PeerTable {
    PeerTable(ownID: try node(own), capacity: capacity)
  }

  private func peer(
    _ number: UInt8, connection: Int, outbound: Bool = false, secure: Bool = true,
    boot: UInt32 = 1, heard: Int64 = 0
  ) throws -> PeerTable.Peer {
    PeerTable.Peer(
      nodeID: try node(number), connection: connection, isOutbound: outbound, isSecure: secure,
      boot: boot, lastHeard: heard)
  }

  private struct Case {
    let own: UInt8
    let prior: Bool
    let new: Bool
    let silence: Int64
    let isReplaced: Bool
  }

  /// Own identity smaller (1) or larger (99) than the peer's (50), by directions and silence.
  private let cases: [Case] = [
    Case(own: 1, prior: false, new: true, silence: 999, isReplaced: true),
    Case(own: 1, prior: true, new: false, silence: 999, isReplaced: false),
    Case(own: 99, prior: false, new: true, silence: 999, isReplaced: false),
    Case(own: 99, prior: true, new: false, silence: 999, isReplaced: true),
    Case(own: 1, prior: true, new: true, silence: 1000, isReplaced: false),
    Case(own: 99, prior: false, new: false, silence: 1000, isReplaced: false),
    Case(own: 1, prior: true, new: true, silence: 1001, isReplaced: true),
    Case(own: 1, prior: true, new: false, silence: 1001, isReplaced: true),
    Case(own: 99, prior: false, new: true, silence: 1001, isReplaced: true),
  ]

  @Test func duplicatesByTheTable() throws {
    for (index, row) in cases.enumerated() {
      var table = try table(row.own)
      #expect(
        table.admit(try peer(50, connection: 7, outbound: row.prior), at: 0) == .added(slot: 0))
      let verdict = table.admit(
        try peer(50, connection: 8, outbound: row.new, heard: row.silence * ms),
        at: row.silence * ms)
      #expect(
        verdict
          == (row.isReplaced
            ? .replaced(slot: 0, closing: 7) : .refused(.duplicate)),
        "row \(index)")
      #expect(table.count == 1)
      #expect(table[0]?.connection == (row.isReplaced ? 8 : 7))
    }
  }

  /// Two nodes that dial each other at once must keep the same of the two connections.
  @Test func bothEndsKeepTheSameConnection() throws {
    for firstAtLow in [true, false] {
      for firstAtHigh in [true, false] {
        var (low, high) = (try table(1), try table(99))
        // Connection 1 was dialed by the node `low`, connection 2 by the node `high`.
        for isOne in [firstAtLow, !firstAtLow] {
          _ = low.admit(try peer(99, connection: isOne ? 1 : 2, outbound: isOne), at: 0)
        }
        for isOne in [firstAtHigh, !firstAtHigh] {
          _ = high.admit(try peer(1, connection: isOne ? 1 : 2, outbound: !isOne), at: 0)
        }
        #expect(low[0]?.connection == 1)
        #expect(high[0]?.connection == 1)
      }
    }
  }

  @Test func twoLivingNodesWithOneIdentity() throws {
    var table = try table()
    _ = table.admit(try peer(1, connection: 1, boot: 10), at: 0)
    #expect(table.admit(try peer(1, connection: 2, boot: 11), at: 500 * ms) == .refused(.conflict))
    #expect(table.counters.conflicts == 1)
    // The first has gone silent: the second is the same node after a start.
    let restarted = try peer(1, connection: 3, boot: 11)
    #expect(table.admit(restarted, at: 1600 * ms) == .replaced(slot: 0, closing: 1))
  }

  @Test func nodeOnceSecureIsNeverTakenInPlaintext() throws {
    var table = try table()
    let plain = try peer(1, connection: 1, secure: false, boot: 0)
    #expect(table.admit(plain, at: 0) == .added(slot: 0))
    #expect(table.admit(try peer(1, connection: 2), at: 0) == .replaced(slot: 0, closing: 1))
    #expect(table.remove(connection: 1) == nil)
    #expect(table.remove(connection: 2) == 0)
    #expect(table.admit(plain, at: 10_000 * ms) == .refused(.downgrade))
    var restarted = PeerTable(
      ownID: try node(50), capacity: 4, secureNodes: table.secureNodes)
    #expect(restarted.admit(plain, at: 0) == .refused(.downgrade))
    #expect(restarted.counters.downgrades == 1)
  }

  @Test func fullMemoryTrustsNobodyNew() throws {
    var table = try table(capacity: 1)
    for number in 1...16 {
      let admitted = try peer(UInt8(number), connection: number)
      _ = table.admit(admitted, at: 0)
      _ = table.remove(connection: number)
    }
    let plain = try peer(77, connection: 77, secure: false)
    #expect(table.admit(plain, at: 0) == .refused(.downgrade))
    #expect(table.secureNodes == table.secureNodes.sorted())
    #expect(table.secureNodes.count == 16)
  }

  @Test func slotsAreBoundedAndReused() throws {
    var table = try table(capacity: 2)
    #expect(table.admit(try peer(1, connection: 1), at: 0) == .added(slot: 0))
    #expect(table.admit(try peer(2, connection: 2), at: 0) == .added(slot: 1))
    #expect(table.admit(try peer(3, connection: 3), at: 0) == .refused(.full))
    #expect(table.remove(connection: 1) == 0)
    #expect(table.admit(try peer(3, connection: 4), at: 0) == .added(slot: 0))
    #expect(table.slot(of: try node(2)) == 1)
    #expect(table.slot(ofConnection: 4) == 0)
  }
}
