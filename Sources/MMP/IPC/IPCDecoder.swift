// SPDX-License-Identifier: Apache-2.0

/// Takes what a local application sends apart into JSON texts, in either of two framings.
///
/// The first byte tells which: 0 begins the length of a frame, as over TCP (a length below
/// 16 MiB), anything else a line, as the daemon of the nodes in the field reads them.
package struct IPCDecoder: Sendable {
  package enum Framing: Sendable { case lines, frames }

  /// Bytes of a text before its sender has registered.
  package static let strangersLimit = JSONLimits.beforeHandshake.textBytes
  /// Bytes of a text of a registered virtual node.
  package static let memberLimit = 65_536

  /// Known from the first byte on.
  package private(set) var framing: Framing?
  /// Longest text followed, in bytes.
  package var limit = strangersLimit

  private var buffer: [UInt8] = []
  private var readIndex = 0
  /// Up to here no line's end was found.
  private var searched = 0
  private var failure: FramingFailure?

  /// Memory kept between texts.
  private static let keptBytes = 4096

  package init() {}

  /// Bytes now held: less than one text and what was appended last.
  package var heldBytes: Int { buffer.count - readIndex }

  package mutating func append(_ bytes: UnsafeRawBufferPointer) {
    guard failure == nil, !bytes.isEmpty else { return }
    if framing == nil { framing = bytes[0] == 0 ? .frames : .lines }
    buffer.append(contentsOf: bytes)
  }

  /// Hands the next text to `body`, which copies what is to stay; false until more bytes come.
  ///
  /// - Throws: `FramingFailure` when the stream cannot be followed; close it.
  package mutating func next(_ body: (UnsafeRawBufferPointer) -> Void) throws(FramingFailure)
    -> Bool
  {
    if let failure { throw failure }
    guard let (start, end) = framing == .frames ? try frame() : try line() else {
      compact()
      return false
    }
    buffer.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[start..<end])) }
    readIndex = framing == .frames ? end : end + 1
    searched = readIndex
    return true
  }

  private mutating func line() throws(FramingFailure) -> (Int, Int)? {
    searched = max(searched, readIndex)
    while searched < buffer.count, buffer[searched] != 10 { searched += 1 }
    let length = searched - readIndex
    guard length <= limit else { throw fail(.tooLong(bytes: length, limit: limit)) }
    return searched < buffer.count ? (readIndex, searched) : nil
  }

  private mutating func frame() throws(FramingFailure) -> (Int, Int)? {
    guard heldBytes >= 4 else { return nil }
    // An Int of 32 bits would hold large lengths as negative ones.
    var announced: UInt32 = 0
    for index in readIndex..<readIndex + 4 { announced = announced << 8 | UInt32(buffer[index]) }
    let length = Int(clamping: announced)
    guard length > 0 else { throw fail(.empty) }
    guard length <= limit else { throw fail(.tooLong(bytes: length, limit: limit)) }
    let start = readIndex + 4
    return buffer.count - start >= length ? (start, start + length) : nil
  }

  private mutating func fail(_ found: FramingFailure) -> FramingFailure {
    (failure, buffer, readIndex, searched) = (found, [], 0, 0)
    return found
  }

  private mutating func compact() {
    guard readIndex > 0 else { return }
    if buffer.capacity > Self.keptBytes, heldBytes <= Self.keptBytes {
      buffer = Array(buffer[readIndex...])
    } else {
      buffer.removeFirst(readIndex)
    }
    searched -= readIndex
    readIndex = 0
  }
}

extension IPCDecoder.Framing {
  /// A JSON object as it is sent in this framing.
  package func text(_ body: (inout JSONWriter) -> Void) -> [UInt8] {
    var writer = JSONWriter(after: self == .frames ? [0, 0, 0, 0] : [])
    writer.object(body)
    var bytes = writer.bytes
    guard self == .frames else { return bytes + [10] }
    for index in 0..<4 {
      bytes[index] = UInt8(truncatingIfNeeded: (bytes.count - 4) >> (24 - 8 * index))
    }
    return bytes
  }
}
