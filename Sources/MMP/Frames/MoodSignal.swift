// SPDX-License-Identifier: Apache-2.0

/// How its sender feels; each receiver decides with the mood threshold whether it cares
/// (MMP 0.2.0 §4.4).
///
/// Never sent to nodes newer than MMP 0.2.0: there the mood travels as a category of a memory
/// block, and a `mood` frame stops a node of version 0.12.1 from sharing for two minutes.
package struct MoodSignal: Equatable, Sendable {
  package var from: String
  package var fromName: String
  package var mood: String
  package var context: String?
  /// Milliseconds of the Unix epoch.
  package var timestamp: Int64

  package init(
    from: String, fromName: String, mood: String, context: String? = nil, timestamp: Int64
  ) {
    (self.from, self.fromName, self.mood) = (from, fromName, mood)
    (self.context, self.timestamp) = (context, timestamp)
  }

  func write(_ frame: inout JSONWriter) {
    frame.field("from", from)
    frame.field("fromName", fromName)
    frame.field("mood", mood)
    if let context { frame.field("context", context) }
    frame.field("timestamp", timestamp)
  }

  init(reading frame: JSONValue) throws(FrameFailure) {
    mood = try frame.text("mood", of: "mood")
    from = frame.string("from") ?? ""
    fromName = frame.string("fromName") ?? ""
    context = frame.string("context")
    timestamp = frame.timestamp("timestamp")
  }
}
