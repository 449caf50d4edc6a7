// SPDX-License-Identifier: Apache-2.0

/// One structured memory (layer L1), shared with coupled peers (MMP 0.2.0, layer 2).
package struct MemoryShare: Equatable, Sendable {
  /// Most tags read; further ones are left out.
  package static let mostTags = 32

  /// `mem_…` in the text of the protocol, `memory-<ms>` from nodes in the field.
  package var key: String
  package var content: String
  /// Name of the node that first had it.
  package var source: String
  package var tags: [String]
  /// Milliseconds of the Unix epoch.
  package var timestamp: Int64

  package init(key: String, content: String, source: String, tags: [String], timestamp: Int64) {
    (self.key, self.content, self.source) = (key, content, source)
    (self.tags, self.timestamp) = (tags, timestamp)
  }

  func write(_ frame: inout JSONWriter) {
    frame.field("key", key)
    frame.field("content", content)
    frame.field("source", source)
    frame.array("tags", of: tags)
    frame.field("timestamp", timestamp)
  }

  init(reading frame: JSONValue) throws(FrameFailure) {
    key = try frame.text("key", of: "memory-share")
    guard isName(key) else {
      throw .field("key", of: "memory-share", expected: "a text of 1 to 64 bytes")
    }
    content = try frame.text("content", of: "memory-share")
    source = frame.string("source") ?? ""
    tags = frame.texts("tags", atMost: Self.mostTags)
    timestamp = frame.timestamp("timestamp")
  }
}
