// SPDX-License-Identifier: Apache-2.0
import MMP
import Testing

@testable import Mesh

/// Every failure mode of Mesh Group 0.1.0 §8, and what is done about it.
@Suite struct GroupFailureTests {
  @Test func anEndIsAnEnd() throws {
    let lab = try GroupLab()
    let group = try GroupLab.group { $0.expiresAt = GroupLab.wall + 10_000 }
    try lab.enter(group)
    lab.found(try GroupLab.record(2, group))
    let second = try GroupLab.node(2)
    #expect(lab.admits(group, second))
    // Received after its end, before the table has been told of the time.
    lab.wall = GroupLab.wall + 9_999
    #expect(lab.admits(group, second))
    #expect(lab.send(group) == nil)
    lab.wall = GroupLab.wall + 10_000
    #expect(!lab.admits(group, second))
    #expect(lab.send(group) != nil)
    _ = lab.pull()
    lab.table.tick(wall: lab.wall, at: lab.now)
    let effects = lab.pull()
    #expect(effects.contains(.event(GroupEvent(group.id, .expired))))
    #expect(effects.contains(.withdraw(group.id)))
    // Not even a goodbye is said after the end.
    #expect(!effects.contains { if case .farewell = $0 { true } else { false } })
    #expect(lab.table.ended.map { $0.reason } == [.expired])
    #expect(!lab.admits(group, second))
    #expect(throws: GroupTable.Refusal.expired(GroupLab.wall + 10_000)) { try lab.join(group) }
  }

  @Test func theEndIsLookedForWhateverTheClockDoes() throws {
    let lab = try GroupLab()
    let group = try GroupLab.group { $0.expiresAt = GroupLab.wall + 86_400_000 }
    try lab.enter(group)
    lab.found(try GroupLab.record(2, group))
    // A day ahead by the wall clock, but looked at within a minute: someone may set the clock.
    let due = try #require(lab.table.deadline(wall: lab.wall, at: lab.now))
    #expect(due <= lab.now + 60_000_000_000)
    lab.wall = GroupLab.wall + 86_400_000
    lab.table.tick(wall: lab.wall, at: due)
    #expect(lab.table.ended.map { $0.reason } == [.expired])
  }

