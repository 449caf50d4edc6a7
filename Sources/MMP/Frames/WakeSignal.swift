// SPDX-License-Identifier: Apache-2.0

/// Why a node is being woken; travels in the push notification, or as a frame (MMP 0.2.0).
package struct WakeSignal: Equatable, Sendable {
  package var from: String
  package var fromName: String
  package var reason: String

  package init(from: String, fromName: String, reason: String) {
    (self.from, self.fromName, self.reason) = (from, fromName, reason)
  }

  package func write(_ frame: inout JSONWriter) {
    frame.field("from", from)
    frame.field("fromName", fromName)
    frame.field("reason", reason)
  }

  init(reading frame: JSONValue) throws(FrameFailure) {
    reason = try frame.text("reason", of: "wake")
    from = frame.string("from") ?? ""
    fromName = frame.string("fromName") ?? ""
  }
}
