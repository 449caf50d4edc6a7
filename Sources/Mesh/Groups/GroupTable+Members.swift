// SPDX-License-Identifier: Apache-2.0
internal import MMP

// MARK: - The local network

extension GroupTable {
  /// The local network shows a member's service; `place` names where, such as the interface.
  package mutating func found(_ record: GroupRecord, place: Int64, at now: Int64) {
    guard record.member != own else { return }
    // A service may change its record: of one place only the newest counts.
    if let known = sightings.firstIndex(where: { $0.isOf(record, place) }) {
      sightings[known] = Sighting(record: record, place: place)
      return
    }
    guard sightings.count < Self.sightingCapacity else {
      unseen += 1
      return
    }
    sightings.append(Sighting(record: record, place: place))
    guard let index = index(of: record.group), memberships[index].isJoined else { return }
    show(record.member, index, at: now)
  }

  /// The local network shows a member's service no longer at `place`.
  package mutating func lost(_ record: GroupRecord, place: Int64, at now: Int64) {
    sightings.removeAll { $0.isOf(record, place) }
    guard let index = index(of: record.group) else { return }
    let isShown = sightings.contains {
      $0.record.group == record.group && $0.record.member == record.member
    }
    for place in memberships[index].members.indices
    where memberships[index].members[place].identity == record.member {
      memberships[index].members[place].isOnLAN = isShown
    }
    sweep(index, at: now)
  }

  /// Takes what the local network has shown before the group was joined.
  mutating func refresh(_ index: Int, at now: Int64) {
    let id = memberships[index].group.id
    for sighting in sightings where sighting.record.group == id {
      show(sighting.record.member, index, at: now)
    }
  }

  private mutating func show(_ identity: MemberIdentity, _ index: Int, at now: Int64) {
    let place =
      memberships[index].members.firstIndex { $0.identity == identity } ?? add(index)
    guard let place else { return }
    let isNew = !isShown(index, place)
    memberships[index].members[place].identity = identity
    memberships[index].members[place].isOnLAN = true
    appear(index, place, isNew: isNew, at: now)
  }

  /// Whether the member is there by either source already.
  func isShown(_ index: Int, _ place: Int) -> Bool {
    let member = memberships[index].members[place]
    return member.isOnLAN || member.isOnRelay
  }

  /// Room for one more member, or nil where there is none.
  mutating func add(_ index: Int) -> Int? {
    guard memberships[index].members.count < Self.memberCapacity else {
      if !memberships[index].isFullTold { tell(.full, memberships[index].group.id) }
      memberships[index].isFullTold = true
      return nil
    }
    memberships[index].members.append(GroupMember())
    return memberships[index].members.count - 1
  }

  mutating func appear(_ index: Int, _ place: Int, isNew: Bool, at now: Int64) {
    guard isNew else { return }
    memberships[index].members[place].hasLeft = false
    memberships[index].members[place].isGreeted = false
    memberships[index].isEmpty = false
    tell(.memberJoined, memberships[index].group.id, memberships[index].members[place].identity)
  }

  /// Forgets members that neither source shows.
  mutating func sweep(_ index: Int, at now: Int64) {
    let wasAlone = memberships[index].present.isEmpty
    var place = 0
    while place < memberships[index].members.count {
      guard !isShown(index, place) else {
        place += 1
        continue
      }
      let gone = memberships[index].members.remove(at: place)
      if !gone.hasLeft { tell(.memberLeft, memberships[index].group.id, gone.identity) }
    }
    if memberships[index].members.count < Self.memberCapacity {
      memberships[index].isFullTold = false
    }
    if !wasAlone, memberships[index].present.isEmpty { memberships[index].aloneSince = now }
  }
}

// MARK: - Blocks

extension GroupTable {
  /// A connection has shown that a key and a nodeId are one node's.
  package mutating func identified(_ sender: GroupSender, at now: Int64) {
    for index in memberships.indices {
      let members = memberships[index].members
      guard let byNode = members.firstIndex(where: { $0.nodeID == sender.nodeID }) else {
        for place in members.indices where members[place].identity == sender.identity {
          memberships[index].members[place].nodeID = sender.nodeID
        }
        continue
      }
      memberships[index].members[byNode].identity = sender.identity
      // The relay's entry and the local network's are one member.
      guard
        let other = members.indices.first(where: {
          $0 != byNode && members[$0].identity == sender.identity
        })
      else { continue }
      memberships[index].members[byNode].isOnLAN = members[other].isOnLAN
      memberships[index].members[byNode].isGreeted = members[other].isGreeted
      memberships[index].members.remove(at: other)
    }
  }

