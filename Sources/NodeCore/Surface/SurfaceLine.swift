// SPDX-License-Identifier: Apache-2.0
internal import Devices
internal import MMP

/// The lines between node and surface: JSON, one a line.
enum SurfaceLine {
  /// Longest line the surface sends, bytes.
  static let longest = 24_576
  /// Bytes of a payload that one line carries, in either direction.
  static let partBytes = 12 << 10
  /// Longest payload put together from lines.
  static let longestPayload = (1 << 20) + 1024

  static func open(_ endpoint: SurfaceEndpoint, _ number: UInt32) -> [UInt8] {
    line(number, "open") { line in
      switch endpoint {
      case .posts(let name, let phases): serve("posts", name, phases, &line)
      case .sockets(let name, let phases): serve("sockets", name, phases, &line)
      case .poll(let url, let pointer, let keyFile, let timeout):
        reach("poll", url, keyFile, timeout, &line)
        line.field("pointer", pointer)
      case .topic(let url, let topic, let pointer, let user, let passwordFile):
        reach("topic", url, passwordFile, 0, &line)
        line.field("topic", topic)
        line.field("pointer", pointer)
        if let user { line.field("user", user) }
      case .tokens(let url, let model, let prompt, let keyFile, let pause):
        reach("tokens", url, keyFile, pause, &line)
        line.field("model", model)
        line.field("prompt", prompt)
      case .apns(let url, let keyFile, let keyID, let team, let topic):
        reach("apns", url, keyFile, 0, &line)
        line.field("name", keyID)
        line.field("user", team)
        line.field("topic", topic)
      case .fcm(let url, let accountFile): reach("fcm", url, accountFile, 0, &line)
      case .hook(let url, let keyFile, let timeout): reach("hook", url, keyFile, timeout, &line)
      case .relay(let url, let nodeID, let name, let tokenFile, let group):
        reach("relay", url, tokenFile, 0, &line)
        line.field("node", nodeID)
        line.field("name", name)
        if let group { line.field("group", group) }
      case .relayServer: line.field("kind", "relay-server")
      }
    }
  }

  static func ask(_ number: UInt32) -> [UInt8] { line(number, "ask") { _ in } }
  static func close(_ number: UInt32) -> [UInt8] { line(number, "close") { _ in } }

  static func send(_ json: [UInt8], _ number: UInt32) -> [UInt8] {
    line(number, "send") { $0.field("body", String(decoding: json, as: UTF8.self)) }
  }

  /// The lines that carry a frame's JSON to a node at a relay.
  static func send(_ frame: [UInt8], to node: String, _ number: UInt32) -> [UInt8] {
    var lines: [UInt8] = []
    var rest = frame[...]
    repeat {
      let part = rest.prefix(partBytes)
      rest = rest.dropFirst(part.count)
      lines += line(number, "send") { line in
        line.field("node", node)
        line.field("body", ByteText.base64url(Array(part)))
        line.field("more", !rest.isEmpty)
      }
    } while !rest.isEmpty
    return lines
  }

  private static func serve(
    _ kind: String, _ name: String, _ phases: Bool, _ line: inout JSONWriter
  ) {
    line.field("kind", kind)
    line.field("name", name)
    line.field("phases", phases)
  }

  private static func reach(
    _ kind: String, _ url: String, _ secretFile: String?, _ milliseconds: Int,
    _ line: inout JSONWriter
  ) {
    line.field("kind", kind)
    line.field("url", url)
    line.field("milliseconds", milliseconds)
    if let secretFile { line.field("secret-file", secretFile) }
  }

  private static func line(
    _ number: UInt32, _ verb: String, _ fields: (inout JSONWriter) -> Void
  ) -> [UInt8] {
    var writer = JSONWriter()
    writer.object { line in
      line.field("endpoint", Int64(number))
      line.field("verb", verb)
      fields(&line)
    }
    return writer.bytes + [10]
  }

  private static func relayReport(_ what: String, _ line: JSONValue) -> RelayReport? {
    if what == "entered" { return .entered }
    if what == "lost" { return .lost(line.string("reason") ?? "") }
    guard let node = line.string("node") else { return nil }
    switch what {
    case "joined":
      return .joined(
        nodeID: node, name: line.string("name") ?? "", isRelay: line.bool("is-relay") ?? false)
    case "left": return .left(nodeID: node)
    case "payload":
      let text = line.string("body") ?? ""
      return ByteText.bytes(base64: text.utf8, count: text.utf8.count * 3 / 4)
        .map { .payload(from: node, $0) }
    default: return nil
    }
  }

  /// Whether a line is followed by another part of the same payload.
  static func hasMore(_ bytes: [UInt8]) -> Bool {
    let mark = Array("\"more\":true}".utf8)
    return bytes.count > mark.count && bytes.suffix(mark.count).elementsEqual(mark)
  }

  /// What the surface reports, and of which endpoint; nil for what it would not say.
  static func report(_ bytes: [UInt8]) -> (UInt32, SurfaceReport)? {
    let limits = JSONLimits(textBytes: longest, arenaBytes: 256 << 10)
    do throws(JSONFailure) {
      return try JSONDocument.read(bytes, limits: limits) { line in
        guard let number = line.int("endpoint").flatMap({ UInt32(exactly: $0) }),
          let report = report(of: line)
        else { return nil }
        return (number, report)
      }
    } catch { return nil }
  }

  private static func report(of line: JSONValue) -> SurfaceReport? {
    if let what = line.string("relay") { return relayReport(what, line).map { .relay($0) } }
    if let value = line.double("value") { return .value(value) }
    if let re = line.double("re"), let im = line.double("im") {
      return .phasor(re: re, im: im, coherence: line.double("coherence") ?? 0)
    }
    if let position = line.int("position") {
      return .token(position: position, logprob: line.double("logprob") ?? -.infinity)
    }
    if let number = line.int("pushed") {
      let outcome: PushOutcome =
        switch line.string("outcome") {
        case "sent": .sent
        case "gone": .gone
        default: .failed
        }
      return .pushed(number, outcome, reason: line.string("reason") ?? "")
    }
    if let what = line.string("ready") { return .ready(what) }
    if let reason = line.string("failed") { return .failed(reason) }
    return line.int("sent").map { .sent(dropped: Int(clamping: $0)) }
  }
}
