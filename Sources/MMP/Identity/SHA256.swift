// SPDX-License-Identifier: Apache-2.0
import CSodium

/// SHA-256 (FIPS 180-4), where a protocol names it.
package enum SHA256 {
  /// The 32 bytes of the digest of `message`.
  package static func digest(_ message: UnsafeRawBufferPointer) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: 32)
    let start = message.baseAddress?.assumingMemoryBound(to: UInt8.self)
    _ = crypto_hash_sha256(&digest, start, UInt64(message.count))
    return digest
  }
}
