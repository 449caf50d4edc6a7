// SPDX-License-Identifier: Apache-2.0
import PhaseSpace
import Testing

@testable import NodeCore

/// A trace reads back exactly, and its replay computes what the estimator does.
struct TraceTests {
  @Test func everyEventReadsBackExactly() {
    let sample = PhaseSample(
      time: 123_456_789_012_345, phasor: Phasor(re: 0.1, im: -1.0 / 3), quality: 0.7,
      frequency: 49.999_999)
    let events: [TraceEvent] = [
      .channel(frequency: 50.000001), .join(slot: 3, bandwidth: 4.88, requiredTau: 5),
      .leave(slot: 3), .sample(slot: 1, sample, staleAfter: 600_000_000), .tick(987_654_321),
    ]
    for event in events {
      #expect(TraceEvent(Array(event.line.utf8.dropLast())[...]) == event)
    }
  }

  @Test(arguments: [
    "", "tick", "tick x", "sample 1 2 3", "join -1 2 3", "channel 1 2", "hello 1",
  ])
  func refusesWhatIsNoEvent(_ line: String) {
    #expect(TraceEvent(Array(line.utf8)[...]) == nil)
  }

  @Test func replayGivesTheEstimatorsState() throws {
    var trace = "# two nodes on one 50 Hz hum\nchannel 50.0\njoin 0 4.88 2.0\njoin 1 4.88 2.0\n"
    var estimator = ChannelEstimator(settings: ChannelSettings(frequency: 50), capacity: 4)
    estimator.join(slot: 0, bandwidth: 4.88, requiredTau: 2)
    estimator.join(slot: 1, bandwidth: 4.88, requiredTau: 2)
    for step in 1...200 {
      let now = Int64(step) * 50_000_000
      for slot in 0...1 {
        let phasor =
          CarrierPhase.phasor(nanoseconds: now, frequency: 50) * Phasor(angle: Double(slot))
        let sample = PhaseSample(time: now, phasor: phasor, quality: 1, frequency: 50)
        trace += TraceEvent.sample(slot: slot, sample, staleAfter: 1_000_000_000).line
        estimator.observe(slot: slot, sample, weight: 1, staleAfterNanoseconds: 1_000_000_000)
      }
      trace += TraceEvent.tick(now).line
      estimator.tick(at: now)
    }
    let wanted = estimator.state(reference: 0)
    let replayed = try TraceReplay.state(of: Array(trace.utf8))
    #expect(replayed.meanCoherence == wanted.meanCoherence)
    // The search for λ_max starts where the last one ended: equal to rounding, not to the bit.
    #expect(abs(try #require(replayed.lockingIndex) - wanted.lockingIndex) < 1e-9)
    #expect(replayed.n == 2)
  }

  @Test func namesTheLineThatIsWrong() {
    #expect(throws: TraceReplay.Failure.self) {
      try TraceReplay.state(of: Array("tick 1\n".utf8))
    }
    do {
      _ = try TraceReplay.state(of: Array("channel 50\ntick 1\nnonsense\n".utf8))
      Issue.record("accepted")
    } catch { #expect("\(error)" == "line 3: not an event of a trace") }
  }
}
