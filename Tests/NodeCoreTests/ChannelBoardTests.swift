// SPDX-License-Identifier: Apache-2.0
import MMP
import PhaseSpace
import Testing

@testable import NodeCore

/// Pulses reach the right channel and slot, unknown channels are bounded, and leaving forgets.
struct ChannelBoardTests {
  private let second: Int64 = 1_000_000_000

  private func board() -> ChannelBoard {
    var board = ChannelBoard(peers: 4)
    board.add(
      name: "hum", settings: ChannelSettings(frequency: 50), bandwidth: 4.88, requiredTau: 2,
      bank: IntegratorBank(profile: .server))
    return board
  }

  private func pulse(_ channel: String, at time: Int64, lead: Double = 0) -> Pulse {
    let phasor =
      CarrierPhase.phasor(nanoseconds: time, frequency: 50) * Phasor(angle: lead)
    return Pulse(
      time: time, boot: 1, sequence: 1, channel: ChannelID(name: channel),
      re: Float(phasor.re), im: Float(phasor.im), frequencyMicrohertz: 50_000_000,
      bandwidth: 4.88, effectiveCount: 10, quality: 250, flags: 0, decisionTau: 2, digest: 0)
  }

  private func hear(_ board: inout ChannelBoard, _ pulse: Pulse, slot: Int, names: [String]) {
    board.heard(
      pulse, slot: slot, names: names, at: pulse.time, weight: 1, staleAfter: second)
  }

  @Test func twoLockedNodesAreSeenWithTheirPhase() throws {
    var board = board()
    for step in 1...400 {
      let now = Int64(step) * second / 20
      let own = PhaseSample(
        time: now, phasor: CarrierPhase.phasor(nanoseconds: now, frequency: 50), quality: 1,
        frequency: 50)
      board.measured(0, own, weight: 1)
      hear(&board, pulse("hum", at: now, lead: 1), slot: 2, names: ["hum"])
      board.tick(at: now, order: [2])
    }
    let channel = board.channels[0]
    #expect(channel.state.memberCount == 2)
    let pair = try #require(channel.estimator.locking.pair(3, 0))
    #expect(abs(pair.phasor.angle - 1) < 1e-3)
    #expect(channel.state.isWe && !channel.state.isEmergent)
    #expect(try #require(channel.pulse()).channel == ChannelID(name: "hum"))
    let slow = try #require(channel.bank.integrators.last)
    #expect(slow.mean.magnitude > 0.99, "the bank follows the node's own phase")
  }

  @Test func leavingEmptiesTheSlotAndChannelsNobodyIsIn() {
    var board = board()
    hear(&board, pulse("hum", at: second), slot: 1, names: ["hum"])
    hear(&board, pulse("other", at: second), slot: 1, names: ["other"])
    #expect(board.channels.count == 2)
    board.left(slot: 1)
    #expect(board.channels.map { $0.name } == ["hum"])
    #expect(!board.channels[0].estimator.isMember(slot: 2))
  }

  @Test func aChannelThatWasNotAnnouncedIsRefused() {
    var board = board()
    hear(&board, pulse("unheard", at: second), slot: 0, names: ["hum"])
    #expect(board.channels.count == 1 && board.refused == 1)
  }

  @Test func channelsAreBounded() {
    var board = board()
    let names = (0..<40).map { "c\($0)" }
    for name in names { hear(&board, pulse(name, at: second), slot: 0, names: names) }
    #expect(board.channels.count == ChannelBoard.maximumChannels)
    #expect(board.refused == 40 - Int64(ChannelBoard.maximumChannels - 1))
  }

  @Test func withoutAnInputTheLowestLivingPeerIsTheReference() {
    var board = ChannelBoard(peers: 4)
    for step in 1...60 {
      let now = Int64(step) * second / 20
      hear(&board, pulse("hum", at: now), slot: 3, names: ["hum"])
      if step < 20 { hear(&board, pulse("hum", at: now), slot: 1, names: ["hum"]) }
      board.tick(at: now, order: [1, 3])
      if step == 19 { #expect(board.channels[0].reference == 2) }
    }
    #expect(board.channels[0].reference == 4, "slot 1 went stale")
  }
}
