// SPDX-License-Identifier: Apache-2.0

/// What one sealed datagram carries.
package enum PulseMessage: Equatable, Sendable {
  case pulse(Pulse)
  case ping(ClockPing)
  case ack(ClockAck)

  /// The low four bits of the first byte on the wire.
  package enum Kind: UInt8, Sendable {
    case pulse = 1
    case ping = 2
    case ack = 3

    /// Bytes of the body.
    package var bodyCount: Int {
      switch self {
      case .pulse: Pulse.count
      case .ping: ClockPing.count
      case .ack: ClockAck.count
      }
    }
  }

  package var kind: Kind {
    switch self {
    case .pulse: .pulse
    case .ping: .ping
    case .ack: .ack
    }
  }

  var fault: PulseError? {
    switch self {
    case .pulse(let pulse): pulse.fault
    case .ping(let ping): ping.fault
    case .ack(let ack): ack.fault
    }
  }
}
