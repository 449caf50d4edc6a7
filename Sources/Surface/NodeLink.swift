// SPDX-License-Identifier: Apache-2.0
internal import MMP
internal import Runtime

/// The stream to the node: a line of JSON for everything, in both directions.
///
/// Values are dropped, and counted, while the node does not read; what ends or begins is not.
final class NodeLink {
  /// A payload of 1 MiB may come when others wait.
  static let queueLimit = 2 << 20
  /// Bytes waiting for the node beyond which values are dropped.
  static let valueLimit = 32_768

  private let stream: ByteStream
  private var line: [UInt8] = []
  private(set) var dropped = 0

  /// Calls `onLine` for each line, `onEnd` once when the node has gone or speaks nonsense.
  init(
    _ stream: ByteStream, onLine: @escaping (NodeLine) -> Void, onEnd: @escaping () -> Void
  ) {
    self.stream = stream
    stream.onBytes = { bytes in
      for byte in bytes {
        guard byte == 10 else {
          self.line.append(byte)
          continue
        }
        guard let line = NodeLine(self.line) else { return onEnd() }
        self.line.removeAll(keepingCapacity: true)
        onLine(line)
      }
      if self.line.count > NodeLine.longest { onEnd() }
    }
    stream.onClose = { _ in onEnd() }
    stream.start()
  }

  func ready(_ endpoint: UInt32, _ what: String) {
    send(endpoint) { $0.field("ready", what) }
  }

  func failed(_ endpoint: UInt32, _ reason: String) {
    send(endpoint) { $0.field("failed", String(decoding: reason.utf8.prefix(300), as: UTF8.self)) }
  }

  func sent(_ endpoint: UInt32, dropped: Int) {
    send(endpoint) { $0.field("sent", dropped) }
  }

  /// What became of a notification: `sent`, `gone` (its token is of no more use) or `failed`.
  func pushed(_ endpoint: UInt32, _ order: PushOrder, _ outcome: String, _ reason: String) {
    send(endpoint) { line in
      line.field("pushed", order.number)
      line.field("outcome", outcome)
      line.field("reason", String(decoding: reason.utf8.prefix(300), as: UTF8.self))
    }
  }

  /// False when the value was dropped.
  @discardableResult
  func value(_ endpoint: UInt32, _ value: InputValue) -> Bool {
    guard hasRoom else { return false }
    switch value {
    case .number(let number): send(endpoint) { $0.field("value", number) }
    case .phasor(let re, let im, let coherence):
      send(endpoint) { line in
        line.field("re", re)
        line.field("im", im)
        line.field("coherence", coherence)
      }
    }
    return true
  }

  func token(_ endpoint: UInt32, position: Int64, logprob: Double) {
    guard hasRoom else { return }
    send(endpoint) { line in
      line.field("position", position)
      line.field("logprob", orNull: logprob)
    }
  }

  /// What happens at a relay.
  func relay(_ endpoint: UInt32, _ what: StaticString, _ fields: (inout JSONWriter) -> Void) {
    send(endpoint) { line in
      line.field("relay", what.description)
      fields(&line)
    }
  }

  /// Bytes waiting for the node beyond which payloads of a relay are dropped.
  static let payloadLimit = 131_072

  /// A payload of a relay, in parts; false when it was dropped.
  func payload(_ endpoint: UInt32, from node: String, _ bytes: [UInt8]) -> Bool {
    guard stream.queuedBytes < Self.payloadLimit else {
      dropped += 1
      return false
    }
    var rest = bytes[...]
    repeat {
      let part = rest.prefix(12 << 10)
      rest = rest.dropFirst(part.count)
      relay(endpoint, "payload") { line in
        line.field("node", node)
        line.field("body", ByteText.base64url(Array(part)))
        line.field("more", !rest.isEmpty)
      }
    } while !rest.isEmpty
    return true
  }

  private var hasRoom: Bool {
    if stream.queuedBytes < Self.valueLimit { return true }
    dropped += 1
    return false
  }

  private func send(_ endpoint: UInt32, _ fields: (inout JSONWriter) -> Void) {
    var writer = JSONWriter()
    writer.object { line in
      line.field("endpoint", Int64(endpoint))
      fields(&line)
    }
    stream.send(writer.bytes + [10])
  }
}
