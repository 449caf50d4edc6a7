// SPDX-License-Identifier: Apache-2.0
internal import MMP

/// The identifier of a mesh group: a UUID, of version 4 where it is made here.
///
/// Source: Mesh Group 0.1.0 §3 and §13.
package struct GroupID: Hashable, Comparable, Sendable, CustomStringConvertible {
  private let uuid: NodeID

  /// A new one from 16 random bytes; six of their bits become version and variant.
  ///
  /// - Returns: `nil` for another number of bytes.
  package init?(random bytes: [UInt8]) {
    var bytes = bytes
    guard bytes.count == NodeID.count else { return nil }
    bytes[6] = bytes[6] & 0x0F | 0x40
    bytes[8] = bytes[8] & 0x3F | 0x80
    self.init(bytes: bytes)
  }

  /// - Returns: `nil` unless there are 16 bytes; any version is taken, since others choose theirs.
  package init?(bytes: [UInt8]) {
    guard let uuid = NodeID(bytes: bytes) else { return nil }
    self.uuid = uuid
  }

  /// Reads 8-4-4-4-12 hexadecimal digits of any case.
  package init?(_ text: String) {
    guard let uuid = NodeID(text) else { return nil }
    self.uuid = uuid
  }

  package var bytes: [UInt8] { uuid.bytes }

  package var description: String { uuid.description }

  package static func < (left: Self, right: Self) -> Bool { left.uuid < right.uuid }
}
