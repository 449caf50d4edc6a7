// SPDX-License-Identifier: Apache-2.0
import Foundation
import Memory
import Testing

@testable import Cognition

@Suite struct StateEncoderTests {
  private static let encoder = StateEncoder(.standard)

  private func state(
    _ places: [(Int, ChannelSummary)] = [], _ texts: [String] = [], steps: Int = 40
  ) throws -> CognitiveState {
    var encoder = try #require(Self.encoder)
    for (place, summary) in places { encoder.set(summary, place: place) }
    var text = [Float](repeating: 0, count: 128)
    for one in texts {
      for (index, value) in TextEncoder.encode(one, buckets: 128).enumerated() {
        text[index] += value / Float(texts.count).squareRoot()
      }
    }
    for _ in 0..<steps { encoder.step(text: text) }
    return CognitiveState(h1: encoder.h1, h2: encoder.h2, confidence: 1)
  }

  /// Numbers of an independent computation in double precision.
  @Test func threeInferences() throws {
    let summary = ChannelSummary(cosine: 0.6, sine: 0.8, quality: 0.5, trend: -0.25)
    let got = try state([(1, summary)], ["boiler room temperature 61C rising"], steps: 3)
    let first: [Float] = [
      -0.003756, -0.039292, 0.045928, 0.018836, 0.021587, 0.016945, 0.078238, 0.033088,
    ]
    #expect(close(Array(got.h1[..<8]), first))
    #expect(close(Double(got.h1.reduce(0, +)), -0.17899588))
    #expect(close(Double(got.h2.reduce(0, +)), -0.35177702))
  }

  @Test func emptyMemoryIsNoState() throws {
    let empty = try state()
    #expect(!empty.isKnown)
    #expect(Drift.kuramoto.between(empty, empty) == nil)
  }

  @Test func itStandsStillUnderTheSameMemory() throws {
    let (before, after) = (
      try state([], ["pump runs hot"], steps: 40), try state([], ["pump runs hot"], steps: 41)
    )
    #expect(close(before.h1, after.h1) && close(before.h2, after.h2))
  }

  /// The less two memories have in common the further their states are apart.
  @Test func driftFollowsWhatIsCommon() throws {
    let texts = [
      "the pump in the boiler room is hot and vibrates", "user prefers acoustic guitar at dawn",
      "debugging session failed with a null pointer", "kitchen light was left on",
      "water level in tank three is low", "the server room door opened at night",
      "motor bearings of the mill are worn", "heating turned off for the weekend",
    ]
    let mine = try state([], Array(texts[..<4]))
    var drifts: [Double] = []
    for common in [4, 3, 2, 0] {
      let other = try state([], Array(texts[(4 - common)..<(8 - common)]))
      drifts.append(try #require(Drift.kuramoto.between(mine, other)))
    }
    #expect(drifts == drifts.sorted())
    let rule = CouplingRule.kuramoto
    let couplings = drifts.map { rule.coupling($0) }
    #expect(couplings[0] == .aligned && couplings[1] == .aligned)
    #expect(couplings[2] != .aligned && couplings[3] == .rejected)
  }

  /// Median over many environments: equal but for noise, and unrelated.
  @Test func channelsOfOneEnvironmentAgree() throws {
    var random = Random(seed: 9)
    func environment() -> [(Int, ChannelSummary)] {
      (0..<4).filter { _ in random.uniform() < 0.6 }.map { place in
        let angle = Float.pi * Float(random.sym())
        return (
          place,
          ChannelSummary(
            cosine: cos(angle), sine: sin(angle),
            quality: Float(0.5 + random.uniform() / 2), trend: Float(random.sym() / 2))
        )
      }
    }
    func noisy(_ places: [(Int, ChannelSummary)]) -> [(Int, ChannelSummary)] {
      places.map { place, summary in
        var summary = summary
        summary.cosine += 0.1 * Float(random.sym())
        summary.sine += 0.1 * Float(random.sym())
        summary.quality += 0.1 * Float(random.sym())
        return (place, summary)
      }
    }
    var (same, other): ([Double], [Double]) = ([], [])
    while same.count < 60 {
      let (one, two) = (environment(), environment())
      guard !one.isEmpty, !two.isEmpty else { continue }
      let mine = try state(one)
      same.append(try #require(Drift.kuramoto.between(mine, try state(noisy(one)))))
      other.append(try #require(Drift.kuramoto.between(mine, try state(two))))
    }
    #expect(same.sorted()[30] < 0.1)
    #expect(other.sorted()[30] > 0.7)
    #expect(other.filter { $0 < 0.5 }.count < 12)
  }

  @Test func otherShapesAreNotTaken() {
    let one = CellShape(input: 16, hidden: 64, units: 32)
    let values = [Float](repeating: 0, count: one.count)
    #expect(StateEncoder(EncoderWeights(cells: [one], values: values, tau: nil, hash: [])) == nil)
    let wide = CellShape(input: 17, hidden: 64, units: 32)
    let second = CellShape(input: 64, hidden: 64, units: 32)
    #expect(
      StateEncoder(EncoderWeights(cells: [wide, second], values: values, tau: nil, hash: []))
        == nil)
  }
}
