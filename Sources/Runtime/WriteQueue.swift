// SPDX-License-Identifier: Apache-2.0

/// Bytes waiting to be written to one connection, at most `limit` of them.
struct WriteQueue {
  let limit: Int
  private var bytes: [UInt8] = []
  private var head = 0

  init(limit: Int) { self.limit = limit }

  var count: Int { bytes.count - head }
  var isEmpty: Bool { count == 0 }

  /// Adds bytes at the end, or nothing at all when they would exceed the limit.
  mutating func append(_ more: UnsafeRawBufferPointer) -> Bool {
    guard count + more.count <= limit else { return false }
    if head > 0, bytes.count + more.count > bytes.capacity {
      bytes.removeFirst(head)
      head = 0
    }
    bytes.append(contentsOf: more)
    return true
  }

  /// Removes `length` written bytes from the front.
  mutating func consume(_ length: Int) {
    head += length
    guard head == bytes.count else { return }
    bytes.removeAll(keepingCapacity: bytes.count <= 16_384)
    head = 0
  }

  func withWaiting<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    bytes.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[head...])) }
  }
}
