// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import PhaseSpace

@Suite struct CarrierPhaseTests {
  /// Ten years of nanoseconds times hertz in Double alone is wrong by whole turns; here the answer
  /// is checked against integer arithmetic in micro-hertz.
  @Test func tenYearsOfUptimeKeepTheirFraction() {
    var random = SplitMix64(seed: 10)
    for _ in 0..<200 {
      let nanoseconds = Int64(random.next() % 315_360_000_000_000_000)
      let microhertz = random.next() % 20_000_000_000
      let product = nanoseconds.magnitude.multipliedFullWidth(by: microhertz)
      let (_, rest) = UInt64(1_000_000_000_000_000).dividingFullWidth(
        (product.high % 1_000_000_000_000_000, product.low))
      let exact = Double(rest) / 1e15
      let got = CarrierPhase.cycles(
        nanoseconds: nanoseconds, frequency: Double(microhertz) / 1e6)
      // Micro-hertz are not exact in Double: the frequency itself is off by up to 2e-12 Hz.
      let slack = 1e-9 + Double(nanoseconds) * 1e-9 * (Double(microhertz) / 1e6).ulp
      let difference = got - exact
      #expect(abs(difference - difference.rounded()) < slack)
    }
  }

  @Test func fractionsThatAreExactInBinaryAreExact() {
    let year: Int64 = 31_536_000_000_000_000
    #expect(CarrierPhase.cycles(nanoseconds: 10 * year + 500_000_000, frequency: 50.25) == 0.125)
    #expect(CarrierPhase.cycles(nanoseconds: -1_000_000_000, frequency: 0.25) == -0.25)
  }
}
