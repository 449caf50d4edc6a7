// SPDX-License-Identifier: Apache-2.0

/// The structured memories of a node (layer L1), bounded in number and in bytes.
///
/// At a bound the oldest received entry goes first, the oldest own one when none is left. A key
/// is stored once: those of the last `rememberedKeys` entries are known even after the entry has
/// gone, so that what was let go does not come back as news.
package struct MemoryStore: Sendable {
  package enum Outcome: Equatable, Sendable {
    case stored
    /// The key is known: a repetition, or this node's own memory coming back.
    case duplicate
    /// Longer than the protocol's fields or the whole store may be.
    case refused
  }

  /// In order of arrival.
  package private(set) var entries: [MemoryEntry] = []
  package private(set) var bytes = 0
  package private(set) var evicted: Int64 = 0

  static let rememberedKeys = 1024

  private let capacity: Int
  private let byteLimit: Int
  /// Hashes of the newest keys, a ring.
  private var keys: [UInt64] = []
  private var nextKey = 0

  /// - Parameters:
  ///   - capacity: Entries held at most.
  ///   - byteLimit: Bytes of text held at most.
  package init(capacity: Int, byteLimit: Int) {
    precondition(capacity > 0 && byteLimit > 0, "a store has room for something")
    (self.capacity, self.byteLimit) = (capacity, byteLimit)
  }

  package mutating func store(_ entry: MemoryEntry) -> Outcome {
    guard entry.complaint == nil, entry.bytes <= byteLimit else { return .refused }
    guard !knows(entry.key) else { return .duplicate }
    while entries.count >= capacity || bytes + entry.bytes > byteLimit { evict() }
    note(Self.hash(entry.key))
    entries.append(entry)
    bytes += entry.bytes
    return .stored
  }

  /// Whether an entry of this key has been stored.
  package func knows(_ key: String) -> Bool { keys.contains(Self.hash(key)) }

  /// Whether `key` names a memory made here: what is made from it is an echo.
  package func isOwn(_ key: String) -> Bool {
    entries.contains { $0.isOwn && $0.key == key }
  }

  /// The newest entries first: those in which every word of `query` is found.
  package func recall(_ query: String, limit: Int) -> [MemoryEntry] {
    let words = MemoryEntry.lowercased(query).split(separator: 32).map { Array($0) }
    var found: [MemoryEntry] = []
    for entry in entries.reversed() where found.count < limit && entry.matches(words) {
      found.append(entry)
    }
    return found
  }

  private mutating func evict() {
    let index = entries.firstIndex { !$0.isOwn } ?? entries.startIndex
    bytes -= entries[index].bytes
    entries.remove(at: index)
    evicted += 1
  }

  private mutating func note(_ hash: UInt64) {
    guard keys.count >= Self.rememberedKeys else { return keys.append(hash) }
    keys[nextKey] = hash
    nextKey = (nextKey + 1) % Self.rememberedKeys
  }

  /// FNV-1a of 64 bits.
  private static func hash(_ key: String) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in key.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return hash
  }
}
