// SPDX-License-Identifier: Apache-2.0
import MMP
import Testing

@testable import Mesh

/// The memory blocks of groups: tags, presence, signatures.
@Suite struct GroupBlockTests {
  static func author(_ number: UInt8) throws -> GroupBlock.Author {
    GroupBlock.Author(
      identity: Identity(seed: try TestNode.key(number)), name: "node \(number)", room: "home",
      time: 1_795_251_470_350)
  }

  /// Writes a block and reads it again, as the wire would.
  static func sent(_ cmb: CMB, form: CMB.Form = .sectioned) throws -> CMB {
    var frame = CMBFrame(cmb, timestamp: 1)
    frame.form = form
    let bytes = try FrameEncoder.encode(.cmb(frame)).dropFirst(4)
    let read = try Array(bytes).withUnsafeBytes { try Frame.decode($0, limits: .server) }
    guard case .cmb(let block) = read else { throw FrameFailure.noType }
    return block.cmb
  }

  @Test func presenceIsNeutralSignedAndTagged() throws {
    let (group, author) = (try GroupTextTests.invitation(), try Self.author(7))
    for presence in [GroupPresence.join, .leave] {
      let cmb = GroupBlock.presence(presence, in: group, by: author)
      let word = presence == .join ? "join" : "leave"
      #expect(cmb.categories?[.focus] == "mesh-group:\(word)")
      #expect(cmb.categories?.valence == 0)
      #expect(cmb.categories?.arousal == 0)
      #expect(cmb.groupID == GroupTextTests.group)
      #expect(cmb.assertion?.roomID == GroupTextTests.group)
      let read = try Self.sent(cmb)
      #expect(read == cmb)
      #expect(GroupBlock.scope(of: read) == .group(group.id))
      #expect(CMBSignature.verify(read, author: author.identity.publicKey) == .valid)
      #expect(GroupPresence(focus: "mesh-group:\(word)") == presence)
      #expect(GroupPresence(focus: "mesh-room:\(word)") == presence)
    }
    #expect(GroupPresence(focus: "melotune-room:state") == nil)
  }

  @Test func flatBlocksKeepTheTagAlone() throws {
    let cmb = GroupBlock.block(
      CMBCategories(focus: "melotune-room:state"), in: try GroupTextTests.invitation(),
      by: try Self.author(7))
    let read = try Self.sent(cmb, form: .flat)
    #expect(GroupBlock.scope(of: read) == .group(try #require(GroupID(GroupTextTests.group))))
    #expect(read.signature == nil)
    #expect(GroupBlock.isCredible(read, sender: try Self.author(7).identity.publicKey))
  }

  @Test func untaggedBlocksAreForEveryone() throws {
    let cmb = CMB(CMBCategories(focus: "rain"), createdBy: "roof", createdTimestamp: 1)
    #expect(GroupBlock.scope(of: try Self.sent(cmb)) == .everyone)
    var odd = cmb
    odd.groupID = "not a uuid"
    #expect(GroupBlock.scope(of: odd) == .foreign)
  }

  @Test func aBlockCannotBeMovedToAnotherGroup() throws {
    let author = try Self.author(7)
    var cmb = GroupBlock.block(
      CMBCategories(focus: "secret"), in: try GroupTextTests.invitation(), by: author)
    cmb.groupID = "00000000-0000-4000-8000-000000000001"
    // The signature does not cover the tag: without the comparison this would be the other group's.
    #expect(CMBSignature.verify(cmb, author: author.identity.publicKey) == .valid)
    #expect(GroupBlock.scope(of: cmb) == .foreign)
    cmb.groupID = nil
    #expect(GroupBlock.scope(of: cmb) == .group(try #require(GroupID(GroupTextTests.group))))
    // Nor can an addition be put under another's signature.
    var other = try GroupTextTests.invitation()
    other.id = try #require(GroupID("00000000-0000-4000-8000-000000000001"))
    let moved = GroupBlock.block(CMBCategories(focus: "secret"), in: other, by: author)
    cmb.assertion = moved.assertion
    #expect(!GroupBlock.isCredible(cmb, sender: author.identity.publicKey))
  }

  @Test func onlyTheSendersSignatureCounts() throws {
    let author = try Self.author(7)
    let cmb = GroupBlock.presence(.join, in: try GroupTextTests.invitation(), by: author)
    #expect(GroupBlock.isCredible(cmb, sender: author.identity.publicKey))
    #expect(!GroupBlock.isCredible(cmb, sender: try Self.author(8).identity.publicKey))
    // An id that only the addition tells must be signed (Mesh Room 0.2.0 §5.1).
    var unsigned = cmb
    unsigned.signature = nil
    #expect(!GroupBlock.isCredible(unsigned, sender: author.identity.publicKey))
    unsigned.assertion = nil
    #expect(GroupBlock.isCredible(unsigned, sender: author.identity.publicKey))
  }
}
