// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import MMP

struct NoiseVector: Decodable, CustomTestStringConvertible {
  struct Message: Decodable {
    let payload: String
    let ciphertext: String
  }

  let `protocol`: String
  let initiatorStatic: String
  let responderStatic: String
  let initiatorEphemeral: String
  let responderEphemeral: String
  let prologue: String
  let presharedKey: String
  let messages: [Message]

  var testDescription: String { "\(`protocol`), prologue '\(prologue)', \(messages[0].payload)" }

  static func all() throws -> [Self] {
    struct File: Decodable { let vectors: [NoiseVector] }
    return try JSONDecoder().decode(File.self, from: testFile("vectors/noise-xxpsk0.json")).vectors
  }

  func side(isInitiator: Bool) throws -> HandshakeState {
    let pattern =
      presharedKey.isEmpty
      ? HandshakePattern(
        protocolName: "Noise_XX_25519_ChaChaPoly_SHA256",
        messages: [[.e], [.e, .ee, .s, .es], [.s, .se]]) : HandshakePattern.meshLink
    #expect(pattern.protocolName == `protocol`)
    let keys = HandshakeState.Keys(
      staticKey: try pair(isInitiator ? initiatorStatic : responderStatic),
      ephemeral: try pair(isInitiator ? initiatorEphemeral : responderEphemeral),
      preshared: Key32(bytes(hex: presharedKey)))
    return HandshakeState(
      pattern: pattern, isInitiator: isInitiator, prologue: bytes(hex: prologue), keys: keys)
  }

  private func pair(_ text: String) throws -> NoiseKeyPair {
    NoiseKeyPair(privateKey: try #require(Key32(bytes(hex: text))))
  }
}

@Suite struct NoiseVectorTests {
  init() { #expect(Sodium.isReady) }

  @Test(arguments: try NoiseVector.all())
  func givesTheBytesOfTheVector(_ vector: NoiseVector) throws {
    var initiator = try vector.side(isInitiator: true)
    var responder = try vector.side(isInitiator: false)
    for (index, message) in vector.messages.prefix(3).enumerated() {
      let payload = bytes(hex: message.payload)
      let isInitiators = index % 2 == 0
      let sent = isInitiators ? try initiator.write(payload) : try responder.write(payload)
      #expect(sent == bytes(hex: message.ciphertext))
      let got = isInitiators ? try responder.read(sent) : try initiator.read(sent)
      #expect(got == payload)
    }
    #expect(initiator.isComplete && responder.isComplete)
    #expect(initiator.symmetric.hash == responder.symmetric.hash)
    var (there, back) = initiator.symmetric.split()
    var (thereReader, backReader) = responder.symmetric.split()
    let last = vector.messages.suffix(2).map { ($0, bytes(hex: $0.payload)) }
    #expect(try there.encrypt(last[0].1) == bytes(hex: last[0].0.ciphertext))
    #expect(try back.encrypt(last[1].1) == bytes(hex: last[1].0.ciphertext))
    #expect(try thereReader.decrypt(bytes(hex: last[0].0.ciphertext)) == last[0].1)
    #expect(try backReader.decrypt(bytes(hex: last[1].0.ciphertext)) == last[1].1)
  }

  @Test func everyPrefixOfAMessageIsRefused() throws {
    let vector = try #require(try NoiseVector.all().first)
    let message = bytes(hex: vector.messages[0].ciphertext)
    for count in 0..<message.count {
      var responder = try vector.side(isInitiator: false)
      #expect(throws: NoiseError.self) { try responder.read([UInt8](message.prefix(count))) }
    }
  }

  @Test func messagesOutOfTurnAreRefused() throws {
    let vector = try #require(try NoiseVector.all().first)
    var responder = try vector.side(isInitiator: false)
    #expect(throws: NoiseError.outOfTurn) { try responder.write([]) }
    var initiator = try vector.side(isInitiator: true)
    #expect(throws: NoiseError.outOfTurn) { try initiator.read([1, 2, 3]) }
  }

  @Test func aKeyOfLowOrderIsRefused() {
    #expect(NoiseKeyPair(privateKey: key(1)).sharedSecret(with: .zero) == nil)
    #expect(Identity.agreementKey(of: .zero) == nil)
  }

  @Test func theLastNonceIsNeverUsedForAMessage() throws {
    var cipher = CipherState(key: key(1), nonce: .max - 1)
    _ = try cipher.encrypt([1])
    #expect(throws: NoiseError.nonceExhausted) { try cipher.encrypt([1]) }
    #expect(throws: NoiseError.nonceExhausted) {
      try cipher.decrypt([UInt8](repeating: 0, count: 17))
    }
  }
}
