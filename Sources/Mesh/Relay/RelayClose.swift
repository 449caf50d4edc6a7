// SPDX-License-Identifier: Apache-2.0

/// Why a relay ends a connection: the codes of its WebSocket close frame.
///
/// Source: sym-relay 0.1.2, as observed.
package enum RelayClose: Int, Sendable {
  /// No `relay-auth` in time.
  case authenticationTimeout = 4001
  /// Another message than `relay-auth`, or one without nodeId or name.
  case badAuthentication = 4002
  case badToken = 4003
  /// The same node has connected again.
  case replaced = 4004
  /// No answer to a ping.
  case heartbeat = 4005
  /// The same node is connected already, and only just.
  case tooYoung = 4006
  /// The client does not read what it is sent (RFC 6455 §7.4.1: policy).
  case slow = 1008
  /// More clients than the relay serves (RFC 6455 registry: try again later).
  case full = 1013

  package var reason: StaticString {
    switch self {
    case .authenticationTimeout: "Authentication timeout"
    case .badAuthentication: "Missing nodeId or name"
    case .badToken: "Invalid token"
    case .replaced: "Replaced by new connection"
    case .heartbeat: "Heartbeat timeout"
    case .tooYoung: "Already connected"
    case .slow: "Too slow"
    case .full: "Too many connections"
    }
  }
}
