// SPDX-License-Identifier: Apache-2.0
package import MMP

extension GroupTable {
  /// Begins to join `group`.
  ///
  /// A group on the local network is first looked for there for `probeTime`. A founder refuses an
  /// id that anyone else shows; who was invited refuses one that is shown under another label.
  /// A node that was in the group before its restart does not ask again.
  package mutating func join(
    _ group: MeshGroup, isFounder: Bool = false, isReturning: Bool = false, wall: Int64,
    at now: Int64
  ) throws(Refusal) {
    guard index(of: group.id) == nil else { throw .alreadyIn }
    guard memberships.count < Self.capacity else { throw .full }
    if let end = group.expiresAt, group.isExpired(at: wall) { throw .expired(end) }
    guard !group.isHidden || (group.token != nil && !group.isLANOnly) else { throw .unfindable }
    ended.removeAll { $0.group.id == group.id }
    let usesRelay = hasRelay && group.token != nil && !group.isLANOnly
    memberships.append(
      Membership(
        group: group,
        probeEnd: group.isHidden || isReturning ? nil : now + Self.probeTime,
        lan: group.isHidden ? .unused : .pending, relay: usesRelay ? .pending : .unused,
        isFounder: isFounder, aloneSince: now))
    if group.isHidden || isReturning { enter(memberships.count - 1, at: now) }
  }

  /// Leaves a group, telling its members.
  ///
  /// - Returns: Whether this node was in it.
  @discardableResult
  package mutating func leave(_ id: GroupID) -> Bool {
    guard let index = index(of: id) else { return false }
    end(index, .left)
    return true
  }

  /// Looks after ends and waits; call it at `deadline`.
  package mutating func tick(wall: Int64, at now: Int64) {
    var index = 0
    while index < memberships.count {
      let membership = memberships[index]
      if membership.group.isExpired(at: wall) {
        end(index, .expired)
        continue
      }
      if let due = membership.probeEnd, due <= now {
        guard !isCollision(membership) else {
          end(index, .collision)
          continue
        }
        memberships[index].probeEnd = nil
        enter(index, at: now)
      }
      if let lost = membership.relayLostAt, now - lost >= Self.grace {
        memberships[index].relayLostAt = nil
        dropRoster(index, at: now)
      }
      noticeEmptiness(index, at: now)
      index += 1
    }
  }

  private mutating func enter(_ index: Int, at now: Int64) {
    let membership = memberships[index]
    memberships[index].aloneSince = now
    if membership.lan != .unused { effects.append(.advertise(membership.group)) }
    if membership.relay != .unused { effects.append(.register(membership.group)) }
    tell(.joined, membership.group.id)
    effects.append(.changed)
    refresh(index, at: now)
    noticeIsolation(index)
  }

  /// Whether what the local network shows says that the id is another group's.
  private func isCollision(_ membership: Membership) -> Bool {
    sightings.contains { sighting in
      let record = sighting.record
      guard record.group == membership.group.id, record.member != own else { return false }
      if membership.isFounder { return true }
      guard let theirs = record.label, let ours = membership.group.label else { return false }
      return theirs != ours
    }
  }

  mutating func end(_ index: Int, _ reason: GroupEvent.Kind) {
    let membership = memberships.remove(at: index)
    let id = membership.group.id
    if membership.isJoined {
      // After its end nothing of a group is said any more, not even goodbye.
      if reason != .expired { effects.append(.farewell(membership.group, membership.present)) }
      if membership.lan != .unused { effects.append(.withdraw(id)) }
      if membership.relay != .unused { effects.append(.unregister(id)) }
    }
    if ended.count == Self.endedCapacity { ended.removeFirst() }
    ended.append(Ended(group: membership.group, reason: reason))
    tell(reason, id)
    effects.append(.changed)
  }

  mutating func noticeIsolation(_ index: Int) {
    if memberships[index].failure == .isolated { tell(.isolated, memberships[index].group.id) }
  }

  private mutating func noticeEmptiness(_ index: Int, at now: Int64) {
    let membership = memberships[index]
    guard membership.isJoined, !membership.isEmpty, membership.present.isEmpty,
      now - membership.aloneSince >= Self.grace
    else { return }
    memberships[index].isEmpty = true
    tell(.empty, membership.group.id)
  }
}

// MARK: - Ways to the others

extension GroupTable {
  /// The group is advertised on the local network, or cannot be; then it goes on by the relay
  /// where it has one.
  package mutating func advertised(_ id: GroupID, isUp: Bool) {
    guard let index = index(of: id), memberships[index].lan != .unused else { return }
    let before = memberships[index].lan
    memberships[index].lan = isUp ? .up : .failed
    guard !isUp, before != .failed else { return }
    tell(.advertisementFailed, id)
    if memberships[index].isJoined { noticeIsolation(index) }
  }

  /// The relay has admitted this node to the group's channel; `relayJoined` follows for each one.
  package mutating func relayIsUp(_ id: GroupID, at now: Int64) {
    guard let index = index(of: id), memberships[index].relay != .unused else { return }
    memberships[index].relay = .up
    // Who is on the new list is told of at once; who is not has left meanwhile.
    if memberships[index].relayLostAt != nil {
      memberships[index].relayLostAt = now - Self.grace + Self.listTime
    }
  }

  /// The relay is out of reach for now; its list holds for `grace`.
  package mutating func relayIsDown(_ id: GroupID, at now: Int64) {
    guard let index = index(of: id), memberships[index].relay != .unused else { return }
    let before = memberships[index].relay
    memberships[index].relay = .failed
    if before == .up {
      memberships[index].relayLostAt = now
      for place in memberships[index].members.indices {
        memberships[index].members[place].isConfirmed = false
      }
    }
    guard before != .failed else { return }
    tell(.relayLost, id)
    noticeIsolation(index)
  }

  /// The relay does not take the token: as if the group had been left (§8).
  package mutating func relayRejectedToken(_ id: GroupID) {
    guard let index = index(of: id), memberships[index].relay != .unused else { return }
    end(index, .tokenRejected)
  }

  /// The relay tells that a node is on the group's channel.
  package mutating func relayJoined(
    _ id: GroupID, _ nodeID: NodeID, identity: MemberIdentity?, at now: Int64
  ) {
    guard let index = index(of: id), memberships[index].relay != .unused else { return }
    let place =
      memberships[index].members.firstIndex { member in
        member.nodeID == nodeID || (identity != nil && member.identity == identity)
      } ?? add(index)
    guard let place else { return }
    let isNew = memberships[index].members[place].hasLeft || !isShown(index, place)
    memberships[index].members[place].nodeID = nodeID
    if let identity { memberships[index].members[place].identity = identity }
    memberships[index].members[place].isOnRelay = true
    memberships[index].members[place].isConfirmed = true
    appear(index, place, isNew: isNew, at: now)
  }

  /// The relay tells that a node has left the group's channel.
  package mutating func relayLeft(_ id: GroupID, _ nodeID: NodeID, at now: Int64) {
    guard let index = index(of: id) else { return }
    for place in memberships[index].members.indices
    where memberships[index].members[place].nodeID == nodeID {
      memberships[index].members[place].isOnRelay = false
    }
    sweep(index, at: now)
  }

  private mutating func dropRoster(_ index: Int, at now: Int64) {
    for place in memberships[index].members.indices
    where !memberships[index].members[place].isConfirmed {
      memberships[index].members[place].isOnRelay = false
    }
    sweep(index, at: now)
  }
}
