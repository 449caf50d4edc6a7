// SPDX-License-Identifier: Apache-2.0

/// Why a Noise operation could not be done; the state it came from is then of no more use.
enum NoiseError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A message ends before the field that is read now.
  case truncated(expected: Int, found: Int)
  /// The tag does not match: another key, another history, or a changed byte.
  case authentication
  /// The peer sent a public key of low order.
  case lowOrderKey
  /// 2^64 − 1 messages were sent under one key.
  case nonceExhausted
  /// The call does not fit the pattern: not our turn, or the handshake is over.
  case outOfTurn

  var description: String {
    switch self {
    case .truncated(let expected, let found):
      "message of \(found) bytes, expected \(expected) or more"
    case .authentication: "authentication failed"
    case .lowOrderKey: "public key of low order"
    case .nonceExhausted: "nonces used up"
    case .outOfTurn: "handshake message out of turn"
    }
  }
}
