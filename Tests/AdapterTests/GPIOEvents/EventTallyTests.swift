// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Devices
@testable import Inputs
@testable import PhaseSpace

@Suite struct EventTallyTests {
  private static let second: Int64 = 1_000_000_000

  @Test func stampsAreTheKernelsWhateverTheDelay() {
    var tally = EventTally(EventSettings(frequency: 10))
    for index in 1...100 {
      let stamp = Int64(index) * Self.second / 10
      let late = Int64(index % 7) * 9_000_000
      tally.take(.init(time: stamp, isRising: true, sequence: UInt32(index)), at: stamp + late)
    }
    let reading = tally.encoder.reading(at: 10 * Self.second + Self.second / 40)
    #expect((reading.phasor - Phasor(cycles: 0.25)).magnitude < 1e-6)
    #expect(reading.quality > 0.99)
    #expect(tally.lost == 0)
    #expect(tally.latency.count == 100)
    #expect(tally.latency.longest == 54_000_000)
    #expect((27_000_000...33_000_000).contains(tally.latency.percentile(0.5)))
  }

  /// Edges the kernel had no room for are counted, and the rhythm begins anew.
  @Test func gapsInTheNumbersAreLostEdges() {
    var tally = EventTally(EventSettings(frequency: 10))
    var sequence: UInt32 = 100
    for index in 1...20 {
      sequence &+= index == 11 ? 4 : 1
      let stamp = Int64(index) * Self.second / 10
      tally.take(.init(time: stamp, isRising: true, sequence: sequence), at: stamp)
      if index == 11 { #expect(tally.encoder.reading(at: stamp).quality == 0) }
    }
    #expect(tally.lost == 3)
    #expect(tally.encoder.events == 20)
    // Another opening numbers from 1 again.
    let before = tally.lost
    tally.reopen()
    tally.take(.init(time: 9 * Self.second, isRising: true, sequence: 1), at: 9 * Self.second)
    tally.take(.init(time: 10 * Self.second, isRising: true, sequence: 2), at: 10 * Self.second)
    #expect(tally.lost == before)
  }

  @Test func stampsOfAnotherClockAreNotUsed() {
    var tally = EventTally(EventSettings(frequency: 1))
    let wall: Int64 = 1_790_000_000 * Self.second
    for index in 1...20 {
      let now = Int64(index) * Self.second
      tally.take(.init(time: wall + now, isRising: true), at: now)
    }
    #expect(tally.encoder.reading(at: 20 * Self.second).quality > 0.85)
    #expect(tally.latency.count == 0)
  }

  @Test func percentilesAreWithinAClass() {
    var record = LatencyRecord()
    #expect(record.percentile(0.5) == 0)
    for microsecond in 1...10_000 { record.take(Int64(microsecond) * 1000) }
    for share in [0.01, 0.1, 0.5, 0.9, 0.99, 1] {
      let (got, want) = (Double(record.percentile(share)), share * 10_000_000)
      #expect(got >= want * 0.999 && got <= want * 1.26, "\(share): \(got)")
    }
    #expect(record.longest == 10_000_000)
    record.take(-5)
    record.take(.max)
    #expect(record.longest == .max)
    #expect(record.percentile(0) >= 0)
  }
}
