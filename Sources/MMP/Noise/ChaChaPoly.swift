// SPDX-License-Identifier: Apache-2.0
import CSodium

/// ChaCha20-Poly1305 with the nonce of Noise: four zero bytes, then a counter.
///
/// The counter is little-endian on the wire of the cipher. Source: RFC 8439; Noise rev. 34 §12.2.
enum ChaChaPoly {
  static let tagCount = 16

  /// Encrypts `plain` into `sealed`, tag last; no allocation, the two may be one memory.
  ///
  /// - Parameters:
  ///   - plain: What is kept secret.
  ///   - header: What is authenticated but readable.
  ///   - sealed: At least 16 bytes longer than `plain`.
  ///   - key: Never used twice with one counter.
  ///   - counter: The nonce.
  static func seal(
    _ plain: UnsafeRawBufferPointer, header: UnsafeRawBufferPointer,
    into sealed: UnsafeMutableRawBufferPointer, key: Key32, counter: UInt64
  ) {
    precondition(sealed.count >= plain.count + tagCount, "no room for the tag")
    let nonce = Nonce(counter: counter)
    withUnsafeBytes(of: nonce) { nonce in
      guard let nonce = bytes(nonce), let output = bytes(sealed) else { return }
      _ = crypto_aead_chacha20poly1305_ietf_encrypt(
        output, nil, bytes(plain), UInt64(plain.count), bytes(header), UInt64(header.count), nil,
        nonce, key.bytes)
    }
  }

  /// Decrypts `sealed` into `plain`; no allocation, the two may be one memory.
  ///
  /// - Parameters:
  ///   - sealed: Ciphertext and tag.
  ///   - header: As it was when sealed.
  ///   - plain: At least as long as `sealed` without its tag; filled only on success.
  ///   - key: That of the sender.
  ///   - counter: The nonce.
  /// - Returns: Whether the tag is right.
  static func open(
    _ sealed: UnsafeRawBufferPointer, header: UnsafeRawBufferPointer,
    into plain: UnsafeMutableRawBufferPointer, key: Key32, counter: UInt64
  ) -> Bool {
    guard sealed.count >= tagCount, plain.count >= sealed.count - tagCount else { return false }
    let nonce = Nonce(counter: counter)
    return withUnsafeBytes(of: nonce) { nonce in
      guard let nonce = bytes(nonce), let input = bytes(sealed) else { return false }
      return crypto_aead_chacha20poly1305_ietf_decrypt(
        bytes(plain), nil, nil, input, UInt64(sealed.count), bytes(header),
        UInt64(header.count), nonce, key.bytes) == 0
    }
  }

  private static func bytes(_ buffer: UnsafeRawBufferPointer) -> UnsafePointer<UInt8>? {
    buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
  }

  private static func bytes(_ buffer: UnsafeMutableRawBufferPointer)
    -> UnsafeMutablePointer<UInt8>?
  {
    buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
  }

  /// The 12 bytes of the nonce, in three words so that no padding lies between them.
  private struct Nonce {
    let zero: UInt32 = 0
    let low: UInt32
    let high: UInt32

    init(counter: UInt64) {
      low = UInt32(truncatingIfNeeded: counter).littleEndian
      high = UInt32(truncatingIfNeeded: counter >> 32).littleEndian
    }
  }
}
