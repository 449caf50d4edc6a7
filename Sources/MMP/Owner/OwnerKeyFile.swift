// SPDX-License-Identifier: Apache-2.0
import CSodium

/// The owner's key as it lies on the owner's machine: sealed with a passphrase.
///
/// ```
/// taumesh-owner 1
/// owner 43 characters of base64url, the Ed25519 public key
/// argon2id PASSES KIBIBYTES SALT
/// sealed NONCE BOX          of XSalsa20-Poly1305, over the 32-byte seed
/// ```
/// Salt, nonce and box are hexadecimal digits; lines end with a line feed, in this order.
package enum OwnerKeyFile {
  /// A longer file is refused unread.
  package static let maximumCount = 1_024
  /// Random bytes that `text` takes: a salt (16) and a nonce (24).
  package static let randomCount = 40

  /// What opening the file once costs, and so each guess at its passphrase.
  package struct Effort: Equatable, Sendable {
    package let passes: UInt32
    package let kibibytes: UInt32

    package init(passes: UInt32, kibibytes: UInt32) {
      (self.passes, self.kibibytes) = (passes, kibibytes)
    }

    /// About a second on a Pi 4; 64 MiB, which a Pi Zero has too.
    package static let usual = Effort(passes: 4, kibibytes: 65_536)
    /// What a file may ask for; more would stop a small board.
    static let highest = Effort(passes: 64, kibibytes: 1_048_576)
  }

  private static let title = "taumesh-owner"

  /// - Parameters:
  ///   - seed: Of the owner's key pair.
  ///   - passphrase: 1 byte or more; what it is worth is for its author to know.
  ///   - random: `randomCount` bytes drawn for this file alone.
  ///   - effort: Of the key derivation.
  /// - Returns: `nil` when there is not memory enough.
  package static func text(
    seed: Key32, passphrase: [UInt8], random: [UInt8], effort: Effort = .usual
  ) -> String? {
    precondition(random.count == randomCount, "a salt and a nonce")
    let (salt, nonce) = ([UInt8](random.prefix(16)), [UInt8](random.suffix(24)))
    guard let key = key(passphrase, salt, effort) else { return nil }
    var box = [UInt8](repeating: 0, count: 48)
    _ = crypto_secretbox_easy(&box, seed.bytes, 32, nonce, key)
    let owner = ByteText.base64url(Identity(seed: seed).publicKey.bytes)
    return "\(title) 1\nowner \(owner)\n"
      + "argon2id \(effort.passes) \(effort.kibibytes) \(ByteText.hex(salt))\n"
      + "sealed \(ByteText.hex(nonce)) \(ByteText.hex(box))\n"
  }

  /// The public key, which needs no passphrase.
  package static func publicKey(in content: [UInt8]) throws(OwnerKeyFileError) -> Key32 {
    guard let owner = key32(try Fields(content).owner) else { throw .damaged(line: 2) }
    return owner
  }

  /// The owner's key pair.
  package static func open(_ content: [UInt8], passphrase: [UInt8]) throws(OwnerKeyFileError)
    -> Identity
  {
    let fields = try Fields(content)
    let (effort, highest) = (fields.effort, Effort.highest)
    guard effort.passes <= highest.passes, effort.kibibytes <= highest.kibibytes else {
      throw .damaged(line: 3)
    }
    guard let key = key(passphrase, fields.salt, effort) else { throw .memory(effort.kibibytes) }
    var seed = [UInt8](repeating: 0, count: 32)
    guard crypto_secretbox_open_easy(&seed, fields.box, 48, fields.nonce, key) == 0,
      let bytes = Key32(seed)
    else { throw .passphrase }
    let owner = Identity(seed: bytes)
    guard owner.publicKey == key32(fields.owner) else { throw .damaged(line: 2) }
    return owner
  }

  private static func key32(_ text: ArraySlice<UInt8>) -> Key32? {
    ByteText.bytes(base64: text, count: Key32.count).flatMap { Key32($0) }
  }

  private static func key(_ passphrase: [UInt8], _ salt: [UInt8], _ effort: Effort) -> [UInt8]? {
    var key = [UInt8](repeating: 0, count: 32)
    let phrase = passphrase.map { CChar(bitPattern: $0) }
    let status = crypto_pwhash_argon2id(
      &key, 32, phrase, UInt64(phrase.count), salt, UInt64(effort.passes),
      Int(effort.kibibytes) * 1024, crypto_pwhash_argon2id_ALG_ARGON2ID13)
    return status == 0 ? key : nil
  }

  private struct Fields {
    let owner: ArraySlice<UInt8>
    let effort: Effort
    let salt: [UInt8]
    let nonce: [UInt8]
    let box: [UInt8]

    init(_ content: [UInt8]) throws(OwnerKeyFileError) {
      guard content.count <= maximumCount else { throw .notOwner }
      let lines = content.split(separator: 10, omittingEmptySubsequences: false)
      guard lines.count == 5, lines[4].isEmpty, lines[0].elementsEqual("\(title) 1".utf8) else {
        throw .notOwner
      }
      owner = try Self.words(lines[1], "owner", 2)[0]
      let derivation = try Self.words(lines[2], "argon2id", 3)
      let sealed = try Self.words(lines[3], "sealed", 4)
      guard derivation.count == 3,
        let passes = UInt32(String(decoding: derivation[0], as: UTF8.self)),
        let kibibytes = UInt32(String(decoding: derivation[1], as: UTF8.self)), passes > 0,
        let salt = ByteText.bytes(hex: derivation[2], count: 16)
      else { throw .damaged(line: 3) }
      guard sealed.count == 2, let nonce = ByteText.bytes(hex: sealed[0], count: 24),
        let box = ByteText.bytes(hex: sealed[1], count: 48)
      else { throw .damaged(line: 4) }
      effort = Effort(passes: passes, kibibytes: kibibytes)
      (self.salt, self.nonce, self.box) = (salt, nonce, box)
    }

    private static func words(_ line: ArraySlice<UInt8>, _ first: StaticString, _ number: Int)
      throws(OwnerKeyFileError) -> [ArraySlice<UInt8>]
    {
      let words = line.split(separator: 32)
      guard words.count > 1, words[0].elementsEqual(first.description.utf8) else {
        throw .damaged(line: number)
      }
      return [ArraySlice<UInt8>](words.dropFirst())
    }
  }
}

/// Why an owner's key file gives no key.
package enum OwnerKeyFileError: Error, Equatable, Sendable, CustomStringConvertible {
  case notOwner
  case damaged(line: Int)
  case passphrase
  case memory(UInt32)

  package var description: String {
    switch self {
    case .notOwner: "not an owner's key file of version 1"
    case .damaged(let line): "owner's key file is damaged in line \(line)"
    case .passphrase: "wrong passphrase, or a damaged owner's key file"
    case .memory(let kibibytes): "opening the owner's key needs \(kibibytes / 1024) MiB of memory"
    }
  }
}
