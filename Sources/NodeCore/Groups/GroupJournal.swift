// SPDX-License-Identifier: Apache-2.0
internal import MMP
internal import Mesh

/// What has happened in groups, the newest last; the oldest gives way at the bound.
struct GroupJournal {
  static let capacity = 32
  /// Most bytes kept of a text.
  static let longestText = 256

  struct Entry {
    let event: GroupEvent
    /// Milliseconds of the Unix epoch.
    let time: Int64
    /// Name of the author of a message, and what it says.
    var name = ""
    var focus = ""
    var text = ""
  }

  private(set) var entries: [Entry] = []

  mutating func add(_ entry: Entry) {
    if entries.count == Self.capacity { entries.removeFirst() }
    entries.append(entry)
  }

  /// What went wrong last in a group since it was joined, its ways aside, which mend themselves.
  func failure(of id: GroupID) -> GroupEvent.Kind? {
    let last = entries.last { entry in
      switch entry.event.kind {
      case .advertisementFailed, .relayLost, .isolated: false
      case let kind: entry.event.group == id && (kind.isFailure || kind == .joined)
      }
    }
    return last.flatMap { $0.event.kind.isFailure ? $0.event.kind : nil }
  }

  func write(_ list: inout JSONWriter) {
    for entry in entries {
      list.object { object in
        object.field("time", UTCTime.text(entry.time))
        object.field("group", entry.event.group.description)
        object.field("event", entry.event.kind.text.description)
        if let member = entry.event.member { object.field("member", member.description) }
        guard entry.event.kind == .message else { return }
        object.field("from", entry.name)
        object.field("focus", entry.focus)
        object.field("text", entry.text)
      }
    }
  }

  /// The first bytes of a text, cut between two characters.
  static func cut(_ text: String) -> String {
    guard text.utf8.count > longestText else { return text }
    var bytes = Array(text.utf8.prefix(longestText))
    while let last = bytes.last, last & 0xC0 == 0x80 { bytes.removeLast() }
    if let last = bytes.last, last >= 0xC0 { bytes.removeLast() }
    return String(decoding: bytes, as: UTF8.self)
  }
}
