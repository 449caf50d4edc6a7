// SPDX-License-Identifier: Apache-2.0

/// Something one node says to another, or to all; no coupling is asked for (MMP 0.2.0, layer 2).
package struct Message: Equatable, Sendable {
  /// The sender as it names itself; who really sent it is known from the connection.
  package var from: String
  package var fromName: String
  package var content: String
  /// When it was said, milliseconds of the Unix epoch.
  package var timestamp: Int64
  /// The one virtual node it is meant for; nil for whom it concerns.
  package var toName: String?

  package init(
    from: String, fromName: String, content: String, timestamp: Int64, toName: String? = nil
  ) {
    (self.from, self.fromName) = (from, fromName)
    (self.content, self.timestamp, self.toName) = (content, timestamp, toName)
  }

  func write(_ frame: inout JSONWriter) {
    frame.field("from", from)
    frame.field("fromName", fromName)
    frame.field("content", content)
    frame.field("timestamp", timestamp)
    if let toName { frame.field("toName", toName) }
  }

  init(reading frame: JSONValue) throws(FrameFailure) {
    content = try frame.text("content", of: "message")
    from = frame.string("from") ?? ""
    fromName = frame.string("fromName") ?? ""
    timestamp = frame.timestamp("timestamp")
    toName = frame.string("toName")
  }
}
