// SPDX-License-Identifier: Apache-2.0

/// What all nodes of one mesh share: its id and the key that every handshake is mixed with.
///
/// Two meshes of one id but different secrets, or of one secret but different ids, have different
/// keys and cannot complete a handshake with each other.
package struct MeshKey: Equatable, Sendable {
  /// 1…32 characters of `a–z A–Z 0–9 . _ -`: it appears in mDNS records and join strings.
  package static let maximumIDCount = 32

  package let meshID: String
  package let secret: Key32
  /// The `psk` of Noise: BLAKE2b-256 of "taumesh-psk", then id and secret, each behind its
  /// length in one byte.
  package let psk: Key32

  /// - Returns: `nil` when `meshID` is not a valid mesh id.
  package init?(meshID: String, secret: Key32) {
    guard Self.isValid(meshID: meshID) else { return nil }
    let id = [UInt8](meshID.utf8)
    let message =
      [UInt8]("taumesh-psk".utf8) + [UInt8(id.count)] + id
      + [UInt8(Key32.count)] + secret.bytes
    (self.meshID, self.secret) = (meshID, secret)
    psk = Key32(hashed: Blake2b.digest(message, count: Key32.count))
  }

  package static func isValid(meshID: String) -> Bool {
    let id = meshID.utf8
    guard (1...maximumIDCount).contains(id.count) else { return false }
    for character in id where !isAllowed(character) { return false }
    return true
  }

  private static func isAllowed(_ character: UInt8) -> Bool {
    switch character {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
      UInt8(ascii: "-"):
      true
    default: false
    }
  }
}
