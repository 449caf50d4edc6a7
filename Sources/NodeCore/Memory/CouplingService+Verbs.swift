// SPDX-License-Identifier: Apache-2.0
internal import Cognition
internal import MMP
internal import Memory
internal import Mesh

extension CouplingService {
  /// Memories told at once.
  static let recalled = 100

  /// Answers remember, recall, mood and send; see `ControlServer.Answer`.
  func answer(_ request: ControlRequest, _ reply: inout JSONWriter) -> String? {
    let text = request["text"] ?? ""
    switch request.verb {
    case "remember": return remember(text, tags: request["tags"] ?? "", &reply)
    case "recall":
      reply.array("result") { list in
        for entry in engine.store.recall(text, limit: Self.recalled) {
          list.object { object in
            MemoryFile.write(entry, &object)
          }
        }
      }
      return nil
    default:
      guard (1...MemoryEntry.longestContent).contains(text.utf8.count) else {
        return "expected a text of 1 to 4096 bytes"
      }
      guard request.verb == "mood" else { return say(text, request["to"], &reply) }
      let told = feel(text)
      reply.object("result") { $0.field("peers", told) }
      return nil
    }
  }

  private func remember(_ text: String, tags: String, _ reply: inout JSONWriter) -> String? {
    let tags = tags.utf8.split(separator: 44).map { String($0) ?? "" }
    let (key, complaint) = remember(text, tags: tags)
    if let complaint { return complaint }
    reply.object("result") { $0.field("key", key) }
    return nil
  }

  /// Stores a memory and tells coupled peers.
  ///
  /// - Returns: Its key, and what keeps it from being stored; nil when it is.
  func remember(_ text: String, tags: [String]) -> (key: String, complaint: String?) {
    let entry = MemoryEntry(
      key: Self.ownKey(ofBlock: CMBKey.current(of: CMBCategories(focus: text))), content: text,
      source: name, tags: tags, timestamp: wallMilliseconds, isOwn: true)
    if let complaint = entry.complaint { return (entry.key, complaint.description) }
    let outcome = engine.remember(entry, at: now)
    carryOut()
    switch outcome {
    case .stored: return (entry.key, nil)
    case .duplicate: return (entry.key, "the same words are remembered already")
    case .refused: return (entry.key, "longer than the whole memory may be")
    }
  }

  /// Tells everyone how this node, or an application behind it, feels; each decides whether it
  /// cares.
  ///
  /// - Returns: How many were told.
  func feel(_ text: String, context: String? = nil, as speaker: String? = nil) -> Int {
    let signal = MoodSignal(
      from: identity.nodeID.description, fromName: speaker ?? name, mood: text, context: context,
      timestamp: wallMilliseconds)
    var told = 0
    for slot in mesh.order {
      guard let summary = mesh.peering[slot] else { continue }
      if summary.dialect.tellsState {
        mesh.send(.mood(signal), to: slot)
      } else if settings.coupling.unknown != .never {
        // There a mood travels as a category of a block; the frame would break that node.
        var categories = CMBCategories()
        categories[.mood] = text
        send(categories, made: wallMilliseconds, to: slot)
      } else {
        continue
      }
      told += 1
    }
    onUnheard(.mood, nil)
    return told
  }

  /// Says something to everyone, or to the peer of a name; no coupling is asked for.
  private func say(_ text: String, _ receiver: String?, _ reply: inout JSONWriter) -> String? {
    let message = Message(
      from: identity.nodeID.description, fromName: name, content: text,
      timestamp: wallMilliseconds)
    var told = 0
    for slot in mesh.order {
      let (name, nodeID) = mesh.name(of: slot)
      guard receiver == nil || receiver == name || receiver == nodeID else { continue }
      mesh.send(.message(message), to: slot)
      told += 1
    }
    if let receiver, told == 0 { onUnheard(.message, receiver) }
    if let receiver, told == 0 { return "no peer is called \(receiver)" }
    reply.object("result") { $0.field("peers", told) }
    return nil
  }
}
