// SPDX-License-Identifier: Apache-2.0
import CSodium
import Foundation

@testable import MMP

/// libsodium, initialised once for all tests of this target.
enum Sodium {
  static let isReady = sodium_init() >= 0
}

/// 32 bytes counting up from `first`.
func key(_ first: UInt8) -> Key32 {
  precondition(Sodium.isReady)
  return Key32((0..<32).map { first &+ $0 }) ?? .zero
}

/// The bytes of hexadecimal digits; traps on anything else.
func bytes(hex text: String) -> [UInt8] {
  guard let bytes = ByteText.bytes(hex: text.utf8, count: text.utf8.count / 2) else {
    preconditionFailure("not hexadecimal: \(text)")
  }
  return bytes
}

/// The content of `Tests/<path>`.
func testFile(_ path: String, from file: String = #filePath) throws -> Data {
  let tests = URL(fileURLWithPath: file).deletingLastPathComponent().deletingLastPathComponent()
  return try Data(contentsOf: tests.appendingPathComponent(path))
}
