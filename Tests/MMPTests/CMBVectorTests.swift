// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import MMP

/// Published vectors: `cmb-key-v1.json`, `cmb-sig-v1.json` and `v2/record-signature-v2.json` of
/// sym-bot/mesh-memory-protocol (CC BY 4.0).
@Suite struct CMBVectorTests {
  private func categories(
    _ texts: [String] = [
      "testing conformance vectors", "none", "verify implementations agree", "interop",
      "exact bytes", "generator", "neutral",
    ]
  ) -> CMBCategories {
    var categories = CMBCategories()
    categories.texts = texts
    return categories
  }

  @Test func flatKeys() {
    #expect(
      CMBKey.flat(of: categories())
        == "cmb1-567e99d3f443ee0e0867ac2c7b8e0de9d2331daaf42cc8364bcc34dfc423b1cf")
    var texts = categories().texts
    (texts[0], texts[1]) = ("caf\u{E9} conformance", "cafe\u{301} conformance")
    let composed = "cmb1-a5a74718cfb81b0966efdb77fde407ff4b068e355b6d9eb5c5cb52c8a06cee89"
    #expect(CMBKey.flat(of: categories(texts)) == composed)
    (texts[0], texts[1]) = ("a|b", "3:abc")
    #expect(
      CMBKey.flat(of: categories(texts))
        == "cmb1-55f68838d97bf9ec35044e01d309a6edd5d80d7987c8b459dfaa40edd860f033")
    let parents = ["a", "b"].map { "cmb1-" + String(repeating: $0, count: 64) }
    let remix = "cmb1-0589f6578ea061c37247e7ea3866e460508f75958dc295e489aa06079d9146b6"
    for parents in [parents, parents.reversed()] {
      #expect(
        CMBKey.flat(of: categories(), parents: parents, receiver: "receiver-node") == remix)
    }
    #expect(
      CMBKey.flat(of: categories(), parents: parents, receiver: "other-node")
        == "cmb1-e1ff0ceb9d3771b22332eb3f78742bda05a26b2a4c718982c46c34c21d3fd509")
  }

  @Test func currentKeys() {
    #expect(
      ByteText.hex(CMBKey.leaf(.focus, "boiler room temperature 61C rising"))
        == "d6a21a0319d47ab91f492eb5b8fd99a1d981acb812536877b4df02707acbf0b5")
    #expect(CMBKey.isCurrent("cmb-" + String(repeating: "0a", count: 32)))
    #expect(!CMBKey.isCurrent("cmb-" + String(repeating: "0A", count: 32)))
    #expect(!CMBKey.isCurrent("cmb-" + String(repeating: "0a", count: 16)))
    #expect(!CMBKey.isCurrent("cmb1-" + String(repeating: "0a", count: 32)))
  }

  private static let testKey = Identity(
    seed: Key32(hashed: [UInt8](repeating: 0x42, count: 32)))

  private func firstSuite(to: String?, signature: String) -> CMB {
    var cmb = CMB(categories(), createdBy: "vector-author", createdTimestamp: 1_751_000_000_000)
    cmb.key = CMBKey.flat(of: categories())
    (cmb.room, cmb.to, cmb.signature) = ("conformance-group", to, signature)
    return cmb
  }

  @Test func firstSignatures() {
    let broadcast = firstSuite(
      to: nil,
      signature: "ujqyB4JQAkWE0ReOuyZCL7Y924Sjqth70roknm-S-Ho9NyFjQmHqoKuaFGS-yiU78xp_GLtDUbGzdEFs-"
        + "Mu3AA")
    #expect(CMBSignature.verify(broadcast, author: Self.testKey.publicKey) == .valid)
    var directed = firstSuite(
      to: "recipient-node-id",
      signature: "6Y8HBbhjWriABzg0RwMkopnUwWmChTEbavXzA29FErSXLx5k9OE9yrNai7QlG6Mk1vV_8QsRpd0oN-2l"
        + "tC7SBA")
    #expect(CMBSignature.verify(directed, author: Self.testKey.publicKey) == .valid)
    directed.to = nil
    #expect(CMBSignature.verify(directed, author: Self.testKey.publicKey) == .forged)
  }

  private func record(application: String, signature: String) throws -> CMB {
    let texts = [
      "publish corrected MMP conformance artifacts", "the public vectors and runtime disagree",
      "make independent implementations interoperate", "a protocol claim must be executable",
      "one contract drives every implementation", "protocol editor", "determined",
    ]
    let parent = "cmb-" + String(repeating: "ab", count: 32)
    let names = CMBCategories.Name.allCases
    let members = zip(names, texts).map { name, text in
      let parents = name == .issue ? "\"\(parent)\"" : ""
      return #""\#(name.text)":{"text":"\#(text)","meta":{"parents":[\#(parents)]}}"#
    }
    let text =
      #"{"type":"cmb","cmb":{"categories":{\#(members.joined(separator: ","))},"metadata":{"#
      + #""key":"cmb-7f7b55653aa9854999c2efeb9751ce4428f9dfe95839e34e4358ab0be5cdf98d","#
      + #""signatureSuite":"mmp-sig-v2.0","addressScheme":"mmp-cmb-merkle-v2","#
      + #""createdByNodeId":"018f47a0-7b21-7abc-8def-0123456789ab","createdBy":"vector-author","#
      + #""createdTimestamp":1786611600000,"room":"conformance-room","#
      + #""to":"018f47a0-7b21-7abc-8def-fedcba987654","lineage":{"parents":["\#(parent)"],"#
      + #""method":"svaf-heuristic"},"application":\#(application),"sig":"\#(signature)"}}}"#
    let frame = try Array(text.utf8).withUnsafeBytes { try Frame.decode($0, limits: .server) }
    guard case .cmb(let block) = frame else { throw FrameFailure.noType }
    return block.cmb
  }

  @Test func secondSignatures() throws {
    let bare = try record(
      application: "null",
      signature: "ae5wP18m0_bGBxiqL4faj70eTjwK_nZL1FocG021xhwmHqmX1Ne3SlVZzdquOZiuh5haKtss6nGXWZdv"
        + "XzVpCg")
    #expect(CMBSignature.verify(bare, author: Self.testKey.publicKey) == .valid)
    let application =
      #"{"mediaType":"application/json","#
      + #""schema":"https://meshcognition.org/schema/action-v1.json","encoding":"base64url","#
      + #""byteLength":43,"#
      + #""digest":"sha256-089f613acdc06074b6a9c4a3e1814b0440352c0a9a33a142d70a8964a88822ff","#
      + #""data":"eyJhY3Rpb24iOiJkZXBsb3kiLCJlbnZpcm9ubWVudCI6InN0YWdpbmcifQ"}"#
    let signature =
      "LKeUxp7if-ce3zsI6OBAiukvgwHuEFfLfS0VjIP63c2usrKy6WLM66a1uFJC-ZDB6PxSik-36Wp7HglTvIp_DQ"
    let full = try record(application: application, signature: signature)
    #expect(CMBSignature.verify(full, author: Self.testKey.publicKey) == .valid)
    // Without the addition the same signature is of something else.
    let stripped = try record(application: "null", signature: signature)
    #expect(CMBSignature.verify(stripped, author: Self.testKey.publicKey) == .forged)
    #expect(throws: FrameFailure.self) {
      try record(
        application: application.replacing("\"byteLength\":43", with: "\"byteLength\":42"),
        signature: signature)
    }
  }

  @Test func whatIsSignedHereIsValidAndChangesAreNoticed() throws {
    let author = Identity(seed: Key32(hashed: [UInt8](repeating: 7, count: 32)))
    var said = CMBCategories(focus: "oven is hot")
    said[.mood] = "alert"
    (said.valence, said.arousal) = (-0.2, 0.6)
    var cmb = CMB(said, createdBy: "kitchen", createdTimestamp: 1_795_251_470_350)
    #expect(CMBSignature.verify(cmb, author: author.publicKey) == .unsigned)
    CMBSignature.sign(&cmb, by: author)
    #expect(CMBSignature.verify(cmb, author: author.publicKey) == .valid)
    #expect(CMBSignature.verify(cmb, author: nil) == .unsigned)
    for change in 0..<5 {
      var changed = cmb
      switch change {
      case 0: changed.createdBy = "cellar"
      case 1: changed.createdTimestamp += 1
      case 2: changed.room = "lab"
      case 3: changed.to = "somebody"
      default: changed.parents = ["cmb-" + String(repeating: "00", count: 32)]
      }
      #expect(CMBSignature.verify(changed, author: author.publicKey) == .forged)
    }
    said[.focus] = "oven is cold"
    cmb.content = .clear(said)
    #expect(CMBSignature.verify(cmb, author: author.publicKey) == .contentMismatch)
    cmb.key = "cmb-" + String(repeating: "00", count: 16)
    #expect(CMBSignature.verify(cmb, author: author.publicKey) == .legacyKey)
  }
}
