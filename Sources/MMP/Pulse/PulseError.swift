// SPDX-License-Identifier: Apache-2.0

/// Why a datagram is refused or cannot be made; nothing of it has any effect.
package enum PulseError: Error, Equatable, Sendable, CustomStringConvertible {
  package enum Field: Equatable, Sendable {
    case time
    case phasor
    case bandwidth
    case decisionTau
  }

  /// Not the one length that its kind has, or too short for a header.
  case length(Int)
  case version(UInt8)
  case kind(UInt8)
  /// No such session here: closed, of an earlier start, or guessed.
  case unknownSession(SessionID)
  /// The tag does not match: another sender, another session, or a changed byte.
  case authentication
  /// This counter was accepted before.
  case replayed(UInt64)
  /// More than the window behind the newest counter, so that a replay could not be told.
  case tooOld(UInt64)
  /// Authentic, but a value that cannot be meant.
  case value(Field)
  /// 2^64 − 1 datagrams were sealed: the session needs a new handshake.
  case counterExhausted
  /// The caller's buffer is shorter than the datagram.
  case room(expected: Int, found: Int)

  package var description: String {
    switch self {
    case .length(let count): "datagram of \(count) bytes, expected 37, 53 or 81 by its kind"
    case .version(let version): "datagram of version \(version), expected 1"
    case .kind(let kind): "datagram of kind \(kind), expected 1 to 3"
    case .unknownSession(let session): "unknown \(session)"
    case .authentication: "datagram with a wrong tag"
    case .replayed(let counter): "datagram \(counter) seen before"
    case .tooOld(let counter): "datagram \(counter) is older than the replay window"
    case .value(let field): "datagram with an impossible \(field)"
    case .counterExhausted: "session has sealed all the datagrams it may"
    case .room(let expected, let found): "buffer of \(found) bytes, expected \(expected)"
    }
  }
}

extension PulseError.Field: CustomStringConvertible {
  package var description: String {
    switch self {
    case .time: "time"
    case .phasor: "phasor"
    case .bandwidth: "bandwidth"
    case .decisionTau: "decision time"
    }
  }
}
