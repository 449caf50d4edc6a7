// SPDX-License-Identifier: Apache-2.0
import Foundation
import MMP
import Mesh
import Runtime
import Testing

@testable import NodeCore

/// What a node keeps and tells of its groups.
@Suite struct GroupKeepingTests {
  private let path = FileManager.default.temporaryDirectory
    .appendingPathComponent("groups-\(UUID().uuidString).json").path
  private let log = Log(threshold: .error)

  private func group(_ change: (inout MeshGroup) -> Void = { _ in }) throws -> MeshGroup {
    var group = MeshGroup(
      id: try #require(GroupID("550e8400-e29b-41d4-a716-446655440000")))
    (group.label, group.token, group.expiresAt) = ("den", "secret-token", 1_795_251_470_350)
    change(&group)
    return group
  }

  @Test func groupsAreKeptWholeAndForNobodyElse() throws {
    defer { try? FileManager.default.removeItem(atPath: path) }
    #expect(GroupFile.load(path, log: log).isEmpty)
    let groups = [try group(), try group { ($0.isHidden, $0.label) = (true, nil) }]
    try GroupFile.save(groups, to: path)
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    #expect(mode == 0o600)
    // Also those that have ended meanwhile: that is for the table to see.
    #expect(GroupFile.load(path, log: log) == groups)
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
    #expect(GroupFile.load(path, log: log).isEmpty)
  }

  @Test func aDamagedEntryCostsNoOther() throws {
    defer { try? FileManager.default.removeItem(atPath: path) }
    let line = GroupInvitation.text(of: try group())
    for text in [#"{"groups":["taugroup1:x",7,"\#(line)"]}"#, #"{"groups":["\#(line)"],"more":1}"#]
    {
      try? FileManager.default.removeItem(atPath: path)
      _ = FileManager.default.createFile(
        atPath: path, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600])
      #expect(GroupFile.load(path, log: log) == [try group()])
    }
  }

  @Test func endsAreTimesFromNowOrOfDay() {
    let wall: Int64 = 1_795_251_470_350
    #expect(GroupService.time("24h", wall: wall) == wall + 86_400_000)
    #expect(GroupService.time("30m", wall: wall) == wall + 1_800_000)
    #expect(GroupService.time("8s", wall: wall) == wall + 8000)
    #expect(GroupService.time("7d", wall: wall) == wall + 604_800_000)
    #expect(GroupService.time("2027-01-01T00:00:00Z", wall: wall) == 1_798_761_600_000)
    for text in ["", "h", "24", "0h", "-1h", "1w", "2020-01-01T00:00:00Z", "100001d", "x1h"] {
      #expect(GroupService.time(text, wall: wall) == nil, "\(text)")
    }
  }

  @Test func journalsAreBoundedAndNameTheLastFailure() throws {
    let (id, other) = (
      try group().id, try #require(GroupID("00000000-0000-4000-8000-000000000001"))
    )
    var journal = GroupJournal()
    func add(_ kind: GroupEvent.Kind, _ group: GroupID) {
      journal.add(.init(event: GroupEvent(group, kind), time: 0))
    }
    add(.joined, id)
    #expect(journal.failure(of: id) == nil)
    for kind: GroupEvent.Kind in [
      .tokenRejected, .collision, .tooFast, .unknownSender, .otherChannel, .forged, .full,
    ] {
      add(kind, id)
      #expect(journal.failure(of: id) == kind)
      #expect(journal.failure(of: other) == nil)
    }
    for kind: GroupEvent.Kind in [.memberJoined, .advertisementFailed, .relayLost, .isolated] {
      add(kind, id)
      #expect(journal.failure(of: id) == .full)
    }
    add(.joined, id)
    #expect(journal.failure(of: id) == nil)
    for _ in 0..<100 { add(.memberLeft, id) }
    #expect(journal.entries.count == GroupJournal.capacity)
  }

  @Test func longTextsAreCutBetweenCharacters() {
    #expect(GroupJournal.cut("short") == "short")
    for padding in 0..<4 {
      let text = String(repeating: "a", count: padding) + String(repeating: "🎵", count: 100)
      let cut = GroupJournal.cut(text)
      #expect(cut.utf8.count <= GroupJournal.longestText)
      #expect(cut.utf8.count > GroupJournal.longestText - 5)
      #expect(text.hasPrefix(cut))
    }
  }

  @Test func statusTellsOfGroups() throws {
    var status = NodeStatus()
    var group = NodeStatus.Group()
    (group.id, group.label, group.state, group.members) = ("id", "den", "joined", 2)
    (group.lan, group.relay, group.expires, group.failure) = ("up", "failed", "soon", "relay-lost")
    status.groups = [group]
    var json = JSONWriter()
    json.object { status.write(&$0) }
    let read = try JSONDocument.read(json.bytes, limits: .server) { NodeStatus(reading: $0) }
    #expect(read.groups.count == 1)
    let seen = read.groups[0]
    #expect(seen.label == "den" && seen.state == "joined" && seen.members == 2)
    #expect(seen.lan == "up" && seen.relay == "failed" && seen.failure == "relay-lost")
  }
}
