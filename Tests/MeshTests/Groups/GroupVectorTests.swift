// SPDX-License-Identifier: Apache-2.0
import Foundation
import MMP
import Testing

@testable import Mesh

/// The published vectors, which `Tests/scripts/mesh-group-vectors.py` makes in another language:
/// this node writes the same bytes, and reads them.
@Suite struct GroupVectorTests {
  struct Vectors: Decodable {
    struct Record: Decodable {
      let service, instance, bytes: String
      let label: String?
      let texts: [String]
    }
    struct Block: Decodable {
      let event: String?
      let key, signature, application, frame: String
    }
    struct Line: Decodable {
      let label, token, text: String
      let expires: String?
      let hidden, lanOnly: Bool
      enum CodingKeys: String, CodingKey {
        case label, token, text, hidden, lanOnly
        case expires = "expires_at"
      }
    }
    struct Reception: Decodable {
      let expires, receivedAt: String
      let milliseconds: Int64
      let accepted: Bool
      enum CodingKeys: String, CodingKey {
        case receivedAt, milliseconds, accepted
        case expires = "expires_at"
      }
    }
    struct Key: Decodable {
      let seed, publicKey, nodeId, member: String
      enum CodingKeys: String, CodingKey {
        case seed, publicKey, nodeId
        case member = "member_identity"
      }
    }
    let key: Key
    let txt: [Record]
    let cmb: [Block]
    let joinString: [Line]
    let expiry: [Reception]
  }

  private let vectors: Vectors
  private let identity: Identity
  private let group: MeshGroup

  init() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../../Documentation/interop/mesh-group-vectors.json")
    vectors = try JSONDecoder().decode(Vectors.self, from: try Data(contentsOf: root))
    let seed = try #require(ByteText.bytes(hex: vectors.key.seed.utf8, count: 32))
    identity = Identity(seed: try #require(Key32(seed)))
    var group = MeshGroup(id: try #require(GroupID(GroupTextTests.group)))
    group.label = "Living Room Sunday"
    self.group = group
  }

  private var member: MemberIdentity { MemberIdentity(of: identity.publicKey) }

  @Test func key() {
    #expect(identity.publicKeyText == vectors.key.publicKey)
    #expect(identity.nodeID.description == vectors.key.nodeId)
    #expect(member.description == vectors.key.member)
  }

  @Test func records() throws {
    #expect(vectors.txt.count == 10)
    for vector in vectors.txt {
      let form = try #require(GroupForm(serviceType: vector.service))
      let record = GroupRecord(form: form, group: group.id, label: vector.label, member: member)
      #expect(record.texts() == vector.texts)
      #expect(ByteText.hex(record.bytes) == vector.bytes)
      #expect(record.instance == vector.instance)
      var read = record
      if (vector.label?.utf8.count ?? 0) > 64 { read.label = nil }
      #expect(GroupRecord(record.bytes, form: form) == read)
    }
  }

  @Test func blocks() throws {
    #expect(vectors.cmb.count == 3)
    let author = GroupBlock.Author(
      identity: identity, name: "kitchen", room: "default", time: 1_795_251_470_350)
    for vector in vectors.cmb {
      let cmb: CMB
      switch vector.event {
      case "join": cmb = GroupBlock.presence(.join, in: group, by: author)
      case "leave": cmb = GroupBlock.presence(.leave, in: group, by: author)
      default:
        var said = CMBCategories(focus: "melotune-room:state")
        said[.perspective] = "play it softer"
        cmb = GroupBlock.block(said, in: group, by: author)
      }
      #expect(cmb.key == vector.key)
      #expect(cmb.signature == vector.signature)
      #expect(
        cmb.assertion?.application.map { String(decoding: $0.data, as: UTF8.self) }
          == vector.application)
      let bytes = try FrameEncoder.encode(.cmb(CMBFrame(cmb, timestamp: author.time)))
      #expect(String(decoding: bytes.dropFirst(4), as: UTF8.self) == vector.frame)
      let frame = try Array(vector.frame.utf8).withUnsafeBytes {
        try Frame.decode($0, limits: .server)
      }
      guard case .cmb(let read) = frame else { throw FrameFailure.noType }
      #expect(GroupBlock.scope(of: read.cmb) == .group(group.id))
      #expect(GroupBlock.isCredible(read.cmb, sender: identity.publicKey))
    }
  }

  @Test func joinStrings() throws {
    #expect(vectors.joinString.count == 4)
    for vector in vectors.joinString {
      var invited = MeshGroup(id: group.id)
      invited.label = vector.label.isEmpty ? nil : vector.label
      invited.token = vector.token.isEmpty ? nil : vector.token
      invited.expiresAt = try vector.expires.map { try #require(UTCTime.milliseconds($0)) }
      (invited.isHidden, invited.isLANOnly) = (vector.hidden, vector.lanOnly)
      #expect(GroupInvitation.text(of: invited) == vector.text)
      #expect(try GroupInvitation.group(vector.text, wall: 0) == invited)
    }
  }

  @Test func expiry() throws {
    #expect(vectors.expiry.contains { $0.accepted } && vectors.expiry.contains { !$0.accepted })
    for vector in vectors.expiry {
      let lab = try GroupLab()
      var ending = group
      ending.expiresAt = UTCTime.milliseconds(vector.expires)
      try lab.enter(ending)
      lab.found(try GroupLab.record(2, ending))
      lab.wall = try #require(UTCTime.milliseconds(vector.receivedAt))
      #expect(lab.wall == vector.milliseconds)
      #expect(lab.admits(ending, try GroupLab.node(2)) == vector.accepted, "\(vector.receivedAt)")
    }
  }
}
