// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import PhaseSpace

@Suite struct AudioClockTests {
  /// A card 87 ppm fast whose timestamps are late by up to 2 ms.
  @Test(arguments: [87.0, -100.0])
  func aDriftingJitterySourceIsFollowed(skew: Double) {
    var clock = AudioClock(nominalRate: 48_000)
    var random = SplitMix64(seed: 9)
    let period = 1e9 / (48_000 * (1 + skew * 1e-6))
    let start: Int64 = 86_400_000_000_000
    var worst = 0.0
    for block in 1...6_000 as ClosedRange<Int64> {
      let frame = block * 480
      let truth = Double(frame) * period
      let late = random.uniform() * 2e6
      clock.update(frame: frame, at: start + Int64(truth + late))
      guard block > 3_000, let time = clock.time(ofFrame: frame) else { continue }
      worst = max(worst, abs(Double(time - start) - truth - 1e6))
    }
    #expect(worst < 250_000, "\(worst) ns where a single stamp is off by up to 1e6")
    #expect(abs(clock.partsPerMillion - skew) < 25, "\(clock.partsPerMillion)")
    #expect(clock.restarts == 0)
    let ahead = clock.time(ofFrame: 6_000 * 480 + 4_800) ?? 0
    #expect(abs((clock.frame(at: ahead) ?? 0) - Double(6_000 * 480 + 4_800)) < 0.01)
  }

  /// After an overrun frames are missing: the loop starts again there and keeps the rate.
  @Test func anOverrunRestartsTheLoop() {
    var clock = AudioClock(nominalRate: 16_000)
    #expect(clock.time(ofFrame: 0) == nil)
    for block in 0..<500 as Range<Int64> {
      clock.update(frame: block * 160, at: block * 10_000_500)
    }
    let learnt = clock.rate
    clock.update(frame: 500 * 160, at: 500 * 10_000_500 + 70_000_000)
    #expect(clock.restarts == 1)
    #expect(clock.rate == learnt)
    let restarted: Int64 = 500 * 10_000_500 + 70_000_000
    #expect(clock.time(ofFrame: 80_000) == restarted)
    clock.update(frame: 500 * 160, at: 1)
    #expect(clock.restarts == 1)
  }

  @Test func noCrystalIsTakenToBeOffByMoreThanATenthOfAPercent() {
    var clock = AudioClock(nominalRate: 16_000)
    for block in 0..<3_000 as Range<Int64> {
      clock.update(frame: block * 160, at: block * 10_090_000)
    }
    #expect(abs(clock.partsPerMillion) < 1_002)
  }
}
