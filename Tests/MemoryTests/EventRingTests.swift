// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Memory

@Suite struct EventRingTests {
  @Test func emptyHasNoSummary() {
    #expect(EventRing(capacity: 4).summary == nil)
  }

  @Test func summaryOfSteadyPhase() {
    var ring = EventRing(capacity: 8)
    for _ in 0..<20 { ring.add(.init(re: 0, im: 1, quality: 0.5)) }
    #expect(ring.count == 8)
    #expect(ring.summary == ChannelSummary(cosine: 0, sine: 1, quality: 0.5, trend: 0))
  }

  @Test func trendIsNewerLessOlder() throws {
    var ring = EventRing(capacity: 4)
    // The ring has turned: its oldest reading is not at its start.
    for quality in [Float(0.9), 0.2, 0.2, 0.6, 0.8] {
      ring.add(.init(re: 1, im: 0, quality: quality))
    }
    let summary = try #require(ring.summary)
    #expect(abs(summary.trend - 0.5) < 1e-6)
    #expect(abs(summary.quality - 0.45) < 1e-6)
  }

  @Test func whatIsNoNumberIsLeftOut() {
    var ring = EventRing(capacity: 4)
    for value in [Float.nan, .infinity] {
      ring.add(.init(re: value, im: 0, quality: 1))
      ring.add(.init(re: 0, im: 0, quality: value))
    }
    #expect(ring.count == 0)
  }

  @Test func silenceHasNoPhase() {
    var ring = EventRing(capacity: 4)
    ring.add(.init(re: 1, im: 0, quality: 0))
    #expect(ring.summary == ChannelSummary(cosine: 0, sine: 0, quality: 0, trend: 0))
  }
}
