// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import MMP

@Suite struct CMBIntakeTests {
  private let author = Identity(seed: key(3))
  private var deliverer: CMBIntake.Deliverer {
    var handshake = Handshake(nodeID: "a1b2c3d4", name: "kitchen")
    handshake.publicKey = author.publicKeyText
    return CMBIntake.Deliverer(handshake)
  }

  private func block(_ focus: String, by name: String = "kitchen") -> CMB {
    var cmb = CMB(CMBCategories(focus: focus), createdBy: name, createdTimestamp: 1)
    cmb.room = "home"
    return cmb
  }

  private func signed(_ cmb: CMB) -> CMBFrame {
    var cmb = cmb
    CMBSignature.sign(&cmb, by: author)
    return CMBFrame(cmb, timestamp: 2)
  }

  private func intake(needsSignature: Bool = false) -> CMBIntake {
    CMBIntake(nodeID: "own", room: "home", needsSignature: needsSignature)
  }

  private func judge(
    _ frame: CMBFrame, needsSignature: Bool = false, own: String? = nil
  ) -> CMBIntake.Verdict {
    var intake = intake(needsSignature: needsSignature)
    return intake.judge(frame, from: deliverer, at: 0) { $0 == own }
  }

  @Test func whatIsSignedAndMeantForUsPasses() {
    #expect(judge(signed(block("oven is hot"))) == .passed(isVerified: true))
    var bare = CMBFrame(block("oven is hot"), timestamp: 2)
    #expect(judge(bare) == .passed(isVerified: false))
    #expect(judge(bare, needsSignature: true) == .refused(.unsigned))
    // Nodes in the field take blocks with nothing but texts.
    (bare.cmb.key, bare.cmb.room) = (nil, nil)
    #expect(judge(bare) == .passed(isVerified: false))
  }

  @Test func whatIsNotIsRefused() {
    #expect(judge(CMBFrame(block(""), timestamp: 2)) == .refused(.empty))
    var changed = signed(block("oven is hot"))
    changed.cmb.content = .clear(CMBCategories(focus: "oven is cold"))
    #expect(judge(changed) == .refused(.contentMismatch))
    var forged = signed(block("oven is hot"))
    forged.cmb.createdTimestamp = 3
    #expect(judge(forged) == .refused(.forged))
    // In another's name the signature cannot be checked, so it counts for nothing.
    #expect(judge(signed(block("oven is hot", by: "cellar"))) == .passed(isVerified: false))
    var elsewhere = block("oven is hot")
    elsewhere.room = "lab"
    #expect(judge(signed(elsewhere)) == .refused(.otherRoom))
    var directed = block("oven is hot")
    directed.to = "somebody"
    #expect(judge(signed(directed)) == .refused(.otherReader))
    directed.to = "own"
    #expect(judge(signed(directed)) == .passed(isVerified: true))
    var sealed = signed(block("oven is hot"))
    sealed.cmb.content = .sealed([1], nonce: [])
    #expect(judge(sealed) == .refused(.sealed))
  }

  @Test func echoesOfOwnBlocksAreRefused() {
    let own = "cmb-" + String(repeating: "ab", count: 32)
    var remix = block("oven is hot, says the cellar")
    remix.parents = [own]
    #expect(judge(signed(remix), own: own) == .refused(.echo))
    #expect(judge(signed(remix)) == .passed(isVerified: true))
    let same = signed(block("said here first"))
    #expect(judge(same, own: same.cmb.key) == .refused(.echo))
  }

  @Test func aBlockIsSeenOnceItHasSurfacedAndForAnHour() {
    var intake = intake()
    let frame = signed(block("oven is hot"))
    let key = frame.cmb.key ?? ""
    for _ in 0..<2 {
      #expect(
        intake.judge(frame, from: deliverer, at: 0) { _ in false } == .passed(isVerified: true))
    }
    intake.surfaced(key, at: 0)
    let hour = CMBIntake.memory
    #expect(
      intake.judge(frame, from: deliverer, at: hour - 1) { _ in false } == .refused(.duplicate))
    #expect(
      intake.judge(frame, from: deliverer, at: hour) { _ in false } == .passed(isVerified: true))
    #expect(intake.refused[CMBIntake.Refusal.duplicate.rawValue] == 1)
  }

  @Test func memoryOfKeysIsBounded() {
    var intake = intake()
    let first = signed(block("first"))
    intake.surfaced(first.cmb.key ?? "", at: 0)
    for index in 0..<CMBIntake.remembered { intake.surfaced("key \(index)", at: 1) }
    #expect(
      intake.judge(first, from: deliverer, at: 2) { _ in false } == .passed(isVerified: true))
  }
}
