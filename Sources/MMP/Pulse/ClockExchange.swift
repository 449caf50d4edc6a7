// SPDX-License-Identifier: Apache-2.0

/// Asks a peer for its clock; 8 bytes.
package struct ClockPing: Equatable, Sendable {
  package static let count = 8

  /// When it left, in ns of the asker's monotonic clock (t1).
  package var sent: Int64

  package init(sent: Int64) { self.sent = sent }

  var fault: PulseError? { sent < 0 ? .value(.time) : nil }
}

/// The answer to a ping; 24 bytes.
///
/// With its own time of arrival (t4) the asker has all four timestamps.
package struct ClockAck: Equatable, Sendable {
  package static let count = 24

  /// `sent` of the ping, in the asker's clock (t1).
  package var pingSent: Int64
  /// When the ping came in, in ns of the answerer's monotonic clock (t2).
  package var pingReceived: Int64
  /// When this left, in the same clock (t3); not before `pingReceived`.
  package var sent: Int64

  package init(pingSent: Int64, pingReceived: Int64, sent: Int64) {
    self.pingSent = pingSent
    self.pingReceived = pingReceived
    self.sent = sent
  }

  var fault: PulseError? {
    pingSent < 0 || pingReceived < 0 || sent < pingReceived ? .value(.time) : nil
  }
}
