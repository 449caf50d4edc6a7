// SPDX-License-Identifier: Apache-2.0

/// A key and the number of messages it has sealed or opened.
///
/// Source: Noise rev. 34 §5.1.
struct CipherState: Sendable {
  private var key: Key32?
  private(set) var nonce: UInt64

  /// - Parameters:
  ///   - key: `nil` lets everything pass in the clear, as before the first key agreement.
  ///   - nonce: Where counting starts; other than 0 only to test what happens at the end.
  init(key: Key32? = nil, nonce: UInt64 = 0) {
    (self.key, self.nonce) = (key, nonce)
  }

  var hasKey: Bool { key != nil }

  mutating func encrypt(_ plain: [UInt8], header: [UInt8] = []) throws(NoiseError) -> [UInt8] {
    guard let key else { return plain }
    guard nonce != .max else { throw .nonceExhausted }
    var sealed = [UInt8](repeating: 0, count: plain.count + ChaChaPoly.tagCount)
    let counter = nonce
    plain.withUnsafeBytes { plain in
      header.withUnsafeBytes { header in
        sealed.withUnsafeMutableBytes { sealed in
          ChaChaPoly.seal(plain, header: header, into: sealed, key: key, counter: counter)
        }
      }
    }
    nonce += 1
    return sealed
  }

  mutating func decrypt(_ sealed: [UInt8], header: [UInt8] = []) throws(NoiseError) -> [UInt8] {
    guard let key else { return sealed }
    guard nonce != .max else { throw .nonceExhausted }
    guard sealed.count >= ChaChaPoly.tagCount else {
      throw .truncated(expected: ChaChaPoly.tagCount, found: sealed.count)
    }
    var plain = [UInt8](repeating: 0, count: sealed.count - ChaChaPoly.tagCount)
    let counter = nonce
    let isAuthentic = sealed.withUnsafeBytes { sealed in
      header.withUnsafeBytes { header in
        plain.withUnsafeMutableBytes { plain in
          ChaChaPoly.open(sealed, header: header, into: plain, key: key, counter: counter)
        }
      }
    }
    guard isAuthentic else { throw .authentication }
    nonce += 1
    return plain
  }

  /// Replaces the key by the first 32 bytes of 32 zeros sealed under the last nonce.
  ///
  /// The nonce goes on counting. Source: Noise rev. 34 §4.2 and §11.3.
  mutating func rekey() {
    guard let key else { return }
    let zeros = [UInt8](repeating: 0, count: Key32.count)
    var sealed = [UInt8](repeating: 0, count: Key32.count + ChaChaPoly.tagCount)
    zeros.withUnsafeBytes { zeros in
      sealed.withUnsafeMutableBytes { sealed in
        ChaChaPoly.seal(
          zeros, header: UnsafeRawBufferPointer(start: nil, count: 0), into: sealed, key: key,
          counter: .max)
      }
    }
    self.key = Key32(sealed[..<Key32.count])
  }
}
