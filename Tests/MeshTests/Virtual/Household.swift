// SPDX-License-Identifier: Apache-2.0
import MMP
import Testing

@testable import Mesh

/// A node with applications, without sockets: what each was sent, and what the node was asked.
final class Household {
  static let nodeID = "0190d3a0-0000-8000-8000-000000000001"
  static let peerID = "0190d3a0-0000-8000-8000-000000000002"

  var virtual: VirtualNodes
  var now: Int64 = 0
  /// Texts sent, by connection.
  private(set) var inbox: [Int: [String]] = [:]
  private(set) var requests: [VirtualRequest] = []
  private(set) var controls: [String] = []
  private(set) var closed: [Int: VirtualNodes.CloseReason] = [:]
  private(set) var held: [Int: Int64] = [:]
  /// Connections that take no bytes.
  var stuck: Set<Int> = []

  init(threshold: Float = 0.25) {
    virtual = VirtualNodes(nodeID: Self.nodeID, nodeName: "kitchen", threshold: threshold)
    virtual.encode = { WordVector.encode($0) }
  }

  func open() -> Int {
    let number = virtual.opened(at: now)
    pump()
    return number
  }

  func open(_ name: String, profile: String? = nil) -> Int {
    let number = open()
    let profile = profile.map { ",\"cognitiveProfile\":\"\($0)\"" } ?? ""
    say(number, "{\"type\":\"register\",\"name\":\"\(name)\"\(profile)}")
    inbox[number] = []
    return number
  }

  func say(_ number: Int, _ text: String) { send(number, Array("\(text)\n".utf8)) }

  func sayFramed(_ number: Int, _ text: String) {
    let length = text.utf8.count
    send(number, [0, 0, UInt8(length >> 8), UInt8(length & 255)] + Array(text.utf8))
  }

  func send(_ number: Int, _ bytes: [UInt8]) {
    bytes.withUnsafeBytes { virtual.received($0, on: number, at: now) }
    pump()
  }

  func hear(_ frame: Frame, event: String = "message") {
    virtual.deliver(frame, event: event, from: Self.peerID, "cellar", at: now)
    pump()
  }

  func hear(_ content: String, toName: String? = nil) {
    hear(
      .message(
        Message(from: "x", fromName: "", content: content, timestamp: 7, toName: toName)))
  }

  func drain(_ number: Int) {
    stuck.remove(number)
    virtual.drained(number, at: now)
    pump()
  }

  func texts(_ number: Int) -> [String] { inbox[number] ?? [] }

  func pump() {
    while let effect = virtual.next(at: now) {
      switch effect {
      case .control(let number, let text):
        controls.append(String(decoding: text, as: UTF8.self))
        virtual.answer(number, Array("ok\n".utf8), at: now)
      case .request(let number, let request):
        requests.append(request)
        let text = virtual.framing(of: number).text {
          VirtualNodes.result(request.kind.text, &$0)
        }
        virtual.answer(number, text, at: now)
      case .send(let number, let bytes):
        inbox[number, default: []].append(String(decoding: bytes, as: UTF8.self))
        if !stuck.contains(number) { virtual.drained(number, at: now) }
      case .hold(let number, let until): held[number] = until
      case .close(let number, let reason): closed[number] = reason
      }
    }
  }
}

/// Texts as directions: one for each first letter of a word.
enum WordVector {
  static func encode(_ text: String) -> [Float] {
    var vector = [Float](repeating: 0, count: 26)
    for word in text.lowercased().split(separator: " ") {
      guard let first = word.utf8.first, (97...122).contains(first) else { continue }
      vector[Int(first) - 97] += 1
    }
    let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return length > 0 ? vector.map { $0 / length } : vector
  }
}