  @Test func aRejectedTokenIsALeave() throws {
    let lab = try GroupLab(hasRelay: true)
    let group = try GroupLab.group { $0.token = "stale" }
    try lab.enter(group)
    lab.found(try GroupLab.record(2, group))
    lab.table.relayIsUp(group.id, at: lab.now)
    _ = lab.pull()
    lab.table.relayRejectedToken(group.id)
    let effects = lab.pull()
    guard case .farewell(group, let members) = effects.first else {
      Issue.record("no farewell: \(effects)")
      return
    }
    #expect(members.map { $0.identity } == [try GroupLab.node(2).identity])
    #expect(
      Array(effects.dropFirst()) == [
        .withdraw(group.id), .unregister(group.id), .event(GroupEvent(group.id, .tokenRejected)),
        .changed,
      ])
    #expect(lab.table[group.id] == nil)
    #expect(lab.table.ended.map { $0.reason } == [.tokenRejected])
  }

  @Test func withoutAdvertisementTheRelayGoesOn() throws {
    let lab = try GroupLab(hasRelay: true)
    let group = try GroupLab.group { $0.token = "token" }
    try lab.enter(group)
    lab.table.relayIsUp(group.id, at: lab.now)
    lab.table.advertised(group.id, isUp: false)
    #expect(lab.events() == [.advertisementFailed])
    #expect(lab.table[group.id]?.failure == .advertisementFailed)
    let node = try GroupLab.node(2)
    lab.table.relayJoined(group.id, node.nodeID, identity: nil, at: lab.now)
    #expect(lab.admits(group, node))
    // Told once, and well again when it is.
    lab.table.advertised(group.id, isUp: false)
    #expect(lab.events() == [.memberJoined])
    lab.table.advertised(group.id, isUp: true)
    #expect(lab.table[group.id]?.lan == .up)
    #expect(lab.table[group.id]?.failure == nil)
  }

  @Test func withNeitherWayItIsSaid() throws {
    let lab = try GroupLab()
    let group = try GroupLab.group()
    try lab.enter(group)
    lab.table.advertised(group.id, isUp: false)
    #expect(lab.events() == [.advertisementFailed, .isolated])
    let relayed = try GroupLab(hasRelay: true)
    let other = try GroupLab.group { $0.token = "token" }
    try relayed.enter(other)
    relayed.table.advertised(other.id, isUp: false)
    relayed.table.relayIsDown(other.id, at: relayed.now)
    #expect(relayed.events() == [.advertisementFailed, .relayLost, .isolated])
  }

  @Test func aFounderRefusesAnIdInUse() throws {
    let lab = try GroupLab()
    let group = try GroupLab.group { $0.label = "den" }
    try lab.join(group, isFounder: true)
    lab.found(try GroupLab.record(2, group, label: "den"))
    lab.pass(2)
    #expect(lab.pull() == [.event(GroupEvent(group.id, .collision)), .changed])
    #expect(lab.table.memberships.isEmpty)
    #expect(lab.table.ended.map { $0.reason } == [.collision])
  }

  @Test func aGuestRefusesAnIdUnderAnotherLabel() throws {
    let group = try GroupLab.group { $0.label = "den" }
    for (label, isCollision) in [("den", false), ("attic", true), (nil, false)] {
      let lab = try GroupLab()
      lab.found(try GroupLab.record(2, group, label: label, form: .room))
      try lab.join(group)
      lab.pass(2)
      #expect(lab.table.memberships.isEmpty == isCollision, "\(label ?? "none")")
    }
    // Seen after the join it is the other's to refuse: the first stays.
    let lab = try GroupLab()
    try lab.enter(group)
    lab.found(try GroupLab.record(2, group, label: "attic"))
    lab.pass(2)
    #expect(lab.table.memberships.count == 1)
  }

  @Test func anEmptyGroupHasEndedUntilSomeoneComes() throws {
    let lab = try GroupLab()
    let (group, second) = (try GroupLab.group(), try GroupLab.node(2))
    try lab.enter(group)
    lab.found(try GroupLab.record(2, group))
    lab.table.lost(try GroupLab.record(2, group), place: 1, at: lab.now)
    _ = lab.pull()
    lab.pass(59)
    #expect(lab.events().isEmpty)
    // Until then a node that accepts unknown senders takes a late block; afterwards it does not.
    #expect(lab.admits(group, second, acceptsUnknown: true))
    lab.pass(1)
    #expect(lab.events() == [.empty])
    #expect(!lab.admits(group, second, acceptsUnknown: true))
    lab.found(try GroupLab.record(2, group))
    #expect(lab.admits(group, second))
    #expect(lab.table[group.id]?.isEmpty == false)
  }

  @Test func aHiddenGroupNeedsARelayToBeFound() throws {
    let lab = try GroupLab(hasRelay: true)
    #expect(throws: GroupTable.Refusal.unfindable) {
      try lab.join(try GroupLab.group { $0.isHidden = true })
    }
    #expect(throws: GroupTable.Refusal.unfindable) {
      try lab.join(
        try GroupLab.group { ($0.isHidden, $0.isLANOnly, $0.token) = (true, true, "token") })
    }
    let group = try GroupLab.group { ($0.isHidden, $0.token) = (true, "token") }
    try lab.join(group)
    #expect(
      lab.pull() == [.register(group), .event(GroupEvent(group.id, .joined)), .changed])
    #expect(!lab.table.needsDiscovery)
    lab.table.relayIsDown(group.id, at: lab.now)
    #expect(lab.events() == [.relayLost, .isolated])
    let alone = try GroupLab()
    try alone.join(group)
    #expect(alone.events() == [.joined, .isolated])
  }

  @Test func leavingSaysGoodbyeAndStopsEverything() throws {
    let lab = try GroupLab(hasRelay: true)
    let group = try GroupLab.group { $0.token = "token" }
    try lab.enter(group)
    lab.found(try GroupLab.record(2, group))
    _ = lab.pull()
    #expect(lab.leave(group.id))
    let effects = lab.pull()
    guard case .farewell(group, let members) = effects.first else {
      Issue.record("no farewell: \(effects)")
      return
    }
    #expect(members.count == 1)
    #expect(
      Array(effects.dropFirst()) == [
        .withdraw(group.id), .unregister(group.id), .event(GroupEvent(group.id, .left)), .changed,
      ])
    #expect(!lab.leave(group.id))
    #expect(!lab.admits(group, try GroupLab.node(2)))
  }
}
