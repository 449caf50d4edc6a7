// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import PhaseSpace

@Suite struct TokenEncoderTests {
  private static let second: Int64 = 1_000_000_000

  @Test func thePositionIsThePhaseAndTheProbabilityTheQuality() {
    var encoder = Self.encoder
    for position in 0..<40 {
      let now = Int64(position) * Self.second / 20
      #expect(encoder.take(position: Int64(position), logprob: log(0.8), at: now) == true)
      let reading = encoder.reading(at: now)
      #expect(close(reading.phasor, Phasor(cycles: Double(position % 16) / 16)))
      #expect(close(reading.quality, 0.8))
      #expect(close(reading.frequency, 20 / 16))
    }
    // Half-way to the next token, and no further than there.
    let last = 39 * Self.second / 20
    let half = encoder.reading(at: last + Self.second / 40).phasor
    #expect(close(half, Phasor(cycles: 39.5 / 16), 1e-6))
    let late = encoder.reading(at: last + Self.second).phasor
    #expect(close(late, Phasor(cycles: 40.0 / 16), 1e-6))
  }

  @Test func aLostTokenShiftsNothing() {
    var encoder = Self.encoder
    for position in 0..<64 where position % 7 != 3 {
      encoder.take(
        position: Int64(position), logprob: -0.1, at: Int64(position) * Self.second / 20)
    }
    let reading = encoder.reading(at: 63 * Self.second / 20)
    #expect(close(reading.phasor, Phasor(cycles: 63.0 / 16)))
    #expect(abs(reading.frequency - 1.25) < 1e-6)
  }

  @Test func whatIsNoProbabilityIsNoConfidence() {
    for logprob in [Double.nan, 0.5, .infinity, -.infinity] {
      var encoder = Self.encoder
      encoder.take(position: 0, logprob: logprob, at: 1)
      #expect(encoder.reading(at: 1).quality == 0)
    }
    var certain = Self.encoder
    certain.take(position: 0, logprob: 0, at: 1)
    #expect(certain.reading(at: 1).quality == 1)
  }

  @Test func aStreamThatPausesHasNoQuality() {
    var encoder = Self.encoder
    encoder.take(position: 5, logprob: -0.1, at: Self.second)
    #expect(encoder.reading(at: 2 * Self.second).quality > 0.9)
    #expect(encoder.reading(at: 5 * Self.second).quality == 0)
    #expect(encoder.take(position: 6, logprob: -0.1, at: Self.second) == false)
    #expect(encoder.noiseBandwidth == encoder.frequency / 8)
  }

  private static var encoder: TokenEncoder {
    TokenEncoder(period: 16, tokensPerSecond: 20, staleAfter: 2 * second)
  }
}
