// SPDX-License-Identifier: Apache-2.0
internal import CMath

/// A language model's stream of tokens as a phase: θ = 2π·frac(position/period), quality the
/// model's confidence.
///
/// The confidence is the probability of the token that was chosen, e^{logprob}. Positions are
/// counted by whoever reads the stream, so that a lost token does not shift the phase. Between
/// tokens the phase runs on at the pace of the last few, never past the next one. No call allocates.
package struct TokenEncoder: Sendable {
  /// The share of the newest token in the pace.
  private static let paceShare = 1.0 / 8

  /// Tokens per turn, at least 2.
  package let period: Int
  /// The channel's frequency in hertz: turns per second, roughly.
  package let frequency: Double
  /// After so many nanoseconds without a token there is no quality.
  package let staleAfter: Int64
  private var position: Int64 = 0
  private var confidence = 0.0
  private var last: Int64?
  /// Nanoseconds per token; 0 while unknown.
  private var pace = 0.0

  /// - Parameters:
  ///   - period: Tokens per turn.
  ///   - tokensPerSecond: How fast the model writes, roughly.
  ///   - staleAfter: Nanoseconds after which a stream that pauses has no quality.
  package init(period: Int, tokensPerSecond: Double, staleAfter: Int64) {
    precondition(period >= 2 && tokensPerSecond > 0, "two tokens a turn, a pace above 0")
    self.period = period
    self.staleAfter = staleAfter
    frequency = tokensPerSecond / Double(period)
  }

  /// B in hertz: a turn says nothing new before the next, and pace wanders slowly; f/8.
  package var noiseBandwidth: Double { frequency / 8 }

  /// Takes the token at `position` (0, 1, 2 …) of the stream, which came at `time`.
  ///
  /// `logprob` is the natural logarithm of its probability; what is not a number, or above 0 by
  /// more than rounding, counts as no confidence.
  /// - Returns: False for a token that is refused: not later than the last.
  @discardableResult
  package mutating func take(position: Int64, logprob: Double, at time: Int64) -> Bool {
    if let last {
      guard time > last else { return false }
      let tokens = position - self.position
      if tokens > 0, time - last <= staleAfter {
        let each = Double(time - last) / Double(tokens)
        pace = pace > 0 ? pace + Self.paceShare * (each - pace) : each
      }
    }
    (last, self.position) = (time, max(0, position))
    confidence = logprob.isNaN || logprob > 1e-3 ? 0 : min(1, exp(logprob))
    return true
  }

  /// The phasor, quality and tracked frequency at `now`.
  package func reading(at now: Int64) -> EncoderReading {
    guard let last else {
      return EncoderReading(phasor: .zero, quality: 0, frequency: frequency)
    }
    let ahead = pace > 0 ? min(1, Double(max(0, now - last)) / pace) : 0
    let turns = (Double(position % Int64(period)) + ahead) / Double(period)
    let seen = pace > 0 ? 1e9 / (pace * Double(period)) : frequency
    return EncoderReading(
      phasor: Phasor(cycles: turns), quality: now - last > staleAfter ? 0 : confidence,
      frequency: seen)
  }
}
