// SPDX-License-Identifier: Apache-2.0
internal import CSystem
internal import MMP
internal import NodeCore
internal import Runtime

final class GroupVerb: Verb {
  private static let label = Option("--label", "TEXT", "what people call it")
  private static let expires = Option("--expires", "TIME", "when it ends: 24h, 30m, or a date")
  private static let hidden = Option("--hidden", nil, "not told of on the local network")
  private static let lanOnly = Option("--lan-only", nil, "not taken to a relay")
  private static let id = Option("--id", "UUID", "an id agreed on elsewhere, not a new one")
  private static let focus = Option("--focus", "APP:STATE", "what kind of thing is said")
  /// Longer than a node takes to look for a group on the local network, tenths of a second.
  private static let patience = 40

  override var name: StaticString { "group" }
  override var summary: StaticString { "makes, joins and leaves groups, and speaks in them" }
  override var usage: StaticString {
    "group create|join LINE|leave ID|list|send ID TEXT|invite ID [OPTION ...]"
  }
  override var options: [Option] {
    [
      Self.label, Self.expires, Self.hidden, Self.lanOnly, Self.id, Self.focus,
      InviteVerb.code, .state, .json,
    ]
  }
  override var notes: StaticString {
    "ID is a group's id or label. LINE is what `create` and `invite` print, or an id alone; whoever\nhas it can join."
  }

  override func run(_ arguments: Arguments) -> Int32 {
    guard let request = request(arguments) else {
      StandardOutput.writeError("taumesh group: usage: taumesh \(usage)\n")
      return 2
    }
    let socket = paths(arguments).socket
    do throws(ControlClient.Failure) {
      if request.verb == "groups", !arguments.has(.json) {
        StandardOutput.write(Self.table(try ControlClient.status(socket: socket).groups))
        return 0
      }
      let result = try ControlClient.result(request, socket: socket)
      if request.verb == "group-create" || request.verb == "group-join" {
        guard try isIn(Self.member("id", of: result), socket) else { return 1 }
      }
      print(result, of: request.verb, isJSON: arguments.has(.json))
      if !arguments.has(.json), request.verb == "group-create" || request.verb == "group-invite" {
        InviteVerb.showCode(
          Self.member("join", of: result), isForced: arguments.has(InviteVerb.code))
      }
      return 0
    } catch {
      StandardOutput.writeError("taumesh group: \(error)\n")
      return 1
    }
  }

  /// What the words ask for; nil where they ask for nothing.
  private func request(_ arguments: Arguments) -> ControlRequest? {
    let words = arguments.operands
    switch (words.first, words.count) {
    case ("create", 1):
      var list: [ControlRequest.Argument] = []
      for option in [Self.label, Self.expires, Self.id] {
        guard let value = arguments.value(option) else { continue }
        list.append(.init(String(option.name.description.dropFirst(2)), value))
      }
      for option in [Self.hidden, Self.lanOnly] where arguments.has(option) {
        list.append(.init(String(option.name.description.dropFirst(2)), "true"))
      }
      return ControlRequest("group-create", list)
    case ("join", 2): return ControlRequest("group-join", [.init("line", words[1])])
    case ("leave", 2): return ControlRequest("group-leave", [.init("group", words[1])])
    case ("invite", 2): return ControlRequest("group-invite", [.init("group", words[1])])
    case ("list", 1): return ControlRequest("groups")
    case ("send", 3):
      var list: [ControlRequest.Argument] = [
        .init("group", words[1]), .init("text", words[2]),
      ]
      if let focus = arguments.value(Self.focus) { list.append(.init("focus", focus)) }
      return ControlRequest("group-send", list)
    default: return nil
    }
  }

  /// Waits until the node is in the group; says so where another group has its id.
  private func isIn(_ id: String, _ socket: String) throws(ControlClient.Failure) -> Bool {
    for _ in 0..<Self.patience {
      let group = try ControlClient.status(socket: socket).groups.first { $0.id == id }
      if group?.state == "collision" {
        StandardOutput.writeError(
          "taumesh group: another group on this network has the id \(id): not joined\n")
        return false
      }
      guard group?.state == "joining" else { break }
      usleep(100_000)
    }
    return true
  }

  private func print(_ result: String, of verb: String, isJSON: Bool) {
    if isJSON { return StandardOutput.write(result + "\n") }
    switch verb {
    case "group-send":
      StandardOutput.write("sent to \(Self.member("members", of: result)) members\n")
    case "group-leave": StandardOutput.write("left \(Self.member("left", of: result))\n")
    case "group-join": StandardOutput.write("joined \(Self.member("id", of: result))\n")
    default: StandardOutput.write(Self.member("join", of: result) + "\n")
    }
  }

  /// A member of a small object, as text.
  private static func member(_ name: String, of result: String) -> String {
    var text = ""
    do throws(JSONFailure) {
      try JSONDocument.read(Array(result.utf8), limits: .beforeHandshake) { root in
        text = root.string(name) ?? root.int(name)?.description ?? ""
      }
    } catch { return "" }
    return text
  }

  private static func table(_ groups: [NodeStatus.Group]) -> String {
    guard !groups.isEmpty else { return "in no group\n" }
    var table = Table(["label", "state", "others", "lan", "relay", "until", "id"])
    for group in groups {
      table.add([
        group.label.isEmpty ? "-" : group.label, group.state, "\(group.members)",
        group.lan.isEmpty ? "-" : group.lan, group.relay.isEmpty ? "-" : group.relay,
        group.expires.isEmpty ? "-" : group.expires, group.id,
      ])
    }
    return table.text
  }
}
