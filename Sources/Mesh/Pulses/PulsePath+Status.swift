// SPDX-License-Identifier: Apache-2.0

extension PulsePath {
  /// The clock of the peer in `slot`; `nil` before 8 exchanges.
  package func clock(of slot: Int) -> ClockEstimate? { sessions[slot]?.clock.estimate }

  /// Clock readings taken of the peer in `slot`.
  package func exchanges(of slot: Int) -> Int { sessions[slot]?.clock.exchanges ?? 0 }

  /// A peer whose newest pulse is older than this, nanoseconds, has weight 0.
  package func staleAfter(of slot: Int) -> Int64 {
    sessions[slot]?.staleAfter ?? Staleness.latest
  }

  /// When any authentic datagram of the peer in `slot` last came.
  package func lastHeard(of slot: Int) -> Int64? { sessions[slot]?.lastHeard }

  /// Pulses taken from and sent to the peer in `slot` in its present session.
  package func pulses(of slot: Int) -> (received: UInt64, sent: UInt64) {
    (sessions[slot]?.pulsesIn ?? 0, sessions[slot]?.pulsesOut ?? 0)
  }
}
