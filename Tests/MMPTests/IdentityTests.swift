// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import MMP

@Suite struct IdentityTests {
  private let identity: Identity

  init() {
    #expect(Sodium.isReady)
    identity = Identity(seed: key(1))
  }

  @Test func nameAndKeyAreThoseOfAnIndependentProgram() throws {
    let golden = try PulseGolden.read()
    #expect(ByteText.hex(identity.publicKey.bytes) == golden.identity.publicKey)
    #expect(identity.nodeID.description == golden.identity.node)
    #expect(ByteText.hex(LinkPair.mesh.psk.bytes) == golden.psk)
  }

  @Test func aNameIsAUUIDOfVersion8() {
    for seed in UInt8(0)...50 {
      let bytes = Identity(seed: key(seed)).nodeID.bytes
      #expect(bytes[6] >> 4 == 8 && bytes[8] >> 6 == 0b10)
    }
  }

  @Test func textOfANameReadsBack() throws {
    let text = identity.nodeID.description
    #expect(NodeID(text) == identity.nodeID)
    #expect(NodeID(text.uppercased()) == identity.nodeID)
    #expect(NodeID(bytes: identity.nodeID.bytes) == identity.nodeID)
    for wrong in ["", text + "0", String(text.dropLast()), text.replacing("-", with: "0")] {
      #expect(NodeID(wrong) == nil, "\(wrong)")
    }
    #expect(NodeID("g" + text.dropFirst()) == nil)
    #expect(NodeID(bytes: [1, 2, 3]) == nil)
  }

  @Test func namesAreInTheOrderOfTheirText() {
    let names = (UInt8(0)..<60).map { Identity(seed: key($0)).nodeID }
    #expect(names.sorted().map(\.description) == names.map(\.description).sorted())
  }

  @Test func signaturesHoldForOneMessageAndOneKey() {
    let message = [UInt8]("who says so".utf8)
    let signature = identity.sign(message)
    #expect(Identity.verify(signature, of: message, by: identity.publicKey))
    #expect(!Identity.verify(signature, of: message + [0], by: identity.publicKey))
    #expect(!Identity.verify(signature, of: message, by: Identity(seed: key(2)).publicKey))
    #expect(!Identity.verify(signature.dropLast(), of: message, by: identity.publicKey))
  }

  @Test func agreementKeyFollowsFromThePublicKey() {
    #expect(Identity.agreementKey(of: identity.publicKey) == identity.noiseKey.publicKey)
  }

  @Test func aKeyFileReadsBack() throws {
    let text = IdentityFile.text(of: identity)
    let read = try IdentityFile.identity(from: [UInt8](text.utf8))
    #expect(read.seed == identity.seed && read.nodeID == identity.nodeID)
    #expect(text.split(separator: "\n").count == 4)
  }

  @Test func everyDamageToAKeyFileIsNamed() throws {
    let content = [UInt8](IdentityFile.text(of: identity).utf8)
    for index in content.indices {
      var damaged = content
      damaged[index] ^= 1
      #expect(throws: IdentityFileError.self, "byte \(index)") {
        try IdentityFile.identity(from: damaged)
      }
      #expect(throws: IdentityFileError.self, "cut at \(index)") {
        try IdentityFile.identity(from: [UInt8](content.prefix(index)))
      }
    }
  }

  @Test func refusalsSayWhatWasExpected() {
    func error(_ text: String) -> IdentityFileError? {
      do throws(IdentityFileError) {
        _ = try IdentityFile.identity(from: [UInt8](text.utf8))
        return nil
      } catch { return error }
    }
    let text = IdentityFile.text(of: identity)
    #expect(error("") == .line(1, expected: "'taumesh-identity' and its value"))
    #expect(
      error(text.replacing("taumesh-identity 1", with: "taumesh-identity 3"))
        == .unknownVersion("3"))
    #expect(error(text.replacing("seed 0", with: "seed 1")) == .checksum)
    #expect(error(text + "more") == .line(5, expected: "end of file"))
    #expect(error(String(repeating: "x", count: 2_000)) == .tooLong(2_000))
    #expect(error(text + "more")?.description == "key file line 5: expected end of file")
  }
}
