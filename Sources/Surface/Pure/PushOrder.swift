// SPDX-License-Identifier: Apache-2.0
internal import MMP

/// One notification that the node wants sent.
package struct PushOrder: Equatable {
  /// What its outcome is reported under.
  package let number: Int64
  package let token: String
  package let isSandbox: Bool
  package let from: String
  package let fromName: String
  package let reason: String

  /// Seconds for which the service may keep trying to deliver it.
  package static let lifetime: Int64 = 3600

  /// Nil for what the node would not send; a token goes into a path, so it is letters, digits and
  /// `-_:.` only.
  package init?(_ body: [UInt8]) {
    let limits = JSONLimits(textBytes: 4096, arenaBytes: 32 << 10)
    do throws(JSONFailure) {
      guard let order = try JSONDocument.read(body, limits: limits, { PushOrder($0) }) else {
        return nil
      }
      self = order
    } catch { return nil }
  }

  private init?(_ root: JSONValue) {
    guard let number = root.int("number"), let token = root.string("token"), !token.isEmpty,
      token.utf8.allSatisfy({ Self.isPlain($0) })
    else { return nil }
    (self.number, self.token) = (number, token)
    isSandbox = root.string("environment") == "sandbox"
    from = root.string("from") ?? ""
    fromName = root.string("fromName") ?? ""
    reason = root.string("reason") ?? ""
  }

  static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case 48...57, 65...90, 97...122, 45, 46, 58, 95: true
    default: false
    }
  }

  /// The notification for Apple: one without sound or text, that starts the application.
  package var apnsBody: [UInt8] {
    var writer = JSONWriter()
    writer.object { body in
      body.object("aps") { $0.field("content-available", 1) }
      signal(&body)
    }
    return writer.bytes
  }

  /// The message for Google: data only, for the application to take.
  package var fcmBody: [UInt8] {
    var writer = JSONWriter()
    writer.object { body in
      body.object("message") { message in
        message.field("token", token)
        message.object("data") { signal(&$0) }
        message.object("android") { android in
          android.field("priority", "high")
          android.field("ttl", "\(Self.lifetime)s")
        }
      }
    }
    return writer.bytes
  }

  /// The `wake` frame.
  private func signal(_ object: inout JSONWriter) {
    object.field("type", "wake")
    object.field("from", from)
    object.field("fromName", fromName)
    object.field("reason", reason)
  }
}
