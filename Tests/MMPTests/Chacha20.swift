// SPDX-License-Identifier: Apache-2.0
import CSodium

@testable import MMP

/// The stream cipher without its tag: what a receiver that does not authenticate would use.
enum Chacha20 {
  static func decrypt(_ sealed: [UInt8], key: Key32, counter: UInt8) -> [UInt8] {
    let nonce = [0, 0, 0, 0, counter] + [UInt8](repeating: 0, count: 7)
    var plain = sealed
    _ = crypto_stream_chacha20_ietf_xor_ic(
      &plain, sealed, UInt64(sealed.count), nonce, 1, key.bytes)
    return plain
  }
}
