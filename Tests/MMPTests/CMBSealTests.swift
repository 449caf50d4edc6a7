// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import MMP

@Suite struct CMBSealTests {
  private let own = Identity(seed: key(3))
  private let peerKey = "MCowBQYDK2VuAyEAOKtmS9hvd9fma92a4HkpE6lP2LM6EmACfktGwfSITGc="

  private func block() -> CMB {
    var said = CMBCategories(focus: "pressure steady")
    said[.mood] = "calm"
    (said.valence, said.arousal) = (0.3, -0.2)
    return CMB(said, createdBy: "kitchen", createdTimestamp: 1)
  }

  /// Sealed with Python's `cryptography` by the holder of 32 times 0x55.
  @Test func whatAnotherImplementationSealedIsOpened() throws {
    #expect(
      CMBSeal.publicKey(of: own) == "MCowBQYDK2VuAyEAAsgZNk9yUgeOV23drxNidE0SX4ParZEhAoKynuBIuF0=")
    let seal = try #require(CMBSeal(identity: own, peerKey: peerKey, nonceSeed: key(9)))
    let text =
      "k3+U17dmejQftlXtUyc0k8S8ggQ21US0zCOFioPeRHHCT5fAGnDNZo/hwLy2JCbUeQyhMTSFLyG1Tpr32fTxid"
      + "vqDCkLMho47BQs8/4JvfHtCBc7NLsRr9DtE56jzxVMkxtAfJzoYLk="
    var cmb = block()
    let bytes = try #require(ByteText.bytes(base64: text.utf8))
    cmb.content = .sealed(bytes, nonce: Array(0..<12))
    #expect(seal.open(cmb) == block())
    for index in [0, 40, bytes.count - 1] {
      var changed = bytes
      changed[index] ^= 1
      cmb.content = .sealed(changed, nonce: Array(0..<12))
      #expect(seal.open(cmb) == nil)
    }
    cmb.content = .sealed(Array(bytes.prefix(16)), nonce: Array(0..<12))
    #expect(seal.open(cmb) == nil)
  }

  @Test func bothEndsOpenWhatTheOtherSealed() throws {
    let other = Identity(seed: key(40))
    var here = try #require(
      CMBSeal(identity: own, peerKey: CMBSeal.publicKey(of: other), nonceSeed: key(9)))
    let there = try #require(
      CMBSeal(identity: other, peerKey: CMBSeal.publicKey(of: own), nonceSeed: key(8)))
    let stranger = try #require(
      CMBSeal(identity: Identity(seed: key(70)), peerKey: peerKey, nonceSeed: key(8)))
    var nonces: [[UInt8]] = []
    for form in [CMB.Form.flat, .sectioned] {
      let sealed = here.seal(block(), form)
      guard case .sealed(let bytes, let nonce) = sealed.content else { throw FrameFailure.noType }
      nonces.append(nonce)
      #expect(!String(decoding: bytes, as: UTF8.self).contains("pressure"))
      #expect(there.open(sealed) == block())
      #expect(stranger.open(sealed) == nil)
    }
    #expect(nonces[0] != nonces[1])
  }

  @Test func unusableKeysAreNone() {
    #expect(CMBSeal(identity: own, peerKey: "", nonceSeed: key(9)) == nil)
    #expect(CMBSeal(identity: own, peerKey: "AAAA", nonceSeed: key(9)) == nil)
    let zero = ByteText.base64([UInt8](repeating: 0, count: 32))
    #expect(CMBSeal(identity: own, peerKey: zero, nonceSeed: key(9)) == nil)
  }
}
