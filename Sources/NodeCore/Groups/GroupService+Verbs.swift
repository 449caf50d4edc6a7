// SPDX-License-Identifier: Apache-2.0
internal import MMP
internal import Mesh
internal import Runtime

/// What the command line asks of groups; `answer` is as `ControlServer.Answer`.
extension GroupService {
  static let longestText = 2048

  func answer(_ request: ControlRequest, _ reply: inout JSONWriter) -> String? {
    switch request.verb {
    case "groups":
      reply.object("result") { write(&$0) }
      return nil
    case "group-create": return create(request, &reply)
    case "group-join": return enter(request, &reply)
    default: break
    }
    guard let name = request["group"], let membership = table.named(name) else {
      return "no group here has the id or label \(request["group"] ?? ""), or more than one has; "
        + "`taumesh group list` shows them"
    }
    switch request.verb {
    case "group-leave":
      table.leave(membership.group.id)
      settle()
      reply.object("result") { $0.field("left", membership.group.id.description) }
    case "group-invite": writeInvitation(membership.group, &reply)
    case "group-send":
      guard let text = request["text"], (1...Self.longestText).contains(text.utf8.count) else {
        return "expected a text of 1 to \(Self.longestText) bytes"
      }
      switch say(text, focus: request["focus"], in: membership.group) {
      case .failure(let complaint): return complaint.description
      case .success(let count): reply.object("result") { $0.field("members", count) }
      }
    default: return "unknown verb \(request.verb)"
    }
    return nil
  }

  private func create(_ request: ControlRequest, _ reply: inout JSONWriter) -> String? {
    let random: [UInt8]
    do throws(SystemError) { random = try Entropy.bytes(16 + Key32.count) } catch {
      return "\(error)"
    }
    let chosen = request["id"]
    guard
      let id = chosen.map({ GroupID($0) }) ?? GroupID(random: Array(random.prefix(16)))
    else { return "\(chosen ?? "") is no id of a group; expected a UUID" }
    var group = MeshGroup(id: id)
    if let label = request["label"] {
      guard MeshGroup.isValid(label: label) else {
        return "a label has 1 to \(MeshGroup.longestLabel) bytes and no control characters"
      }
      group.label = label
    }
    if let end = request["expires"] {
      guard let time = Self.time(end, wall: wall) else {
        return "\(end) is no end: expected a time from now such as 24h or 30m, or a time such as "
          + "2026-12-31T20:00:00Z"
      }
      group.expiresAt = time
    }
    group.isHidden = request["hidden"] != nil
    group.isLANOnly = request["lan-only"] != nil
    if !group.isLANOnly { group.token = ByteText.base64url(Array(random.suffix(Key32.count))) }
    return begin(group, isFounder: true, &reply)
  }

  private func enter(_ request: ControlRequest, _ reply: inout JSONWriter) -> String? {
    do throws(GroupInvitation.Failure) {
      let group = try GroupInvitation.group(request["line"] ?? "", wall: wall)
      return begin(group, isFounder: false, &reply)
    } catch { return error.description }
  }

  private func begin(_ group: MeshGroup, isFounder: Bool, _ reply: inout JSONWriter) -> String? {
    do throws(GroupTable.Refusal) {
      try table.join(group, isFounder: isFounder, wall: wall, at: reactor.now)
    } catch { return error.description }
    settle()
    writeInvitation(group, &reply)
    return nil
  }

  private func writeInvitation(_ group: MeshGroup, _ reply: inout JSONWriter) {
    reply.object("result") { object in
      object.field("id", group.id.description)
      object.field("join", GroupInvitation.text(of: group))
    }
  }

  /// An end: so many seconds, minutes, hours or days from `wall`, or a time of day.
  static func time(_ text: String, wall: Int64) -> Int64? {
    if let time = UTCTime.milliseconds(text) { return time > wall ? time : nil }
    guard let unit = text.utf8.last, let count = Int64(text.dropLast()),
      (1...100_000).contains(count)
    else { return nil }
    switch unit {
    case UInt8(ascii: "s"): return wall + count * 1000
    case UInt8(ascii: "m"): return wall + count * 60_000
    case UInt8(ascii: "h"): return wall + count * 3_600_000
    case UInt8(ascii: "d"): return wall + count * 86_400_000
    default: return nil
    }
  }
}

// MARK: - Reports

extension GroupService {
  /// The groups this node is in, and those it was in with the reason why it is no more.
  var report: [NodeStatus.Group] {
    var list = table.memberships.map { membership in
      var group = Self.report(membership.group)
      group.state =
        membership.isJoined ? (membership.isEmpty ? "empty" : "joined") : "joining"
      group.members = Int64(membership.present.count)
      (group.lan, group.relay) = (
        membership.lan.text.description, membership.relay.text.description
      )
      let failure = membership.failure ?? journal.failure(of: membership.group.id)
      group.failure = failure?.text.description ?? ""
      return group
    }
    for ended in table.ended {
      var group = Self.report(ended.group)
      group.state = ended.reason.text.description
      if ended.reason.isFailure { group.failure = group.state }
      list.append(group)
    }
    return list
  }

  private static func report(_ group: MeshGroup) -> NodeStatus.Group {
    var report = NodeStatus.Group()
    (report.id, report.label) = (group.id.description, group.label ?? "")
    report.expires = group.expiresAt.map { UTCTime.text($0) } ?? ""
    return report
  }

  private func write(_ object: inout JSONWriter) {
    object.array("groups") { list in
      for group in report { list.object { group.write(&$0) } }
    }
    object.array("members") { list in
      for membership in table.memberships {
        for member in membership.present {
          list.object { write(member, of: membership.group.id, &$0) }
        }
      }
    }
    object.array("events") { journal.write(&$0) }
    object.object("counters") { object in
      for membership in table.memberships {
        object.object(membership.group.id.description) { counters in
          counters.field("accepted", membership.accepted)
          counters.field("refused", membership.refused)
        }
      }
    }
  }

  private func write(_ member: GroupMember, of id: GroupID, _ object: inout JSONWriter) {
    object.field("group", id.description)
    object.field("identity", orNull: member.identity?.description)
    object.field("nodeId", orNull: member.nodeID?.description)
    object.field("lan", member.isOnLAN)
    object.field("relay", member.isOnRelay)
  }
}
