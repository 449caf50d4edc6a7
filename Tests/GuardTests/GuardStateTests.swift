// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Guard

private let ms: Int64 = 1_000_000

/// A guard of one vehicle that was told nothing yet, at time 1 s.
private struct Bench {
  var now: Int64 = 1000 * ms
  var sequence: UInt64 = 0
  var state: GuardState

  init(_ settings: [MotorSettings] = [Bench.wheels]) {
    state = GuardState(settings, at: now)
  }

  static var wheels: MotorSettings {
    var settings = MotorSettings(
      id: "wheels",
      sides: [
        .bridge(
          forward: .line("GPIO17", isActiveLow: false),
          backward: .line("GPIO27", isActiveLow: false), pwm: nil),
        .bridge(
          forward: .line("GPIO22", isActiveLow: false),
          backward: .line("GPIO23", isActiveLow: false), pwm: nil),
      ])
    settings.slew = 1000
    return settings
  }

  var drive: GuardDrive { state.drives[0] }

  @discardableResult
  mutating func send(
    _ first: Double, _ second: Double = 0, life: Int64 = 200, drive: Int = 0, isRest: Bool = false,
    sequence: UInt64? = nil, sent: Int64? = nil
  ) -> Int? {
    self.sequence += 1
    let point = SetPoint(
      drive: drive, sequence: sequence ?? self.sequence, sent: sent ?? now,
      deadline: (sent ?? now) + life * ms, first: first, second: second, isRest: isRest)
    var bytes = [UInt8](repeating: 0, count: SetPoint.bytes)
    return bytes.withUnsafeMutableBytes {
      point.write(to: $0)
      return state.take(UnsafeRawBufferPointer($0), at: now)
    }
  }

  mutating func wait(_ milliseconds: Int64) {
    now += milliseconds * ms
    state.advance(to: now)
  }

  /// Drives forward and lets it get there.
  mutating func run() {
    send(0.5, -0.5)
    wait(5)
  }

  var isNeutral: Bool { drive.first.value == 0 && drive.second.value == 0 && !drive.isLive }
}

@Suite struct GuardStateTests {
  @Test func everythingIsNeutralUntilTold() {
    var bench = Bench()
    #expect(bench.isNeutral && bench.drive.reason == .start)
    #expect(bench.state.deadline(after: bench.now) == nil)
    bench.run()
    #expect(bench.drive.first.value == 0.5 && bench.drive.second.value == -0.5)
    #expect(bench.drive.isLive)
  }

  @Test func twoMissedSetPointsAreNeutralWithinStopAfterOfTheLast() {
    var bench = Bench()
    for _ in 0..<5 {
      bench.send(1, 1)
      bench.wait(80)
      #expect(bench.drive.isLive)
    }
    // The last one was sent 80 ms ago.
    bench.wait(119)
    #expect(bench.drive.isLive)
    let due = bench.state.deadline(after: bench.now)
    #expect(due == bench.now + 1 * ms)
    bench.wait(1)
    #expect(bench.isNeutral && bench.drive.reason == .deadline)
    #expect(bench.drive.count(.deadline) == 1)
    bench.wait(1000)
    #expect(bench.drive.count(.deadline) == 1, "counted once")
  }

  @Test func theNodeCannotAskForMoreTimeThanStopAfter() {
    var bench = Bench()
    bench.send(1, life: 60_000)
    bench.wait(199)
    #expect(bench.drive.isLive)
    bench.wait(1)
    #expect(bench.isNeutral)
    bench.send(1, life: 30)
    bench.wait(30)
    #expect(bench.isNeutral, "but it can ask for less")
  }

  @Test(arguments: [
    Double.nan, .signalingNaN, .infinity, -.infinity, 1.000_000_1, -1.5, .greatestFiniteMagnitude,
  ])
  func aBadValueStopsAtOnce(value: Double) {
    for isFirst in [true, false] {
      var bench = Bench()
      bench.run()
      bench.send(isFirst ? value : 0.5, isFirst ? 0.5 : value)
      #expect(bench.isNeutral && bench.drive.reason == .badValue)
      #expect(bench.drive.count(.badValue) == 1 && bench.drive.refusals == 1)
      bench.run()
      #expect(bench.drive.isLive, "the next good one counts again")
    }
  }

  @Test func oldAndRepeatedRecordsProlongNothing() {
    var bench = Bench()
    bench.run()
    let (copy, sent) = (bench.sequence, bench.now - 5 * ms)
    for _ in 0..<30 {
      bench.wait(5)
      bench.send(1, sequence: copy, sent: sent)
      bench.send(1, sequence: copy - 1)
    }
    #expect(bench.drive.first.value == 0.5, "and change nothing")
    bench.wait(45)
    #expect(bench.isNeutral && bench.drive.reason == .deadline)
    #expect(bench.drive.refusals == 60)
    bench.send(1, sequence: copy)
    #expect(!bench.drive.isLive)
  }

