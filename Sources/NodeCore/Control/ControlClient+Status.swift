// SPDX-License-Identifier: Apache-2.0
internal import MMP

extension ControlClient {
  private static let limits = JSONLimits(textBytes: maximumAnswer, arenaBytes: 8 << 20)

  /// The result of a request as JSON text, or the node's complaint.
  package static func result(_ request: ControlRequest, socket path: String) throws(Failure)
    -> String
  {
    let answer = try ask(request, socket: path)
    var complaint: String?
    try read(answer, path) { complaint = $0.string("error") }
    if let complaint { throw Failure(description: complaint) }
    return String(decoding: Self.member(answer), as: UTF8.self)
  }

  /// What the node behind `path` says of itself.
  package static func status(socket path: String) throws(Failure) -> NodeStatus {
    let answer = try ask(ControlRequest("status"), socket: path)
    var status: NodeStatus?
    var complaint = "\(path): an answer without a result"
    try read(answer, path) { root in
      if let error = root.string("error") { complaint = error }
      if let result = root.object("result") { status = NodeStatus(reading: result) }
    }
    guard let status else { throw Failure(description: complaint) }
    return status
  }

  /// The peers of the node behind `path`, those that are away last.
  package static func peers(socket path: String) throws(Failure) -> [NodeStatus.Peer] {
    let answer = try ask(ControlRequest("peers"), socket: path)
    var peers: [NodeStatus.Peer] = []
    try read(answer, path) { root in
      for peer in root.array("result")?.elements ?? [] {
        peers.append(NodeStatus.Peer(reading: peer))
      }
    }
    return peers
  }

  /// The memories that a `recall` finds, a line each.
  package static func memories(_ request: ControlRequest, socket path: String) throws(Failure)
    -> String
  {
    let answer = try ask(request, socket: path)
    var lines = ""
    var complaint: String?
    try read(answer, path) { root in
      complaint = root.string("error")
      for memory in root.array("result")?.elements ?? [] {
        lines += "\(memory.string("source") ?? ""): \(memory.string("content") ?? "")"
        for tag in memory.array("tags")?.elements ?? [] { lines += " #\(tag.string ?? "")" }
        lines += "\n"
      }
    }
    if let complaint { throw Failure(description: complaint) }
    // What others wrote must not steer this terminal.
    return String(
      decoding: lines.utf8.map { $0 < 32 && $0 != 10 || $0 == 127 ? 63 : $0 }, as: UTF8.self)
  }

  private static func read(_ answer: [UInt8], _ path: String, _ body: (JSONValue) -> Void)
    throws(Failure)
  {
    do throws(JSONFailure) {
      try JSONDocument.read(answer, limits: limits, body)
    } catch {
      throw Failure(description: "\(path): \(error)")
    }
  }

  /// The text of `result`, which the node writes as the last member of its answer.
  private static func member(_ answer: [UInt8]) -> ArraySlice<UInt8> {
    let name = Array("\"result\":".utf8)
    var start = 0
    while start + name.count < answer.count {
      if answer[start..<(start + name.count)].elementsEqual(name) {
        return answer[(start + name.count)...].dropLast()
      }
      start += 1
    }
    return []
  }
}
