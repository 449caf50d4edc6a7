// SPDX-License-Identifier: Apache-2.0
import MMP
import Testing

@testable import Mesh

/// A table of one node, with clocks the test sets.
final class GroupLab {
  static let wall: Int64 = 1_795_251_470_350
  let own: Identity
  var table: GroupTable
  var now: Int64 = 1_000
  var wall = GroupLab.wall
  var effects: [GroupTable.Effect] = []

  init(hasRelay: Bool = false) throws {
    own = Identity(seed: try TestNode.key(1))
    table = GroupTable(own: MemberIdentity(of: own.publicKey), hasRelay: hasRelay)
  }

  static func group(_ number: Int = 1, _ change: (inout MeshGroup) -> Void = { _ in }) throws
    -> MeshGroup
  {
    let text = "00000000-0000-4000-8000-0000000000\(number < 10 ? "0" : "")\(number)"
    var group = MeshGroup(id: try #require(GroupID(text)))
    change(&group)
    return group
  }

  static func node(_ number: UInt8, channel: GroupID? = nil) throws -> GroupSender {
    let identity = Identity(seed: try TestNode.key(number))
    return GroupSender(
      identity: MemberIdentity(of: identity.publicKey), nodeID: identity.nodeID, channel: channel)
  }

  static func record(
    _ node: UInt8, _ group: MeshGroup, label: String? = nil, form: GroupForm = .group
  ) throws -> GroupRecord {
    let member = try #require(try Self.node(node).identity)
    return GroupRecord(form: form, group: group.id, label: label, member: member)
  }

  func pull() -> [GroupTable.Effect] {
    var pulled: [GroupTable.Effect] = []
    while let effect = table.next() { pulled.append(effect) }
    effects += pulled
    return pulled
  }

  /// The events since the last look.
  func events() -> [GroupEvent.Kind] {
    pull().compactMap { effect in
      if case .event(let event) = effect { event.kind } else { nil }
    }
  }

  func pass(_ seconds: Double) {
    now += Int64(seconds * 1e9)
    wall += Int64(seconds * 1e3)
    table.tick(wall: wall, at: now)
  }

  func join(_ group: MeshGroup, isFounder: Bool = false) throws {
    try table.join(group, isFounder: isFounder, wall: wall, at: now)
  }

  func enter(_ group: MeshGroup) throws {
    try join(group)
    pass(2)
    _ = pull()
  }

  @discardableResult
  func leave(_ id: GroupID) -> Bool { table.leave(id) }

  func send(_ group: MeshGroup) -> StaticString? {
    table.send(group.id, wall: wall, at: now)
  }

  func mustGreet(_ id: GroupID, _ node: GroupSender) -> Bool { table.mustGreet(id, node) }

  func found(_ record: GroupRecord, place: Int64 = 1) {
    table.found(record, place: place, at: now)
  }

  func admits(
    _ group: MeshGroup, _ sender: GroupSender, _ presence: GroupPresence? = nil,
    isCredible: Bool = true, acceptsUnknown: Bool = false
  ) -> Bool {
    table.admits(
      group.id, from: sender, presence: presence, isCredible: isCredible,
      acceptsUnknown: acceptsUnknown, wall: wall, at: now)
  }
}

/// Membership of groups: Mesh Group 0.1.0 §6 and §7.
@Suite struct GroupTableTests {
  @Test func joiningLooksFirstThenAdvertises() throws {
    let lab = try GroupLab()
    let group = try GroupLab.group()
    try lab.join(group)
    #expect(lab.pull().isEmpty)
    #expect(lab.table.needsDiscovery)
    #expect(lab.table.deadline(wall: lab.wall, at: lab.now) == lab.now + GroupTable.probeTime)
    #expect(lab.send(group) != nil)
    lab.pass(1.5)
    #expect(
      lab.pull() == [.advertise(group), .event(GroupEvent(group.id, .joined)), .changed])
    #expect(lab.send(group) == nil)
    #expect(throws: GroupTable.Refusal.alreadyIn) { try lab.join(group) }
  }

  @Test func whoReturnsDoesNotAskAgain() throws {
    let lab = try GroupLab()
    let group = try GroupLab.group()
    lab.found(try GroupLab.record(2, group, label: "other"))
    try lab.table.join(group, isReturning: true, wall: lab.wall, at: lab.now)
    #expect(lab.pull().first == .advertise(group))
  }

