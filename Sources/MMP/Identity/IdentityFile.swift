// SPDX-License-Identifier: Apache-2.0

/// The text of a key file, and an identity read back from it.
///
/// ```
/// taumesh-identity 1
/// node 3b0c…            the UUID, so that a person can tell files apart
/// seed 64 hexadecimal digits
/// check 16 hexadecimal digits, BLAKE2b-128 of all before, first 8 bytes
/// ```
/// The file of a later key has version 2 and, after the seed, a line `epoch` with its number and
/// 176 hexadecimal digits of certificate. Lines end with a line feed and appear in this order. Reading and writing the file, and its
/// mode 0600, belong to the caller.
package enum IdentityFile {
  /// A longer file is refused unread.
  package static let maximumCount = 1_024

  private static let title = "taumesh-identity"
  package static func text(of identity: Identity) -> String {
    var body = "\(title) \(identity.certificate == nil ? 1 : 2)\n"
    body += "node \(identity.nodeID)\nseed \(hex(identity.seed))\n"
    if let certificate = identity.certificate {
      body += "epoch \(identity.epoch) \(ByteText.hex(certificate.bytes))\n"
    }
    return body + "check \(check(of: [UInt8](body.utf8)))\n"
  }

  package static func identity(from content: [UInt8]) throws(IdentityFileError) -> Identity {
    guard content.count <= maximumCount else { throw .tooLong(content.count) }
    let lines = content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let found = try value(title, in: lines, at: 0)
    guard found == "1" || found == "2" else { throw .unknownVersion(found) }
    let node = try value("node", in: lines, at: 1)
    let digits = try value("seed", in: lines, at: 2)
    let last = found == "1" ? 3 : 4
    let check = try value("check", in: lines, at: last)
    guard lines.count == last + 2, lines[last + 1].isEmpty else {
      throw .line(last + 2, expected: "end of file")
    }
    guard check == Self.check(of: [UInt8](content[..<lines[last].startIndex])) else {
      throw .checksum
    }
    guard let bytes = ByteText.bytes(hex: digits.utf8, count: Key32.count),
      let seed = Key32(bytes)
    else { throw .line(3, expected: "64 hexadecimal digits after 'seed'") }
    let identity =
      last == 3 ? Identity(seed: seed) : try later(seed, try value("epoch", in: lines, at: 3))
    guard identity.nodeID.description == node else { throw .otherNode(node) }
    return identity
  }

  private static func later(_ seed: Key32, _ text: String) throws(IdentityFileError) -> Identity {
    let words = text.utf8.split(separator: 32)
    guard words.count == 2, let epoch = UInt32(String(decoding: [UInt8](words[0]), as: UTF8.self)),
      epoch > 0, let bytes = ByteText.bytes(hex: words[1], count: NodeCertificate.count),
      let certificate = NodeCertificate(bytes: bytes[...])
    else { throw .line(4, expected: "'epoch', a number and 176 hexadecimal digits") }
    return Identity(seed: seed, epoch: epoch, certificate: certificate)
  }

  private static func value(_ word: String, in lines: [ArraySlice<UInt8>], at index: Int)
    throws(IdentityFileError) -> String
  {
    let prefix = [UInt8]("\(word) ".utf8)
    guard index < lines.count, lines[index].starts(with: prefix) else {
      throw .line(index + 1, expected: "'\(word)' and its value")
    }
    return String(decoding: lines[index].dropFirst(prefix.count), as: UTF8.self)
  }

  private static func hex(_ key: Key32) -> String { ByteText.hex(key.bytes) }

  private static func check(of body: [UInt8]) -> String {
    ByteText.hex([UInt8](Blake2b.digest(body, count: 16).prefix(8)))
  }
}

/// Why a key file is not an identity.
///
/// No case carries any part of the secret.
package enum IdentityFileError: Error, Equatable, Sendable, CustomStringConvertible {
  case tooLong(Int)
  case line(Int, expected: String)
  case unknownVersion(String)
  case checksum
  case otherNode(String)

  package var description: String {
    switch self {
    case .tooLong(let count):
      "key file of \(count) bytes, expected at most \(IdentityFile.maximumCount)"
    case .line(let number, let expected):
      "key file line \(number): expected \(expected)"
    case .unknownVersion(let version):
      "key file of version '\(version)', expected 1 or 2: written by a newer taumesh?"
    case .checksum:
      "key file is damaged: its checksum does not match"
    case .otherNode(let node):
      "key file names node '\(node)', which is not the node of its seed"
    }
  }
}