  /// Whether a node is a member of the group, so that its blocks go there.
  package func isMember(_ id: GroupID, _ node: GroupSender) -> Bool {
    self[id]?.members.contains { !$0.hasLeft && node.isSame(as: $0) } ?? false
  }

  /// Whether a node is listed in the group, if only as one that has left.
  package func knows(_ id: GroupID, _ node: GroupSender) -> Bool {
    self[id]?.members.contains { node.isSame(as: $0) } ?? false
  }

  /// Whether `node` is still to be told that this node is a member; asked once, it counts as told.
  package mutating func mustGreet(_ id: GroupID, _ node: GroupSender) -> Bool {
    guard let index = index(of: id), memberships[index].isJoined,
      let place = memberships[index].members.firstIndex(where: {
        !$0.hasLeft && node.isSame(as: $0)
      }), !memberships[index].members[place].isGreeted
    else { return false }
    memberships[index].members[place].isGreeted = true
    return true
  }

  /// Why a block of this node may not go to the group now; nil where it may.
  package mutating func send(_ id: GroupID, wall: Int64, at now: Int64) -> StaticString? {
    guard let index = index(of: id) else { return "this node is not in that group" }
    guard !memberships[index].group.isExpired(at: wall) else { return "the group has ended" }
    guard memberships[index].isJoined else { return "the group is being joined; try again" }
    guard memberships[index].ownBucket.take(at: now) else {
      return "too fast: a member may send 20 blocks at once and 5 a second"
    }
    return nil
  }

  /// Judges a block of the group that has just come.
  ///
  /// Nothing that is refused may go any further. `isCredible` says whether the block's signature
  /// is its sender's, `acceptsUnknown` whether nodes that are no known members are heard (§7).
  package mutating func admits(
    _ id: GroupID, from sender: GroupSender, presence: GroupPresence?, isCredible: Bool,
    acceptsUnknown: Bool, wall: Int64, at now: Int64
  ) -> Bool {
    guard let index = index(of: id), memberships[index].isJoined else { return false }
    let refusal = refusal(
      index, sender, presence, isCredible: isCredible, acceptsUnknown: acceptsUnknown, wall: wall,
      at: now)
    guard let refusal else {
      memberships[index].accepted += 1
      if let presence { take(presence, sender, index, at: now) }
      return true
    }
    memberships[index].refused += 1
    // One word a minute is enough of what may come a thousand times.
    if refusal != .expired, now >= memberships[index].quietUntil {
      memberships[index].quietUntil = now + Self.grace
      tell(refusal, id, sender.identity)
    }
    return false
  }

  private mutating func refusal(
    _ index: Int, _ sender: GroupSender, _ presence: GroupPresence?, isCredible: Bool,
    acceptsUnknown: Bool, wall: Int64, at now: Int64
  ) -> GroupEvent.Kind? {
    guard !memberships[index].group.isExpired(at: wall) else { return .expired }
    if let channel = sender.channel, channel != memberships[index].group.id {
      return .otherChannel
    }
    guard isCredible else { return .forged }
    let place = memberships[index].members.firstIndex { sender.isSame(as: $0) }
    guard let place, !memberships[index].members[place].hasLeft || presence == .join else {
      // A group that stood empty has ended: a late word of someone unknown is none of it (§8).
      return acceptsUnknown && !memberships[index].isEmpty ? nil : .unknownSender
    }
    return memberships[index].members[place].bucket.take(at: now) ? nil : .tooFast
  }

  private mutating func take(
    _ presence: GroupPresence, _ sender: GroupSender, _ index: Int, at now: Int64
  ) {
    let id = memberships[index].group.id
    guard let place = memberships[index].members.firstIndex(where: { sender.isSame(as: $0) })
    else { return }
    let had = memberships[index].members[place].hasLeft
    guard had != (presence == .leave) else { return }
    memberships[index].members[place].hasLeft = presence == .leave
    if presence == .join {
      memberships[index].members[place].isGreeted = false
      memberships[index].isEmpty = false
    } else if memberships[index].present.isEmpty {
      memberships[index].aloneSince = now
    }
    tell(presence == .join ? .memberJoined : .memberLeft, id, sender.identity)
  }
}