  @Test func membersComeAndGoWithTheirServices() throws {
    let lab = try GroupLab()
    let (group, other) = (try GroupLab.group(), try GroupLab.group(2))
    try lab.enter(group)
    let record = try GroupLab.record(2, group)
    lab.found(record, place: 1)
    lab.found(record, place: 2)
    lab.found(try GroupLab.record(2, group, form: .room), place: 1)
    lab.found(try GroupLab.record(3, other))
    lab.found(try GroupLab.record(1, group))
    #expect(lab.events() == [.memberJoined])
    #expect(lab.table[group.id]?.present.count == 1)
    #expect(lab.table.isMember(group.id, try GroupLab.node(2)))
    #expect(!lab.table.isMember(group.id, try GroupLab.node(3)))
    lab.table.lost(record, place: 1, at: lab.now)
    lab.table.lost(try GroupLab.record(2, group, form: .room), place: 1, at: lab.now)
    #expect(lab.events().isEmpty)
    lab.table.lost(record, place: 2, at: lab.now)
    #expect(lab.events() == [.memberLeft])
    #expect(!lab.table.isMember(group.id, try GroupLab.node(2)))
  }

  @Test func membersSeenBeforeJoiningCount() throws {
    let lab = try GroupLab()
    let group = try GroupLab.group()
    lab.found(try GroupLab.record(2, group))
    try lab.join(group)
    lab.pass(2)
    #expect(lab.events() == [.joined, .memberJoined])
  }

  @Test func aRelaysListAndTheNetworksAreOneMembership() throws {
    let lab = try GroupLab(hasRelay: true)
    let group = try GroupLab.group { $0.token = "token" }
    try lab.join(group)
    lab.pass(2)
    #expect(lab.pull().contains(.register(group)))
    lab.table.relayIsUp(group.id, at: lab.now)
    let (second, third) = (try GroupLab.node(2), try GroupLab.node(3))
    lab.table.relayJoined(group.id, second.nodeID, identity: nil, at: lab.now)
    lab.table.relayJoined(group.id, third.nodeID, identity: nil, at: lab.now)
    lab.found(try GroupLab.record(2, group))
    // Two entries until a connection shows that fingerprint and nodeId are one node's.
    #expect(lab.table[group.id]?.present.count == 3)
    lab.table.identified(second, at: lab.now)
    #expect(lab.table[group.id]?.present.count == 2)
    #expect(lab.table.isMember(group.id, second))
    _ = lab.pull()
    // Each source takes back only what it said.
    lab.table.relayLeft(group.id, second.nodeID, at: lab.now)
    #expect(lab.table.isMember(group.id, second))
    lab.table.lost(try GroupLab.record(2, group), place: 1, at: lab.now)
    #expect(!lab.table.isMember(group.id, second))
    #expect(lab.events() == [.memberLeft])
    #expect(lab.table.isMember(group.id, third))
  }

  @Test func aRelaysListOutlivesItsConnectionForAMinute() throws {
    let lab = try GroupLab(hasRelay: true)
    let group = try GroupLab.group { $0.token = "token" }
    try lab.enter(group)
    lab.table.relayIsUp(group.id, at: lab.now)
    let (second, third) = (try GroupLab.node(2), try GroupLab.node(3))
    for node in [second, third] {
      lab.table.relayJoined(group.id, node.nodeID, identity: node.identity, at: lab.now)
    }
    lab.table.relayIsDown(group.id, at: lab.now)
    lab.pass(59)
    #expect(lab.table.isMember(group.id, second))
    // Back in time: who is named again stays without a word, who is not has left.
    _ = lab.pull()
    lab.table.relayIsUp(group.id, at: lab.now)
    lab.table.relayJoined(group.id, second.nodeID, identity: nil, at: lab.now)
    lab.pass(5)
    #expect(lab.events() == [.memberLeft])
    #expect(lab.table.isMember(group.id, second))
    #expect(!lab.table.isMember(group.id, third))
    lab.table.relayIsDown(group.id, at: lab.now)
    lab.pass(60)
    #expect(!lab.table.isMember(group.id, second))
  }

  @Test func whoSaysGoodbyeIsNoMember() throws {
    let lab = try GroupLab()
    let (group, second) = (try GroupLab.group(), try GroupLab.node(2))
    try lab.enter(group)
    lab.found(try GroupLab.record(2, group))
    _ = lab.pull()
    #expect(lab.admits(group, second, .leave))
    #expect(lab.events() == [.memberLeft])
    #expect(!lab.table.isMember(group.id, second))
    #expect(!lab.admits(group, second))
    #expect(lab.events() == [.unknownSender])
    // Its service, shown on a further interface, does not bring it back; its word does.
    lab.found(try GroupLab.record(2, group), place: 2)
    #expect(!lab.table.isMember(group.id, second))
    #expect(lab.admits(group, second, .join))
    #expect(lab.table.isMember(group.id, second))
    #expect(lab.events() == [.memberJoined])
  }

