// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Cognition

/// The n-gram encoder; numbers from an independent computation of its rule.
@Suite struct TextEncoderTests {
  private func nonzero(_ text: String, _ buckets: Int) -> [(Int, Float)] {
    TextEncoder.encode(text, buckets: buckets).enumerated().filter { $0.1 != 0 }
      .map { ($0.0, $0.1) }
  }

  private func expect(_ got: [(Int, Float)], _ want: [(Int, Double)]) {
    #expect(got.map { $0.0 } == want.map { $0.0 })
    for (one, other) in zip(got, want) { #expect(close(Double(one.1), other.1)) }
  }

  @Test func wordsTrigramsAndPairs() {
    expect(
      nonzero("The pump, in the BOILER-room!", 64),
      [
        (5, -0.348155), (21, -0.116052), (22, 0.174078), (24, -0.116052), (25, -0.116052),
        (26, 0.290129), (28, -0.116052), (33, -0.174078), (36, -0.696311), (40, -0.116052),
        (45, -0.174078), (51, 0.116052), (54, -0.116052), (56, 0.116052), (57, 0.116052),
        (58, 0.232104), (60, -0.174078), (62, -0.116052),
      ])
  }

  @Test func lettersBeyondASCIIPartWords() {
    expect(
      nonzero("größe 61C", 128),
      [
        (9, 0.291386), (28, 0.388514), (32, -0.388514), (46, 0.194257), (50, -0.194257),
        (55, 0.194257), (74, 0.194257), (108, -0.291386), (111, -0.582772), (116, 0.194257),
      ])
  }

  @Test(arguments: ["", " \n", "—", "日本語"])
  func noWordNoDirection(_ text: String) {
    #expect(nonzero(text, 64).isEmpty)
  }

  @Test func lengthIsOne() {
    for text in ["a", "boiler room", String(repeating: "word ", count: 500)] {
      let square = TextEncoder.encode(text, buckets: 128).reduce(0) { $0 + $1 * $1 }
      #expect(close(Double(square), 1))
    }
  }
}
