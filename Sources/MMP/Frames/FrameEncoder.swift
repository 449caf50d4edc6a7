// SPDX-License-Identifier: Apache-2.0

/// Puts frames on the wire: a big-endian 32-bit length, then that many bytes of JSON.
package enum FrameEncoder {
  /// Longest JSON text of a frame, in bytes (MMP 0.2.1 §4.1).
  package static let longest = 1 << 20

  /// The frame as it goes over a stream.
  package static func encode(_ frame: Frame) throws(FramingFailure) -> [UInt8] {
    var writer = JSONWriter(after: [0, 0, 0, 0])
    writer.object { object in frame.write(&object) }
    var bytes = writer.bytes
    let length = bytes.count - 4
    guard length <= longest else { throw .tooLong(bytes: length, limit: longest) }
    for index in 0..<4 {
      bytes[index] = UInt8(truncatingIfNeeded: length >> (24 - 8 * index))
    }
    return bytes
  }
}
