// SPDX-License-Identifier: Apache-2.0
import Inputs
import Testing

@Suite struct FrameRateTests {
  @Test func `Frames missing in the count are lost, and count for the rate`() throws {
    var rate = FrameRate()
    for frame in 0..<100 where frame % 10 != 3 {
      rate.take(sequence: UInt32(frame), at: Int64(frame) * 40_000_000)
    }
    #expect(rate.lost == 10)
    #expect(abs(try #require(rate.measured) - 25) < 0.01)
  }

  @Test func `The count wraps around, and starts anew, without frames being lost`() {
    var rate = FrameRate()
    rate.take(sequence: UInt32.max, at: 0)
    rate.take(sequence: 0, at: 1)
    #expect(rate.lost == 0)
    rate.take(sequence: 5_000_000, at: 2)
    rate.take(sequence: 0, at: 3)
    #expect(rate.lost == 0)
  }

  @Test func `A slow camera is measured over eight frames`() throws {
    var rate = FrameRate()
    for frame in 0..<8 { rate.take(sequence: UInt32(frame), at: Int64(frame) * 1_000_000_000) }
    #expect(rate.measured == nil)
    rate.take(sequence: 8, at: 8_000_000_000)
    #expect(rate.measured == 1)
  }
}
