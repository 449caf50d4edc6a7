// SPDX-License-Identifier: Apache-2.0

/// One ping and its answer, stamped at the four ends of its two ways; nanoseconds.
///
/// Source: RFC 5905 §8 (the on-wire protocol of NTP).
package struct ClockExchange: Equatable, Sendable {
  /// When the ping left, own clock.
  package var sent: Int64
  /// When it reached the peer, peer's clock.
  package var peerReceived: Int64
  /// When the answer left, peer's clock.
  package var peerSent: Int64
  /// When the answer came, own clock.
  package var received: Int64

  package init(sent: Int64, peerReceived: Int64, peerSent: Int64, received: Int64) {
    self.sent = sent
    self.peerReceived = peerReceived
    self.peerSent = peerSent
    self.received = received
  }

  /// The clocks' difference and the travel time, or `nil` when the stamps cannot be true.
  ///
  /// Every sum is checked: the peer's stamps are whatever it chose to send.
  package var reading: ClockReading? {
    guard let roundTrip = difference(received, sent), let held = difference(peerSent, peerReceived),
      let outward = difference(peerReceived, sent), let homeward = difference(peerSent, received),
      (0...Self.longestRoundTrip).contains(roundTrip), (0...roundTrip).contains(held),
      abs64(outward) < Int64.max / 4, abs64(homeward) < Int64.max / 4
    else { return nil }
    return ClockReading(
      local: sent + roundTrip / 2, offset: outward + (homeward - outward) / 2,
      delay: roundTrip - held)
  }

  /// A slower answer tells nothing that a faster one would not tell better.
  private static let longestRoundTrip = 2 * Nanoseconds.second

  private func difference(_ left: Int64, _ right: Int64) -> Int64? {
    let (value, overflow) = left.subtractingReportingOverflow(right)
    return overflow ? nil : value
  }

  private func abs64(_ value: Int64) -> Int64 { value == .min ? .max : abs(value) }
}

/// What one exchange says; nanoseconds.
package struct ClockReading: Equatable, Sendable {
  /// Own time in the middle of the exchange.
  package var local: Int64
  /// Peer's clock minus own clock; wrong by at most half the delay.
  package var offset: Int64
  /// Travel time of both ways together.
  package var delay: Int64
}
