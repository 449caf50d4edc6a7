// SPDX-License-Identifier: Apache-2.0

/// What `taumesh invite` prints and a new node reads: mesh id and secret, safe to type.
///
/// `taumesh1:MESH-ID:SECRET:CHECK`, with the secret as 43 characters of base64url and the check
/// as 8 hexadecimal digits, the first 4 bytes of BLAKE2b-128 of all before its colon. With an
/// owner or an end it is `taumesh2:MESH-ID:SECRET:OWNER:END:CHECK`: the owner's public key as 43
/// characters or nothing, and the second of the Unix epoch from which on it is refused, 0 for
/// never. Whoever has it is a member of the mesh until the secret is replaced.
package struct JoinString: Equatable, Sendable {
  package let meshID: String
  package let secret: Key32
  /// Whose word counts in the mesh.
  package let owner: Key32?
  /// From when on it is refused, seconds of the Unix epoch; 0 for never.
  package let end: UInt64

  private static let maximumCount = 192

  /// - Returns: `nil` when `meshID` is not a valid mesh id.
  package init?(meshID: String, secret: Key32, owner: Key32? = nil, end: UInt64 = 0) {
    guard MeshKey.isValid(meshID: meshID) else { return nil }
    (self.meshID, self.secret, self.owner, self.end) = (meshID, secret, owner, end)
  }

  /// Reads what `text` prints; blanks around it are ignored.
  package init(_ text: String) throws(JoinStringError) {
    let characters = trimmed(text)
    guard characters.count <= Self.maximumCount else { throw .tooLong(characters.count) }
    let parts = characters.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    let version = String(decoding: parts[0], as: UTF8.self)
    guard parts.count == 4 || parts.count == 6 else { throw .parts(parts.count) }
    guard version == (parts.count == 4 ? "taumesh1" : "taumesh2") else {
      throw .unknownVersion(version)
    }
    let body = characters[..<parts[parts.count - 2].endIndex]
    guard Self.check(of: [UInt8](body)).utf8.elementsEqual(parts[parts.count - 1]) else {
      throw .checksum
    }
    guard let secret = Self.key(parts[2]) else { throw .secret }
    let meshID = String(decoding: parts[1], as: UTF8.self)
    guard MeshKey.isValid(meshID: meshID) else { throw .meshID(meshID) }
    (self.meshID, self.secret) = (meshID, secret)
    guard parts.count == 6 else {
      (owner, end) = (nil, 0)
      return
    }
    guard parts[3].isEmpty || Self.key(parts[3]) != nil,
      let end = UInt64(String(decoding: parts[4], as: UTF8.self))
    else { throw .secret }
    (owner, self.end) = (Self.key(parts[3]), end)
  }

  private static func key(_ text: ArraySlice<UInt8>) -> Key32? {
    ByteText.bytes(base64: text, count: Key32.count).flatMap { Key32($0) }
  }

  package var text: String {
    let isPlain = owner == nil && end == 0
    var body = "\(isPlain ? "taumesh1" : "taumesh2"):\(meshID):\(ByteText.base64url(secret.bytes))"
    if !isPlain { body += ":\(owner.map { ByteText.base64url($0.bytes) } ?? ""):\(end)" }
    return "\(body):\(Self.check(of: [UInt8](body.utf8)))"
  }

  private static func check(of body: [UInt8]) -> String {
    ByteText.hex([UInt8](Blake2b.digest(body, count: 16).prefix(4)))
  }
}

/// Why a text is not a join string.
///
/// No case carries any part of the secret.
package enum JoinStringError: Error, Equatable, Sendable, CustomStringConvertible {
  case tooLong(Int)
  case parts(Int)
  case unknownVersion(String)
  case checksum
  case secret
  case meshID(String)

  package var description: String {
    switch self {
    case .tooLong(let count):
      "join string of \(count) characters, expected at most 192"
    case .parts(let count):
      "join string has \(count) parts between colons, expected 4 or 6: taumesh1:MESH:SECRET:CHECK"
    case .unknownVersion(let version):
      "join string begins with '\(version)', expected 'taumesh1' or 'taumesh2'"
    case .checksum:
      "join string has a typing error: its check digits do not match"
    case .secret:
      "join string holds no secret of 32 bytes, or no owner or end"
    case .meshID(let id):
      "join string has mesh id '\(id)', expected 1 to 32 of a-z A-Z 0-9 . _ -"
    }
  }
}

/// The secret of a mesh as it is kept in a file or configuration.
package enum MeshSecret {
  /// Reads 64 hexadecimal digits or 43 characters of base64 (padding and either alphabet
  /// allowed), with blanks around them.
  ///
  /// - Returns: `nil` for anything else. A join string is read by `JoinString`.
  package static func parse(_ text: String) -> Key32? {
    let characters = trimmed(text)
    guard characters.count <= 64 else { return nil }
    let bytes =
      ByteText.bytes(hex: characters, count: Key32.count)
      ?? ByteText.bytes(base64: characters, count: Key32.count)
    return bytes.flatMap { Key32($0) }
  }

  /// The form `parse` reads and `taumesh init` writes: 64 hexadecimal digits.
  package static func text(of secret: Key32) -> String { ByteText.hex(secret.bytes) }
}

/// The characters of `text` without blanks and line ends at both ends.
private func trimmed(_ text: String) -> ArraySlice<UInt8> {
  var characters = [UInt8](text.utf8)[...]
  while let first = characters.first, first <= UInt8(ascii: " ") { characters.removeFirst() }
  while let last = characters.last, last <= UInt8(ascii: " ") { characters.removeLast() }
  return characters
}
