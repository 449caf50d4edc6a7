// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Memory

@Suite struct MemoryStoreTests {
  private func entry(_ key: String, _ content: String = "pump runs", own: Bool = false)
    -> MemoryEntry
  {
    MemoryEntry(
      key: key, content: content, source: "kitchen", tags: ["Pump"], timestamp: 5, isOwn: own)
  }

  @Test func keyIsStoredOnce() {
    var store = MemoryStore(capacity: 4, byteLimit: 1000)
    #expect(store.store(entry("a")) == .stored)
    #expect(store.store(entry("a", "other words")) == .duplicate)
    #expect(store.entries.map { $0.content } == ["pump runs"])
  }

  @Test func receivedOnesGoFirst() {
    var store = MemoryStore(capacity: 3, byteLimit: 1000)
    _ = store.store(entry("own-1", own: true))
    _ = store.store(entry("a"))
    _ = store.store(entry("own-2", own: true))
    _ = store.store(entry("b"))
    #expect(store.entries.map { $0.key } == ["own-1", "own-2", "b"])
    _ = store.store(entry("own-3", own: true))
    _ = store.store(entry("own-4", own: true))
    #expect(store.entries.map { $0.key } == ["own-2", "own-3", "own-4"])
    #expect(store.evicted == 3)
  }

  @Test func goneIsNotNews() {
    var store = MemoryStore(capacity: 1, byteLimit: 1000)
    _ = store.store(entry("a"))
    _ = store.store(entry("b"))
    #expect(store.store(entry("a")) == .duplicate)
  }

  @Test func bytesAreBounded() {
    let size = entry("00").bytes
    var store = MemoryStore(capacity: 100, byteLimit: 3 * size)
    for number in 10..<60 {
      #expect(store.store(entry("\(number)")) == .stored)
      #expect(store.bytes <= 3 * size)
      #expect(store.bytes == store.entries.reduce(0) { $0 + $1.bytes })
    }
    #expect(store.entries.count == 3)
    #expect(store.store(entry("x", String(repeating: "y", count: 3 * size))) == .refused)
  }

  @Test func keysAreBounded() {
    var store = MemoryStore(capacity: 2, byteLimit: 1000)
    for number in 0..<3000 { #expect(store.store(entry("k\(number)")) == .stored) }
    #expect(store.knows("k2999"))
    #expect(store.knows("k\(3000 - MemoryStore.rememberedKeys)"))
    #expect(!store.knows("k\(2999 - MemoryStore.rememberedKeys)"))
  }

  @Test(arguments: [
    MemoryEntry(key: "", content: "c", source: "s", timestamp: 0, isOwn: true),
    MemoryEntry(
      key: String(repeating: "k", count: 129), content: "c", source: "s", timestamp: 0,
      isOwn: true),
    MemoryEntry(key: "k", content: "", source: "s", timestamp: 0, isOwn: true),
    MemoryEntry(
      key: "k", content: String(repeating: "c", count: 4097), source: "s", timestamp: 0,
      isOwn: true),
    MemoryEntry(
      key: "k", content: "c", source: String(repeating: "s", count: 65), timestamp: 0,
      isOwn: true),
    MemoryEntry(
      key: "k", content: "c", source: "s", tags: [String](repeating: "t", count: 33),
      timestamp: 0, isOwn: true),
    MemoryEntry(key: "k", content: "c", source: "s", tags: [""], timestamp: 0, isOwn: true),
  ])
  func longerThanTheProtocolIsRefused(_ entry: MemoryEntry) {
    var store = MemoryStore(capacity: 4, byteLimit: 100_000)
    #expect(store.store(entry) == .refused)
    #expect(entry.complaint != nil)
  }

  @Test func ownKeysAreKnown() {
    var store = MemoryStore(capacity: 4, byteLimit: 1000)
    _ = store.store(entry("mine", own: true))
    _ = store.store(entry("theirs"))
    #expect(store.isOwn("mine"))
    #expect(!store.isOwn("theirs"))
    #expect(!store.isOwn("else"))
  }

  @Test func recallFindsWords() {
    var store = MemoryStore(capacity: 8, byteLimit: 10_000)
    _ = store.store(entry("1", "Boiler at 61 degrees"))
    _ = store.store(entry("2", "window open"))
    _ = store.store(entry("3", "boiler off, größer"))
    #expect(store.recall("BOILER", limit: 9).map { $0.key } == ["3", "1"])
    #expect(store.recall("boiler 61", limit: 9).map { $0.key } == ["1"])
    #expect(store.recall("pump window", limit: 9).map { $0.key } == ["2"])
    #expect(store.recall("größer kitchen", limit: 9).map { $0.key } == ["3"])
    #expect(store.recall("", limit: 2).map { $0.key } == ["3", "2"])
    #expect(store.recall("nothing", limit: 9).isEmpty)
  }
}
