// SPDX-License-Identifier: Apache-2.0

/// One structured memory (layer L1): what one node holds to be worth telling others.
package struct MemoryEntry: Equatable, Sendable {
  /// Names the entry in the whole mesh, 1 to 128 bytes: `mem_…`, or the key of a memory block.
  package var key: String
  /// 1 to `longestContent` bytes.
  package var content: String
  /// Name of the node it comes from.
  package var source: String
  package var tags: [String]
  /// When its author made it, milliseconds since 1970; as the author says.
  package var timestamp: Int64
  /// Made here, not received.
  package var isOwn: Bool

  package static let longestContent = 4096
  package static let longestKey = 128
  package static let longestName = 64
  package static let mostTags = 32

  package init(
    key: String, content: String, source: String, tags: [String] = [], timestamp: Int64,
    isOwn: Bool
  ) {
    (self.key, self.content, self.source) = (key, content, source)
    (self.tags, self.timestamp, self.isOwn) = (tags, timestamp, isOwn)
  }

  /// What is wrong with it, in words for the user; nil where nothing is.
  package var complaint: StaticString? {
    guard (1...Self.longestKey).contains(key.utf8.count) else {
      return "expected a key of 1 to 128 bytes"
    }
    guard (1...Self.longestContent).contains(content.utf8.count) else {
      return "expected a content of 1 to 4096 bytes"
    }
    guard source.utf8.count <= Self.longestName, tags.count <= Self.mostTags else {
      return "expected a source of at most 64 bytes and at most 32 tags"
    }
    for tag in tags where !(1...Self.longestName).contains(tag.utf8.count) {
      return "expected tags of 1 to 64 bytes"
    }
    return nil
  }

  /// Bytes it counts for in the store.
  package var bytes: Int {
    var bytes = key.utf8.count + content.utf8.count + source.utf8.count
    for tag in tags { bytes += tag.utf8.count }
    return bytes
  }

  /// Whether all `words`, of bytes in lower case, are found in its content, tags or source.
  func matches(_ words: [[UInt8]]) -> Bool {
    for word in words where !Self.contains(content, word) && !Self.contains(source, word) {
      guard tags.contains(where: { Self.contains($0, word) }) else { return false }
    }
    return true
  }

  /// Letters of ASCII are found in either case; the bytes of all others as they are.
  private static func contains(_ text: String, _ word: [UInt8]) -> Bool {
    let text = lowercased(text)
    guard word.count <= text.count else { return false }
    for start in 0...(text.count - word.count)
    where text[start..<(start + word.count)].elementsEqual(word) { return true }
    return false
  }

  static func lowercased(_ text: String) -> [UInt8] {
    text.utf8.map { (65...90).contains($0) ? $0 + 32 : $0 }
  }
}
