// SPDX-License-Identifier: Apache-2.0

/// What `taumesh invite` prints and a new node reads: mesh id and secret, safe to type.
///
/// `taumesh1:MESH-ID:SECRET:CHECK`, with the secret as 43 characters of base64url and the check
/// as 8 hexadecimal digits, the first 4 bytes of BLAKE2b-128 of all before its colon. Whoever has
/// it is a member of the mesh.
package struct JoinString: Equatable, Sendable {
  package let meshID: String
  package let secret: Key32

  private static let version = "taumesh1"
  private static let maximumCount = 128

  /// - Returns: `nil` when `meshID` is not a valid mesh id.
  package init?(meshID: String, secret: Key32) {
    guard MeshKey.isValid(meshID: meshID) else { return nil }
    (self.meshID, self.secret) = (meshID, secret)
  }

  /// Reads what `text` prints; blanks around it are ignored.
  package init(_ text: String) throws(JoinStringError) {
    let characters = trimmed(text)
    guard characters.count <= Self.maximumCount else { throw .tooLong(characters.count) }
    let parts = characters.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    guard parts.count == 4 else { throw .parts(parts.count) }
    let version = String(decoding: parts[0], as: UTF8.self)
    guard version == Self.version else { throw .unknownVersion(version) }
    let body = characters[..<parts[2].endIndex]
    guard Self.check(of: [UInt8](body)).utf8.elementsEqual(parts[3]) else { throw .checksum }
    guard let bytes = ByteText.bytes(base64: parts[2], count: Key32.count),
      let secret = Key32(bytes)
    else { throw .secret }
    let meshID = String(decoding: parts[1], as: UTF8.self)
    guard MeshKey.isValid(meshID: meshID) else { throw .meshID(meshID) }
    (self.meshID, self.secret) = (meshID, secret)
  }

  package var text: String {
    let body = "\(Self.version):\(meshID):\(ByteText.base64url(secret.bytes))"
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
      "join string of \(count) characters, expected at most 128"
    case .parts(let count):
      "join string has \(count) parts between colons, expected 4: taumesh1:MESH:SECRET:CHECK"
    case .unknownVersion(let version):
      "join string begins with '\(version)', expected 'taumesh1'"
    case .checksum:
      "join string has a typing error: its check digits do not match"
    case .secret:
      "join string holds no secret of 32 bytes"
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
