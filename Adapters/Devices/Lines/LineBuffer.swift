// SPDX-License-Identifier: Apache-2.0

/// Bytes as they come, cut into lines of at most 256 bytes.
///
/// Lines end with a line feed; a carriage return before it and blanks at either end belong to
/// neither. Empty lines are passed over. A longer line is dropped whole and counted. No call
/// allocates.
package struct LineBuffer {
  /// The longest line, in bytes, without its end.
  package static let longest = 256

  /// Lines that were too long.
  package private(set) var overlong: Int64 = 0
  private var bytes = [UInt8](repeating: 0, count: LineBuffer.longest)
  private var count = 0
  private var isDropping = false

  package init() {}

  /// Drops what has come of an unfinished line, and the rest of it where `isInside` says that the
  /// next byte may be in the middle of one.
  package mutating func restart(isInside: Bool) {
    count = 0
    isDropping = isInside
  }

  /// Takes bytes in and hands each whole line to `body`; its bytes are valid during the call.
  package mutating func take(
    _ input: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> Void
  ) {
    for byte in input {
      guard byte != 10 else {
        end(body)
        continue
      }
      guard !isDropping else { continue }
      guard count < Self.longest else {
        overlong += 1
        isDropping = true
        continue
      }
      bytes[count] = byte
      count += 1
    }
  }

  /// What has come is a whole line: there was its end, or there is nothing more.
  package mutating func end(_ body: (UnsafeRawBufferPointer) -> Void) {
    defer { restart(isInside: false) }
    guard !isDropping else { return }
    var (from, to) = (0, count)
    while from < to, Self.isBlank(bytes[from]) { from += 1 }
    while to > from, Self.isBlank(bytes[to - 1]) { to -= 1 }
    guard from < to else { return }
    bytes.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[from..<to])) }
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 || byte == 13 }
}