  @Test func membersAreGreetedOnce() throws {
    let lab = try GroupLab()
    let (group, second) = (try GroupLab.group(), try GroupLab.node(2))
    try lab.enter(group)
    #expect(!lab.mustGreet(group.id, second))
    lab.found(try GroupLab.record(2, group))
    #expect(lab.mustGreet(group.id, second))
    #expect(!lab.mustGreet(group.id, second))
    lab.table.lost(try GroupLab.record(2, group), place: 1, at: lab.now)
    lab.found(try GroupLab.record(2, group))
    #expect(lab.mustGreet(group.id, second))
  }

  @Test func onlyMembersAreHeard() throws {
    let lab = try GroupLab()
    let (group, second, stranger) = (
      try GroupLab.group(), try GroupLab.node(2), try GroupLab.node(3)
    )
    try lab.enter(group)
    lab.found(try GroupLab.record(2, group))
    _ = lab.pull()
    #expect(lab.admits(group, second))
    #expect(!lab.admits(group, stranger))
    // The same node's block is taken where unknown senders are: the rule is what kept it out.
    #expect(lab.admits(group, stranger, acceptsUnknown: true))
    #expect(!lab.admits(group, second, isCredible: false))
    #expect(!lab.admits(try GroupLab.group(2), second))
    #expect(lab.table[group.id]?.accepted == 2)
    #expect(lab.table[group.id]?.refused == 2)
  }

  @Test func blocksOfAnotherChannelAreRefused() throws {
    let lab = try GroupLab(hasRelay: true)
    let (group, other) = (try GroupLab.group { $0.token = "a" }, try GroupLab.group(2))
    try lab.enter(group)
    lab.table.relayIsUp(group.id, at: lab.now)
    let own = try GroupLab.node(2, channel: group.id)
    let foreign = try GroupLab.node(2, channel: other.id)
    lab.table.relayJoined(group.id, own.nodeID, identity: own.identity, at: lab.now)
    _ = lab.pull()
    #expect(lab.admits(group, own))
    #expect(!lab.admits(group, foreign))
    #expect(lab.events() == [.otherChannel])
  }

  @Test func aFloodOfOneMemberIsCut() throws {
    let lab = try GroupLab()
    let (group, loud, quiet) = (
      try GroupLab.group(), try GroupLab.node(2), try GroupLab.node(3)
    )
    try lab.enter(group)
    lab.found(try GroupLab.record(2, group))
    lab.found(try GroupLab.record(3, group))
    _ = lab.pull()
    var taken = 0
    for _ in 0..<1000 where lab.admits(group, loud) { taken += 1 }
    #expect(taken == 20)
    #expect(lab.events() == [.tooFast])
    #expect(lab.admits(group, quiet))
    lab.now += 1_000_000_000
    for _ in 0..<1000 where lab.admits(group, loud) { taken += 1 }
    #expect(taken == 25)
    // And this node keeps to it, too.
    var sent = 0
    for _ in 0..<100 where lab.send(group) == nil {
      sent += 1
    }
    #expect(sent == 20)
  }

  @Test func tablesAreBounded() throws {
    let lab = try GroupLab()
    for number in 1...GroupTable.capacity { try lab.join(try GroupLab.group(number)) }
    #expect(throws: GroupTable.Refusal.full) { try lab.join(try GroupLab.group(20)) }
    lab.pass(2)
    _ = lab.pull()
    let group = try GroupLab.group(1)
    for node in 2..<UInt8(2 + GroupTable.memberCapacity + 3) {
      lab.found(try GroupLab.record(node, group))
    }
    let events = lab.events()
    #expect(events.filter { $0 == .full }.count == 1)
    #expect(lab.table[group.id]?.members.count == GroupTable.memberCapacity)
    for place in 2..<Int64(10) {
      for node in 2..<UInt8(70) { lab.found(try GroupLab.record(node, group), place: place) }
    }
    #expect(lab.table.sightings.count == GroupTable.sightingCapacity)
    #expect(lab.table.unseen > 0)
    // Of what has ended only the last few are remembered.
    for number in 1...GroupTable.capacity { lab.leave(try GroupLab.group(number).id) }
    for number in 1...3 {
      try lab.join(try GroupLab.group(40 + number))
      lab.leave(try GroupLab.group(40 + number).id)
    }
    #expect(lab.table.ended.count == GroupTable.endedCapacity)
    #expect(lab.table.ended.last?.group.id == (try GroupLab.group(43).id))
  }

  @Test func groupsAreNamedByIdOrLabel() throws {
    let lab = try GroupLab()
    let group = try GroupLab.group { $0.label = "den" }
    try lab.join(group)
    try lab.join(try GroupLab.group(2) { $0.label = "attic" })
    try lab.join(try GroupLab.group(3) { $0.label = "attic" })
    #expect(lab.table.named("den")?.group == group)
    #expect(lab.table.named(group.id.description)?.group == group)
    #expect(lab.table.named("attic") == nil)
    #expect(lab.table.named("cellar") == nil)
  }
}
