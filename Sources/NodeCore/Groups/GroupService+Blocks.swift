// SPDX-License-Identifier: Apache-2.0
internal import MMP
internal import Mesh
internal import Runtime

/// Blocks of groups: to members, and from them.
extension GroupService {
  /// Who the peer in `slot` is as a member, and the key its blocks are verified with.
  func sender(_ slot: Int) -> (node: GroupSender, key: Key32)? {
    guard let summary = mesh.peering[slot] else { return nil }
    var key = summary.link?.identity.publicKey
    if key == nil, settings.allowsPlaintext, let text = summary.handshake.publicKey {
      key = ByteText.bytes(base64: text.utf8, count: Key32.count).flatMap { Key32($0) }
    }
    guard let key else { return nil }
    return (GroupSender(identity: MemberIdentity(of: key), nodeID: summary.nodeID), key)
  }

  /// A peer is there.
  func joined(_ slot: Int) {
    guard !isIdle, let sender = sender(slot) else { return }
    table.identified(sender.node, at: reactor.now)
    settle()
  }

  /// What becomes of a block that has come: true where it is for the whole mesh; one of a group
  /// is judged here, and handed to `onBlock` when it is a member's.
  func isForEveryone(_ block: CMBFrame, slot: Int) -> Bool {
    switch GroupBlock.scope(of: block.cmb) {
    case .everyone: return true
    case .foreign: break
    case .group(let id): receive(block, id, slot)
    }
    return false
  }

  private func receive(_ block: CMBFrame, _ id: GroupID, _ slot: Int) {
    guard let membership = table[id], membership.isJoined, let (node, _) = sender(slot) else {
      return
    }
    // The word of a member may be faster than the local network, which shows that it is one.
    if !table.knows(id, node), !settings.acceptsUnknown, waiting.count < Self.waitCapacity {
      waiting.append(
        Waiting(
          block: block, slot: slot, nodeID: node.nodeID, due: reactor.now + Self.waitTime))
    } else {
      judge(block, id, slot)
    }
    settle()
  }

  /// Judges those whose senders have become members, or whose time is up.
  func retryWaiting() {
    var index = 0
    while index < waiting.count {
      let entry = waiting[index]
      guard case .group(let id) = GroupBlock.scope(of: entry.block.cmb),
        let (node, _) = sender(entry.slot), node.nodeID == entry.nodeID
      else {
        waiting.remove(at: index)
        continue
      }
      guard entry.due <= reactor.now || table.knows(id, node) else {
        index += 1
        continue
      }
      waiting.remove(at: index)
      judge(entry.block, id, entry.slot)
    }
  }

  private func judge(_ block: CMBFrame, _ id: GroupID, _ slot: Int) {
    guard let (node, key) = sender(slot), judge(block, id, node, key: key) else { return }
    onBlock?(block, slot)
  }

  /// Whether a block goes any further; one that does is in the journal then.
  @discardableResult
  func judge(_ block: CMBFrame, _ id: GroupID, _ node: GroupSender, key: Key32?) -> Bool {
    let focus = block.cmb.categories?[.focus] ?? ""
    let presence = GroupPresence(focus: focus)
    let isAdmitted = table.admits(
      id, from: node, presence: presence,
      isCredible: GroupBlock.isCredible(block.cmb, sender: key),
      acceptsUnknown: settings.acceptsUnknown, wall: wall, at: reactor.now)
    guard isAdmitted, presence == nil else { return false }
    var entry = GroupJournal.Entry(
      event: GroupEvent(id, .message, node.identity), time: wall)
    entry.name = GroupJournal.cut(block.cmb.createdBy)
    entry.focus = GroupJournal.cut(focus)
    entry.text = GroupJournal.cut(block.cmb.categories?[.perspective] ?? "")
    journal.add(entry)
    return true
  }

  var author: GroupBlock.Author {
    GroupBlock.Author(identity: identity, name: nodeName, room: room, time: wall)
  }

  /// Tells members that do not know it yet that this node is one, once they can have seen it.
  func greet() {
    for membership in table.memberships
    where membership.isJoined && (membership.lan == .up || membership.relay == .up) {
      let group = membership.group
      for slot in mesh.order {
        guard let (node, _) = sender(slot), table.mustGreet(group.id, node) else { continue }
        send(GroupBlock.presence(.join, in: group, by: author), to: slot)
      }
      greetThroughRelay(membership) { GroupBlock.presence(.join, in: group, by: self.author) }
    }
  }

  func sayFarewell(_ group: MeshGroup, _ members: [GroupMember]) {
    guard !group.isExpired(at: wall) else { return }
    let block = GroupBlock.presence(.leave, in: group, by: author)
    for slot in mesh.order {
      guard let (node, _) = sender(slot), members.contains(where: { node.isSame(as: $0) }) else {
        continue
      }
      send(block, to: slot)
    }
    sendThroughRelay(block, to: members, in: group.id)
  }

  /// Says something to the members of a group.
  ///
  /// - Returns: To how many members it went, or why it did not.
  func say(_ text: String, focus: String?, in group: MeshGroup) -> Result<Int, GroupComplaint> {
    if let reason = table.send(group.id, wall: wall, at: reactor.now) {
      return .failure(GroupComplaint(description: reason.description))
    }
    var categories = CMBCategories(focus: focus ?? text)
    if focus != nil { categories[.perspective] = text }
    let block = GroupBlock.block(categories, in: group, by: author)
    var count = 0
    for slot in mesh.order {
      guard let (node, _) = sender(slot), table.isMember(group.id, node) else { continue }
      send(block, to: slot)
      count += 1
    }
    let others = table[group.id]?.present ?? []
    return .success(count + sendThroughRelay(block, to: others, in: group.id))
  }

  private func send(_ block: CMB, to slot: Int) {
    mesh.send(.cmb(CMBFrame(block, timestamp: wall)), to: slot)
  }
}

/// Why a group did not do what was asked, in words for the user.
struct GroupComplaint: Error {
  let description: String
}