  @Test func whatWaitedTooLongInTheSocketIsNotObeyed() {
    var bench = Bench()
    // The guard was stopped for two seconds; ten records wait.
    let sent = bench.now
    bench.wait(2000)
    for step in 0..<10 { bench.send(1, sent: sent + Int64(step) * 50 * ms) }
    #expect(bench.isNeutral && bench.drive.refusals == 10)
    // A record that is young enough but whose own life is over is late as well.
    bench.send(1, life: 10, sent: bench.now - 10 * ms)
    #expect(bench.isNeutral && bench.drive.refusals == 11)
    bench.send(1, sent: bench.now + 1)
    #expect(bench.isNeutral, "nothing comes from the future")
  }

  @Test func aClosedGateRests() {
    var bench = Bench()
    bench.run()
    bench.send(.nan, isRest: true)
    #expect(bench.isNeutral && bench.drive.reason == .rest && bench.drive.count(.rest) == 1)
  }

  @Test(arguments: [NeutralReason.closed, .terminated, .badRecord])
  func whatConcernsAllStopsAll(reason: NeutralReason) {
    var second = Bench.wheels
    second.id = "arm"
    var bench = Bench([Bench.wheels, second])
    bench.send(1, 1, drive: 0)
    bench.send(1, 1, drive: 1)
    bench.wait(5)
    bench.state.neutralise(reason, at: bench.now)
    for drive in bench.state.drives {
      #expect(!drive.isLive && drive.first.value == 0 && drive.reason == reason)
      #expect(drive.count(reason) == 1)
    }
  }

  @Test func aRecordThatIsNoneOfOursStopsAll() {
    let good: [UInt8] = GuardRecord.header(.setPoint, drive: 0) + Array(repeating: 0, count: 40)
    var foreign = good
    foreign[0] ^= 1
    let records = [
      foreign, Array(good.dropLast()), good + [0], GuardRecord.header(.report, drive: 0), [7],
      GuardRecord.header(.setPoint, drive: 1) + Array(repeating: 0, count: 40),
    ]
    for record in records {
      var bench = Bench()
      bench.run()
      let drive = record.withUnsafeBytes { bench.state.take($0, at: bench.now) }
      #expect(drive == nil && bench.isNeutral && bench.drive.reason == .badRecord)
    }
  }

  @Test func theEmergencyStopHoldsUntilItsSourceHasRested() {
    var bench = Bench()
    bench.run()
    bench.state.pressStop(true, of: 0, at: bench.now)
    #expect(bench.isNeutral && bench.drive.reason == .emergency)
    bench.send(1)
    #expect(bench.isNeutral && bench.drive.refusals == 1)
    bench.state.pressStop(false, of: 0, at: bench.now)
    for _ in 0..<20 {
      bench.wait(50)
      bench.send(1)
      #expect(bench.isNeutral, "a released button starts nothing")
    }
    bench.send(0, isRest: true)
    bench.send(1)
    #expect(bench.drive.isLive, "a source that rested first may begin anew")
  }

  @Test func silenceIsRestAsWell() {
    var bench = Bench()
    bench.state.pressStop(true, of: 0, at: bench.now)
    bench.wait(500)
    bench.send(1)
    #expect(bench.isNeutral, "not while it is pressed")
    bench.send(0, isRest: true)
    bench.send(1)
    #expect(bench.isNeutral, "not while it is pressed")
    bench.state.pressStop(false, of: 0, at: bench.now)
    bench.wait(201)
    bench.send(1)
    #expect(bench.drive.isLive)
  }

  @Test func aFailedDeviceBarsItsOutputAlone() {
    var bench = Bench([Bench.wheels, Bench.wheels])
    bench.run()
    bench.send(1, drive: 1, sequence: 1)
    bench.state.fail(true, 0, at: bench.now)
    #expect(bench.isNeutral && bench.drive.reason == .failed && bench.state.drives[1].isLive)
    bench.send(1)
    #expect(bench.isNeutral)
    bench.state.fail(false, 0, at: bench.now)
    bench.send(1)
    #expect(bench.drive.isLive)
  }

  @Test func deadlinesAreAskedForWhileSomethingMoves() {
    var settings = Bench.wheels
    settings.slew = 4
    var bench = Bench([settings])
    bench.send(1)
    #expect(bench.state.deadline(after: bench.now) == bench.now + 10 * ms)
    bench.wait(100)
    #expect(abs(bench.drive.first.value - 0.4) < 1e-9)
    bench.wait(95)
    #expect(bench.state.deadline(after: bench.now) == bench.now + 5 * ms)
  }
}
