// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Guard

private let ms: Int64 = 1_000_000

@Suite struct RampTests {
  @Test func speedChangesNoFasterThanItMay() {
    var ramp = Ramp(slew: 4, reverseAfter: 100 * ms, at: 0)
    ramp.follow(1, at: 0)
    ramp.advance(to: 100 * ms)
    #expect(abs(ramp.value - 0.4) < 1e-9)
    ramp.advance(to: 250 * ms)
    #expect(abs(ramp.value - 1) < 1e-9)
    ramp.advance(to: 900 * ms)
    #expect(ramp.value == 1 && ramp.isSettled)
    ramp.follow(0.5, at: 900 * ms)
    ramp.advance(to: 950 * ms)
    #expect(abs(ramp.value - 0.8) < 1e-9)
  }

  @Test func itRestsBeforeItTurnsRound() {
    var ramp = Ramp(slew: 10, reverseAfter: 100 * ms, at: 0)
    ramp.follow(1, at: 0)
    ramp.advance(to: 100 * ms)
    ramp.follow(-1, at: 100 * ms)
    ramp.advance(to: 200 * ms)
    #expect(abs(ramp.value) < 1e-9)
    ramp.advance(to: 299 * ms)
    #expect(abs(ramp.value) < 1e-9)
    ramp.advance(to: 350 * ms)
    #expect(abs(ramp.value + 0.5) < 1e-6)
    // The same way again needs no rest.
    ramp.stop(at: 350 * ms)
    ramp.follow(-1, at: 360 * ms)
    ramp.advance(to: 370 * ms)
    #expect(abs(ramp.value + 0.1) < 1e-6)
  }

  @Test func oneLongStepIsAsManyShortOnes() {
    for turn in [Int64(30), 130, 333] {
      var (long, short) = (
        Ramp(slew: 7, reverseAfter: 50 * ms, at: 0), Ramp(slew: 7, reverseAfter: 50 * ms, at: 0)
      )
      long.follow(0.8, at: 0)
      short.follow(0.8, at: 0)
      for time in 1...turn { short.advance(to: time * ms) }
      long.follow(-0.6, at: turn * ms)
      short.follow(-0.6, at: turn * ms)
      for time in turn...(turn + 400) { short.advance(to: time * ms) }
      long.advance(to: (turn + 400) * ms)
      #expect(abs(long.value - short.value) < 1e-6)
    }
  }

  @Test func stoppingTakesNoTime() {
    var ramp = Ramp(slew: 1, reverseAfter: 100 * ms, at: 0)
    ramp.follow(-1, at: 0)
    ramp.stop(at: 700 * ms)
    #expect(ramp.value == 0 && ramp.isSettled)
  }
}

@Suite struct SoftwarePWMTests {
  @Test func theShareOfTimeIsTheDuty() {
    var pwm = SoftwarePWM(frequency: 100)
    pwm.set(0.3, at: 5 * ms)
    var (on, time) = (Int64(0), 5 * ms)
    while time < 1005 * ms {
      guard let next = pwm.deadline else { break }
      if pwm.isOn { on += next - time }
      time = next
      pwm.advance(to: time)
    }
    #expect(on == 300 * ms && time == 1005 * ms)
  }

  @Test func aLateWakeUpMovesNoLaterPulse() {
    var pwm = SoftwarePWM(frequency: 100)
    pwm.set(0.5, at: 0)
    pwm.advance(to: 38 * ms)
    #expect(!pwm.isOn && pwm.deadline == 40 * ms)
    pwm.advance(to: 41 * ms)
    #expect(pwm.isOn && pwm.deadline == 45 * ms)
  }

  @Test func allOrNothingHasNoPulses() {
    var pwm = SoftwarePWM(frequency: 100)
    for (duty, isOn) in [
      (0.0, false), (1, true), (0.0001, false), (0.9999, true), (-3, false), (7, true),
    ] {
      pwm.set(duty, at: 3 * ms)
      #expect(pwm.isOn == isOn && pwm.deadline == nil)
    }
    pwm.set(0.5, at: 0)
    pwm.set(0, at: 1 * ms)
    #expect(!pwm.isOn && pwm.deadline == nil)
  }
}
