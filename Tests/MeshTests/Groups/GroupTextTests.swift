// SPDX-License-Identifier: Apache-2.0
import MMP
import Testing

@testable import Mesh

/// What groups write and read as text: services, records, times, invitations.
@Suite struct GroupTextTests {
  static let group = "550e8400-e29b-41d4-a716-446655440000"

  static func record(_ label: String?, _ form: GroupForm = .group) throws -> GroupRecord {
    GroupRecord(
      form: form, group: try #require(GroupID(group)), label: label,
      member: try #require(MemberIdentity("a1b2c3d4e5f6a7b8".utf8)))
  }

  @Test func recordOfTheSpecification() throws {
    // The concrete example of Mesh Group 0.1.0 §4.1.
    let record = try Self.record("Living Room Sunday")
    #expect(
      record.texts() == [
        "group_id=550e8400-e29b-41d4-a716-446655440000", "group_label=Living Room Sunday",
        "mmp_version=0.2.2", "member_identity=a1b2c3d4e5f6a7b8",
      ])
    #expect(GroupForm.group.serviceType == "_mmp-mesh-group._tcp")
  }

  @Test func recordOfTheSuccessor() throws {
    // The concrete example of Mesh Room 0.2.0 §4.1.
    let record = try Self.record("Living Room Sunday", .room)
    #expect(
      record.texts() == [
        "room_id=550e8400-e29b-41d4-a716-446655440000", "room_label=Living Room Sunday",
        "mmp_version=2.0", "member_identity=a1b2c3d4e5f6a7b8",
      ])
    #expect(GroupForm.room.serviceType == "_mmp-mesh-room._tcp")
  }

  @Test func recordsSurviveTheWire() throws {
    for form in GroupForm.allCases {
      for label in [nil, "x", "Küche", String(repeating: "l", count: 64)] {
        let record = try Self.record(label, form)
        #expect(GroupRecord(record.bytes, form: form) == record)
        // The other form's keys are not this one's.
        #expect(GroupRecord(record.bytes, form: form == .group ? .room : .group) == nil)
      }
    }
  }

  @Test func labelIsLeftOutOverBudget() throws {
    let record = try Self.record(String(repeating: "l", count: 64))
    #expect(record.bytes.count <= GroupRecord.budget)
    let whole = record.texts().reduce(0) { $0 + 1 + $1.utf8.count }
    #expect(record.texts(budget: whole).count == 4)
    #expect(record.texts(budget: whole - 1) == (try Self.record(nil)).texts())
    for label in [String(repeating: "l", count: 65), "", "a\nb", String(repeating: "é", count: 33)]
    {
      #expect(try Self.record(label).texts() == (try Self.record(nil)).texts())
    }
  }

  private func wire(_ texts: [[UInt8]]) -> [UInt8] { texts.flatMap { [UInt8($0.count)] + $0 } }

  @Test func recordsOfOthersAreRead() throws {
    let id = Array("GROUP_ID=\(Self.group.uppercased())".utf8)
    let member = Array("member_identity=A1B2C3D4E5F6A7B8".utf8)
    // RFC 6763 §6.4: keys know no case, an unknown one is ignored, the first of two holds.
    let read = GroupRecord(
      wire([
        Array("x".utf8), id, [], member, Array("later=1".utf8), Array("group_label=one".utf8),
        Array("group_label=two".utf8),
      ]), form: .group)
    #expect(read == (try Self.record("one")))
    let unusable: [[[UInt8]]] = [
      [id], [member], [Array("group_id=no-uuid".utf8), member],
      [id, Array("member_identity=a1b2".utf8)],
      [id, Array("member_identity=zzzzzzzzzzzzzzzz".utf8)],
    ]
    for texts in unusable { #expect(GroupRecord(wire(texts), form: .group) == nil) }
    let cut = wire([id, member]).dropLast()
    #expect(GroupRecord(Array(cut), form: .group) == nil)
    let labels: [[UInt8]] = [[0xFF, 0xFE], [0x41, 0x0A], [UInt8](repeating: 0x6C, count: 65), []]
    for label in labels {
      let bytes = wire([id, member, Array("group_label=".utf8) + label])
      #expect(GroupRecord(bytes, form: .group) == (try Self.record(nil)))
    }
  }

  @Test func identityIsTheFingerprintOfTheKey() throws {
    // SHA-256 of 32 zero bytes begins 66687aadf862bd77.
    let zeros = try #require(Key32([UInt8](repeating: 0, count: 32)))
    #expect(MemberIdentity(of: zeros).description == "66687aadf862bd77")
    #expect(MemberIdentity("66687AADF862BD77".utf8) == MemberIdentity(of: zeros))
    #expect(MemberIdentity("66687aadf862bd7".utf8) == nil)
  }

  @Test func newIdsAreOfVersionFour() throws {
    for byte in [UInt8(0), 0x5A, 0xFF] {
      let id = try #require(GroupID(random: [UInt8](repeating: byte, count: 16)))
      let text = Array(id.description.utf8)
      #expect(text[14] == UInt8(ascii: "4"))
      #expect("89ab".utf8.contains(text[19]))
      #expect(GroupID(id.description) == id)
    }
    #expect(GroupID(random: [1, 2, 3]) == nil)
  }

  @Test func timesAreThoseOfRFC3339() {
    let pairs: [(String, Int64)] = [
      ("1970-01-01T00:00:00Z", 0), ("1969-12-31T23:59:59Z", -1000),
      ("2000-02-29T12:00:00Z", 951_825_600_000), ("2026-04-15T08:30:05Z", 1_776_241_805_000),
      ("2100-03-01T00:00:00Z", 4_107_542_400_000), ("9999-12-31T23:59:59Z", 253_402_300_799_000),
      ("0001-01-01T00:00:00Z", -62_135_596_800_000),
    ]
    for (text, time) in pairs {
      #expect(UTCTime.milliseconds(text) == time, "\(text)")
      #expect(UTCTime.text(time) == text)
    }
    // RFC 3339 §5.8.
    #expect(UTCTime.milliseconds("1985-04-12T23:20:50.52Z") == 482_196_050_520)
    #expect(
      UTCTime.milliseconds("1996-12-19T16:39:57-08:00")
        == UTCTime.milliseconds("1996-12-20T00:39:57Z"))
    #expect(
      UTCTime.milliseconds("1990-12-31T15:59:60-08:00")
        == UTCTime.milliseconds("1991-01-01T00:00:00Z"))
    for text in [
      "", "2026-04-15", "2026-04-15T08:30:05", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z",
      "2026-04-15T24:00:00Z", "2026-04-15T08:60:00Z", "2026-04-15T08:30:05.Z",
      "2026-04-15T08:30:05+0100", "2026-04-15T08:30:05Zx", "0000-01-01T00:00:00Z",
    ] { #expect(UTCTime.milliseconds(text) == nil, "\(text)") }
  }

  static func invitation(_ change: (inout MeshGroup) -> Void = { _ in }) throws -> MeshGroup {
    var group = MeshGroup(id: try #require(GroupID(Self.group)))
    group.label = "Living Room Sunday"
    group.expiresAt = 1_795_341_600_000
    group.token = "s3cret-token_43"
    change(&group)
    return group
  }

  @Test func invitationsCarryTheWholeGroup() throws {
    let groups = [
      try Self.invitation(), try Self.invitation { $0.isHidden = true },
      try Self.invitation { ($0.isLANOnly, $0.token) = (true, nil) },
      MeshGroup(id: try #require(GroupID(Self.group))),
      try Self.invitation {
        $0.label = String(repeating: "é", count: 32)
        $0.token = String(repeating: "t", count: 128)
      },
    ]
    for group in groups {
      let text = GroupInvitation.text(of: group)
      #expect(text.utf8.count <= GroupInvitation.maximumCount)
      #expect(try GroupInvitation.group("  \(text)\n", wall: 0) == group)
    }
    #expect(try GroupInvitation.group(Self.group.uppercased(), wall: 0) == groups[3])
  }

  @Test func damagedInvitationsAreRefused() throws {
    let text = GroupInvitation.text(of: try Self.invitation())
    let characters = Array(text.utf8)
    for index in characters.indices {
      var changed = characters
      changed[index] = changed[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
      #expect(throws: GroupInvitation.Failure.self) {
        try GroupInvitation.group(String(decoding: changed, as: UTF8.self), wall: 0)
      }
      #expect(throws: GroupInvitation.Failure.self) {
        try GroupInvitation.group(String(decoding: characters[..<index], as: UTF8.self), wall: 0)
      }
    }
    #expect(throws: GroupInvitation.Failure.otherKind) {
      try GroupInvitation.group("taumesh1:home:x:y", wall: 0)
    }
    #expect(throws: GroupInvitation.Failure.tooLong(400)) {
      try GroupInvitation.group(String(repeating: "t", count: 400), wall: 0)
    }
  }

  @Test func endedInvitationsAreRefused() throws {
    let group = try Self.invitation()
    let (text, end) = (GroupInvitation.text(of: group), try #require(group.expiresAt))
    #expect(try GroupInvitation.group(text, wall: end - 1) == group)
    #expect(throws: GroupInvitation.Failure.expired(end)) {
      try GroupInvitation.group(text, wall: end)
    }
  }
}
