// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import MMP

@Suite struct SecureLinkRekeyTests {
  private static let few: SecureLink.Limits = {
    var limits = SecureLink.Limits()
    limits.recordsPerKey = 4
    return limits
  }()

  init() { #expect(Sodium.isReady) }

  private func pair(_ dialer: SecureLink.Limits, _ listener: SecureLink.Limits) -> LinkPair {
    var pair = LinkPair(
      dialer: LinkPair.link(.dialer, LinkPair.alice, ephemeral: 10, limits: dialer),
      listener: LinkPair.link(.listener, LinkPair.bob, ephemeral: 11, limits: listener))
    pair.exchange()
    _ = pair.dialer.events()
    _ = pair.listener.events()
    return pair
  }

  @Test func aKeyHasAMillionRecordsOrAnHour() {
    #expect(SecureLink.Limits().recordsPerKey == 1 << 20)
    #expect(SecureLink.Limits().keyNanoseconds == 3600 * 1_000_000_000)
  }

  @Test func keysChangeWhenTheirRecordsAreSealed() throws {
    var pair = pair(Self.few, Self.few)
    for round in 0..<20 {
      let content = [UInt8(round), 1, 2]
      try pair.dialer.send(content, at: 0)
      let count = pair.dialer.outputCount
      // Three of content and a fourth that announces; it goes out before the next content.
      #expect(count == (round > 0 && round % 3 == 0 ? 22 + 19 : 22), "round \(round)")
      pair.exchange()
      #expect(pair.listener.content() == content, "round \(round)")
    }
  }

  @Test func aKeyChangesAfterItsHour() throws {
    let hour: Int64 = 3_600_000_000_000
    var pair = pair(.init(), .init())
    try pair.dialer.send([1], at: 5)
    try pair.dialer.send([2], at: 4 + hour)
    #expect(pair.dialer.outputCount == 2 * 20)
    try pair.dialer.send([3], at: 5 + hour)
    #expect(pair.dialer.outputCount == 3 * 20 + 19)
    // The next key has an hour of its own.
    try pair.dialer.send([4], at: 4 + 2 * hour)
    #expect(pair.dialer.outputCount == 4 * 20 + 19)
    pair.exchange()
    #expect(pair.listener.content() == [1, 2, 3, 4])
    try pair.listener.send([4], at: 6 + hour)
    pair.exchange()
    #expect(pair.dialer.content() == [4])
  }

  @Test func aPeerWhoKeepsItsKeyTooLongIsCutOff() throws {
    var pair = pair(.init(), Self.few)
    for _ in 0..<4 { try pair.dialer.send([1], at: 0) }
    pair.exchange()
    #expect(pair.listener.failure() == .keyOverused)
  }

  @Test func rekeyIsThatOfNoise() throws {
    // The first 32 bytes of 32 zeros sealed under the old key and the last nonce.
    var old = CipherState(key: key(3), nonce: .max)
    #expect(throws: NoiseError.nonceExhausted) { try old.encrypt([]) }
    var sealed = [UInt8](repeating: 0, count: 48)
    let zeros = [UInt8](repeating: 0, count: 32)
    zeros.withUnsafeBytes { zeros in
      sealed.withUnsafeMutableBytes { sealed in
        ChaChaPoly.seal(
          zeros, header: UnsafeRawBufferPointer(start: nil, count: 0), into: sealed,
          key: key(3), counter: .max)
      }
    }
    var rekeyed = CipherState(key: key(3))
    rekeyed.rekey()
    let next: Key32 = try #require(Key32(sealed[..<32]))
    var expected = CipherState(key: next)
    #expect(try rekeyed.encrypt([1, 2]) == expected.encrypt([1, 2]))
  }

  @Test func aLinkWhoseNoncesAreUsedUpFails() throws {
    var pair = pair(.init(), .init())
    pair.dialer.stage = .open(
      RecordCiphers(
        sending: CipherState(key: key(3), nonce: .max), receiving: CipherState(key: key(4))))
    #expect(throws: LinkSendError.failed(.exhausted)) { try pair.dialer.send([1], at: 0) }
    #expect(pair.dialer.outputCount == 0)
    #expect(pair.dialer.failure() == .exhausted)
  }
}
