// SPDX-License-Identifier: Apache-2.0
internal import MMP

/// What the node asks of the surface: one line of JSON.
struct NodeLine {
  enum Verb: Equatable {
    case open(kind: String)
    case ask
    case send
    case close
  }

  /// Longest line the node sends, bytes.
  static let longest = 24_576

  let verb: Verb
  let endpoint: UInt32
  var name = ""
  var phases = false
  var url = ""
  var pointer = ""
  var topic = ""
  var user: String?
  /// A file with a key or password.
  var secretFile: String?
  var model = ""
  var prompt = ""
  var milliseconds = 0
  var body = ""
  /// A node at a relay: this one where a relay is opened, else whom a body is for.
  var node = ""
  var group: String?
  /// Whether another part of the same body follows.
  var hasMore = false

  /// Nil for what the node would not send.
  init?(_ bytes: [UInt8]) {
    do throws(JSONFailure) {
      let limits = JSONLimits(textBytes: Self.longest, arenaBytes: 256 << 10)
      guard let line = try JSONDocument.read(bytes, limits: limits, { NodeLine($0) }) else {
        return nil
      }
      self = line
    } catch { return nil }
  }

  private init?(_ root: JSONValue) {
    guard let number = root.int("endpoint"), let endpoint = UInt32(exactly: number) else {
      return nil
    }
    self.endpoint = endpoint
    switch root.string("verb") {
    case "open": verb = .open(kind: root.string("kind") ?? "")
    case "ask": verb = .ask
    case "send": verb = .send
    case "close": verb = .close
    default: return nil
    }
    name = root.string("name") ?? ""
    phases = root.bool("phases") ?? false
    url = root.string("url") ?? ""
    pointer = root.string("pointer") ?? ""
    topic = root.string("topic") ?? ""
    user = root.string("user")
    secretFile = root.string("secret-file")
    model = root.string("model") ?? ""
    prompt = root.string("prompt") ?? ""
    milliseconds = Int(clamping: root.int("milliseconds") ?? 0)
    body = root.string("body") ?? ""
    node = root.string("node") ?? ""
    group = root.string("group")
    hasMore = root.bool("more") ?? false
  }
}
