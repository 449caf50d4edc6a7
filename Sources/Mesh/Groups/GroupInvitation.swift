// SPDX-License-Identifier: Apache-2.0
internal import MMP

/// The line with which another node joins a group: what its members agree on, safe to type.
///
/// `taugroup1:` and base64url of: id (16 bytes), end in milliseconds of the Unix epoch (8, big
/// endian, 0 for none), flags (1: hidden, 2: LAN only), length and bytes of the label, of the
/// token, and the first 4 bytes of BLAKE2b-128 of all before, prefix included. Whoever has it is
/// admitted to the group.
package enum GroupInvitation {
  package static let prefix = "taugroup1:"
  /// Longest line read, characters.
  package static let maximumCount = 384

  package enum Failure: Error, Equatable, CustomStringConvertible {
    case tooLong(Int)
    case otherKind
    case damaged
    case content
    case expired(Int64)

    package var description: String {
      switch self {
      case .tooLong(let count):
        "group line of \(count) characters, expected at most \(GroupInvitation.maximumCount)"
      case .otherKind: "expected a group's line, which begins with taugroup1:, or a group's id"
      case .damaged: "the group's line has a typing error or is cut short: its check does not match"
      case .content: "the group's line holds what this version cannot read"
      case .expired(let time): "the group ended at \(UTCTime.text(time))"
      }
    }
  }

  /// The line for `group`.
  package static func text(of group: MeshGroup) -> String {
    let (label, token) = (Array((group.label ?? "").utf8), Array((group.token ?? "").utf8))
    var bytes = group.id.bytes
    let end = UInt64(bitPattern: group.expiresAt ?? 0)
    for shift in stride(from: UInt64(56), through: 0, by: -8) {
      bytes.append(UInt8(truncatingIfNeeded: end >> shift))
    }
    bytes.append((group.isHidden ? 1 : 0) | (group.isLANOnly ? 2 : 0))
    bytes.append(UInt8(label.count))
    bytes += label
    bytes.append(UInt8(token.count))
    bytes += token
    return prefix + ByteText.base64url(bytes + check(of: bytes[...]))
  }

  /// Reads what `text` prints, with blanks around it; refuses a group that has ended at `wall`,
  /// milliseconds of the Unix epoch.
  package static func group(_ text: String, wall: Int64) throws(Failure) -> MeshGroup {
    var characters = Array(text.utf8)[...]
    while let first = characters.first, first <= 0x20 { characters.removeFirst() }
    while let last = characters.last, last <= 0x20 { characters.removeLast() }
    guard characters.count <= maximumCount else { throw .tooLong(characters.count) }
    if let id = GroupID(String(decoding: characters, as: UTF8.self)) { return MeshGroup(id: id) }
    guard characters.starts(with: prefix.utf8) else { throw .otherKind }
    let line = characters.dropFirst(prefix.utf8.count)
    // One text for one group: digits that decoding passes over would make two of it.
    guard let bytes = ByteText.bytes(base64: line), bytes.count >= 4,
      ByteText.base64url(bytes).utf8.elementsEqual(line),
      check(of: bytes.dropLast(4)).elementsEqual(bytes.suffix(4))
    else { throw .damaged }
    guard let group = read(bytes.dropLast(4)) else { throw .content }
    if let end = group.expiresAt, group.isExpired(at: wall) { throw .expired(end) }
    return group
  }

  private static func read(_ bytes: ArraySlice<UInt8>) -> MeshGroup? {
    guard bytes.count >= 27, let id = GroupID(bytes: Array(bytes.prefix(16))) else { return nil }
    var group = MeshGroup(id: id)
    let end = bytes[16..<24].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard end <= UInt64(Int64.max) else { return nil }
    group.expiresAt = end == 0 ? nil : Int64(end)
    guard bytes[24] & ~3 == 0 else { return nil }
    (group.isHidden, group.isLANOnly) = (bytes[24] & 1 != 0, bytes[24] & 2 != 0)
    var rest = bytes[25...]
    guard let label = text(&rest), let token = text(&rest), rest.isEmpty else { return nil }
    guard label.isEmpty || MeshGroup.isValid(label: label),
      token.isEmpty || MeshGroup.isValid(token: token)
    else { return nil }
    group.label = label.isEmpty ? nil : label
    group.token = token.isEmpty ? nil : token
    return group
  }

  private static func text(_ rest: inout ArraySlice<UInt8>) -> String? {
    guard let length = rest.popFirst(), Int(length) <= rest.count else { return nil }
    let bytes = rest.prefix(Int(length))
    rest = rest.dropFirst(Int(length))
    let text = String(decoding: bytes, as: UTF8.self)
    return text.utf8.elementsEqual(bytes) ? text : nil
  }

  private static func check(of bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    Blake2b.digest(Array(prefix.utf8) + bytes, count: 16).prefix(4)
  }
}
