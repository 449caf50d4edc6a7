// SPDX-License-Identifier: Apache-2.0

/// The phase of a steady carrier at a time of the monotonic clock.
package enum CarrierPhase {
  /// The turns a carrier of `frequency` hertz has made `nanoseconds` after zero, modulo one.
  ///
  /// The result is within (−1, 1) and good to 1e-9 turns for ten years of uptime at 20 kHz. A plain
  /// product would be wrong by 1e-3 there: so whole seconds meet the whole hertz as integers (no
  /// fraction), the top 24 bits of the fractional hertz exactly, and the rest as a small number.
  package static func cycles(nanoseconds: Int64, frequency: Double) -> Double {
    let (seconds, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
    let whole = Double(seconds)
    let fraction = frequency - frequency.rounded(.towardZero)
    let high = (fraction * 16_777_216).rounded(.towardZero) / 16_777_216
    let low = fraction - high
    let turns =
      drop(whole * high) + drop(whole * low) + drop(Double(rest) * 1e-9 * frequency)
    return drop(turns)
  }

  /// The unit phasor of the carrier at that time.
  package static func phasor(nanoseconds: Int64, frequency: Double) -> Phasor {
    Phasor(cycles: cycles(nanoseconds: nanoseconds, frequency: frequency))
  }

  /// `phasor` brought forward by `seconds` (backward if negative) as it turns at `frequency`.
  package static func advance(_ phasor: Phasor, frequency: Double, seconds: Double) -> Phasor {
    phasor * Phasor(cycles: drop(frequency * seconds))
  }

  private static func drop(_ turns: Double) -> Double { turns - turns.rounded(.towardZero) }
}
