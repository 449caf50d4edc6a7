// SPDX-License-Identifier: Apache-2.0

/// Takes a byte stream apart into frames, however the bytes are sliced.
///
/// Drain `next()` after each `append`, then memory stays within one frame and one slice.
package struct FrameDecoder: Sendable {
  /// What became of one frame's bytes.
  package enum Item: Equatable, Sendable {
    case frame(Frame)
    /// The frame was complete but means nothing.
    case dropped(FrameFailure)
  }

  /// Frames taken and dropped since the start.
  package private(set) var frames: UInt64 = 0
  package private(set) var dropped: UInt64 = 0

  private let limits: FrameLimits
  private var isTrusted = false
  private var buffer: [UInt8] = []
  private var readIndex = 0
  /// Bytes of a frame too long for the profile that are still to come.
  private var skipping = 0
  private var failure: FramingFailure?

  /// Memory kept between frames; what a larger frame took is given back.
  private static let keptBytes = 4096

  package init(limits: FrameLimits) { self.limits = limits }

  /// Bytes now held.
  package var heldBytes: Int { buffer.count - readIndex }

  /// Lifts the limit of 4 KiB for strangers; call it when the handshake is valid.
  package mutating func trust() { isTrusted = true }

  package mutating func append(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { slice in append(slice) }
  }

  package mutating func append(_ bytes: UnsafeRawBufferPointer) {
    guard failure == nil else { return }
    let skipped = min(skipping, bytes.count)
    skipping -= skipped
    buffer.append(contentsOf: bytes[skipped...])
  }

  /// The next frame, or `nil` until more bytes come.
  ///
  /// - Throws: `FramingFailure` when the stream cannot be followed; close the connection.
  package mutating func next() throws(FramingFailure) -> Item? {
    if let failure { throw failure }
    guard skipping == 0, heldBytes >= 4 else {
      compact()
      return nil
    }
    let length = try checkedLength()
    guard length <= limits.heldBytes else { return skip(length) }
    guard heldBytes >= 4 + length else {
      compact()
      return nil
    }
    let item = decode(from: readIndex + 4, length: length)
    readIndex += 4 + length
    compact()
    return item
  }

  private mutating func checkedLength() throws(FramingFailure) -> Int {
    // An Int of 32 bits would hold large lengths as negative ones.
    var announced: UInt32 = 0
    for index in readIndex..<readIndex + 4 { announced = announced << 8 | UInt32(buffer[index]) }
    let length = Int(clamping: announced)
    let limit = isTrusted ? FrameEncoder.longest : JSONLimits.beforeHandshake.textBytes
    guard length == 0 || length > limit else { return length }
    let found: FramingFailure = length == 0 ? .empty : .tooLong(bytes: length, limit: limit)
    failure = found
    (buffer, readIndex) = ([], 0)
    throw found
  }

  private mutating func skip(_ length: Int) -> Item {
    let present = min(heldBytes, 4 + length)
    readIndex += present
    skipping = 4 + length - present
    compact()
    dropped += 1
    return .dropped(.longerThanProfile(bytes: length, limit: limits.heldBytes))
  }

  private mutating func decode(from start: Int, length: Int) -> Item {
    let json = isTrusted ? limits.json : .beforeHandshake
    let outcome = buffer.withUnsafeBytes { bytes -> Item in
      let text = UnsafeRawBufferPointer(rebasing: bytes[start..<start + length])
      do throws(FrameFailure) { return .frame(try Frame.decode(text, limits: json)) } catch {
        return .dropped(error)
      }
    }
    if case .frame = outcome { frames += 1 } else { dropped += 1 }
    return outcome
  }

  /// Moves what is left to the front once more than half of the buffer has been read.
  private mutating func compact() {
    guard readIndex > 0, readIndex * 2 >= buffer.count else { return }
    let isLarge = buffer.capacity > Self.keptBytes
    if isLarge && heldBytes <= Self.keptBytes {
      buffer = Array(buffer[readIndex...])
    } else {
      buffer.removeFirst(readIndex)
    }
    readIndex = 0
  }
}
