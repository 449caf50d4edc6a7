// SPDX-License-Identifier: Apache-2.0
import MMP
import Testing

@testable import Mesh

@Suite struct WakePolicyTests {
  private static let minute = 60 * Nanoseconds.second

  private func decide(
    _ reason: WakeReason, _ coupling: WakePolicy.Coupling, _ availability: WakePolicy.Availability?
  ) -> WakePolicy.Decision {
    var policy = WakePolicy(WakePolicy.Settings(), at: 0)
    return policy.decide("a", for: reason, coupling: coupling, availability: availability, at: 0)
  }

  @Test(arguments: [
    (WakeReason.mood, [true, true, false, true]), (.cmb, [true, false, false, false]),
    (.message, [true, true, true, true]), (.recovery, [true, true, true, true]),
  ])
  func couplingDecides(reason: WakeReason, expected: [Bool]) {
    let couplings: [WakePolicy.Coupling] = [.aligned, .guarded, .rejected, .unknown]
    for (coupling, isWoken) in zip(couplings, expected) {
      let expected: WakePolicy.Decision = isWoken ? .wake : .notCoupled
      #expect(decide(reason, coupling, .sleepy) == expected, "\(reason) \(coupling)")
    }
  }

  @Test func availabilityDecides() {
    let reasons: [WakeReason] = [.mood, .cmb, .message, .recovery]
    for reason in reasons {
      #expect(decide(reason, .aligned, .sleepy) == .wake)
      #expect(decide(reason, .aligned, nil) == .wake)
      #expect(decide(reason, .aligned, .ephemeral) == .notAsleep)
      let isNeeded = reason == .message || reason == .recovery
      #expect(decide(reason, .aligned, .always) == (isNeeded ? .wake : .notAsleep))
    }
  }

  @Test func oneNodeIsWokenOnceInACooldown() {
    var policy = WakePolicy(WakePolicy.Settings(cooldown: 5 * Self.minute), at: 0)
    #expect(policy.spend("a", at: 0) == .wake)
    #expect(policy.spend("a", at: 5 * Self.minute - 1) == .coolingDown)
    #expect(policy.spend("b", at: 1) == .wake)
    #expect(policy.spend("a", at: 5 * Self.minute) == .wake)
    #expect(policy.spend("a", at: 6 * Self.minute) == .coolingDown)
  }

  @Test func whatIsRefusedCostsNothing() {
    var policy = WakePolicy(WakePolicy.Settings(cooldown: Self.minute, perHour: 1), at: 0)
    for _ in 0..<9 {
      #expect(
        policy.decide("a", for: .mood, coupling: .rejected, availability: nil, at: 0)
          == .notCoupled)
    }
    #expect(policy.spend("a", at: 0) == .wake)
  }

  @Test func allNodesShareAnHourlyBudget() {
    var policy = WakePolicy(WakePolicy.Settings(cooldown: 0, perHour: 4), at: 0)
    for node in ["a", "b", "c", "d"] { #expect(policy.spend(node, at: 0) == .wake) }
    #expect(policy.spend("e", at: 15 * Self.minute - 1) == .overBudget)
    #expect(policy.spend("e", at: 15 * Self.minute) == .wake)
    #expect(policy.spend("f", at: 15 * Self.minute) == .overBudget)
    // A quiet day saves up no more than an hour's.
    let tomorrow = 24 * 60 * Self.minute
    for node in ["a", "b", "c", "d"] { #expect(policy.spend(node, at: tomorrow) == .wake) }
    #expect(policy.spend("e", at: tomorrow) == .overBudget)
  }

  @Test func aFailedAttemptMayBeMadeAgainButIsCounted() {
    var policy = WakePolicy(WakePolicy.Settings(cooldown: Self.minute, perHour: 2), at: 0)
    for _ in 0..<2 {
      #expect(policy.spend("a", at: 0) == .wake)
      policy.forget("a")
    }
    #expect(policy.spend("a", at: 0) == .overBudget)
  }

  @Test func aFullTableForgetsOnlyWhomItMayWakeAgain() {
    var policy = WakePolicy(WakePolicy.Settings(cooldown: Self.minute, perHour: 3600), at: 0)
    for index in 0..<WakePolicy.capacity {
      #expect(policy.spend("n\(index)", at: Int64(index)) == .wake)
    }
    #expect(policy.spend("x", at: Self.minute - 1) == .overBudget)
    #expect(policy.spend("x", at: Self.minute) == .wake)
    // n0 was forgotten, n1 was not.
    #expect(policy.spend("n1", at: Self.minute) == .coolingDown)
    #expect(policy.spend("n0", at: Self.minute + 1) == .wake)
  }
}

@Suite struct MagicPacketTests {
  @Test func sixteenTimesTheAddressAfterSixBytesOfOnes() throws {
    let bytes = try #require(MagicPacket.bytes(for: "00:1b:2C-d3:e4:ff"))
    #expect(bytes.count == MagicPacket.count)
    #expect(bytes.prefix(6).allSatisfy { $0 == 0xFF })
    for index in 0..<16 {
      #expect(
        Array(bytes[(6 + 6 * index)..<(12 + 6 * index)]) == [0, 0x1B, 0x2C, 0xD3, 0xE4, 0xFF])
    }
  }

  @Test(arguments: ["", "00:11:22:33:44", "00:11:22:33:44:5", "00:11:22:33:44:5g", "001122334455"])
  func whatIsNoAddressGivesNoPacket(text: String) {
    #expect(MagicPacket.bytes(for: text) == nil)
  }
}
