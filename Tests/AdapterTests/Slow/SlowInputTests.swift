// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Devices
@testable import Inputs
@testable import PhaseSpace
@testable import Runtime

@Suite struct SlowInputTests {
  private static let fast: [(String, GivenValue)] = [
    ("every", .one("4ms")), ("timeout", .one("30ms")),
  ]

  @Test func quantitiesAreMeasuredInTheirOrderAndUnits() throws {
    let services = AdapterServices(reactor: try Reactor())
    let input = try SlowInput.made(
      ScriptedDevice(),
      Self.fast + [
        ("measure", .many(["pressure", "temperature"])), ("unit", .many(["°F", "kPa"])),
        ("channel", .one("hall")),
      ])
    #expect(input.channels.map { $0.name } == ["hall-pressure", "hall-temperature"])
    #expect(input.channels.allSatisfy { $0.frequency == 0 && $0.noiseBandwidth > 0 })
    #expect(input.latest(0) == nil)
    input.start(on: services)
    _ = services.reactor.run(atMost: 30_000_000)
    #expect(input.status == .working("scripted"))
    #expect(input.readings.map { $0.name } == ["pressure", "temperature"])
    #expect(input.readings.map { $0.unit } == ["kPa", "°F"])
    #expect(abs(input.readings[0].value - 101.325) < 1e-9)
    #expect(abs(input.readings[1].value - 70.7) < 1e-9)
    #expect(input.counters.blocks > 2)
    #expect((input.latest(1)?.time ?? 0) > 0)
    input.stop()
    #expect(input.status == .stopped)
    let unnamed = try SlowInput.made(ScriptedDevice())
    #expect(
      unnamed.channels.map { $0.name } == ["trend-temperature", "trend-pressure", "trend-humidity"])
  }

  @Test func whatDoesNotFitTheDeviceIsRefused() throws {
    try Self.refuses([("measure", .one("altitude"))], "measure", "is \"altitude\"")
    try Self.refuses([("measure", .many(["humidity", "humidity"]))], "measure", "different ones")
    try Self.refuses(
      [("noise-floor", .many(["1", "2"]))], "noise-floor", "has 2 numbers; expected 3")
    try Self.refuses([("unit", .one("furlong"))], "unit", "expected one of °C, °F, K, hPa")
    try Self.refuses([("every", .one("0.1ms"))], "every", "expected a duration")
  }

  @Test func aDeviceThatNeverAnswersFailsAndComesBack() throws {
    let services = AdapterServices(reactor: try Reactor())
    let device = ScriptedDevice()
    device.script = { $0 == 2 ? nil : .values(SIMD8(repeating: 20)) }
    let input = try SlowInput.made(device, Self.fast + [("measure", .one("temperature"))])
    var told: [String] = []
    input.onStatusChange = { told.append($0.description) }
    input.start(on: services)
    _ = services.reactor.run(atMost: 100_000_000)
    #expect(told == ["working: scripted", "failed: no answer within 0.03 s"])
    #expect(device.closings == 1)
    #expect(device.measurements == 3)
    // What comes too late is no measurement.
    let before = input.counters.blocks
    device.onOutcome?(.values(SIMD8(repeating: 22)))
    #expect(input.counters.blocks == before)
    _ = services.reactor.run(atMost: 600_000_000)
    #expect(told.last == "working: scripted")
    #expect(input.counters.failures == 1)
    input.stop()
  }

  @Test func oneWildValueIsPassedOverAndThreeInARowAreAFailure() throws {
    let services = AdapterServices(reactor: try Reactor())
    let device = ScriptedDevice([.temperature(-40...85)])
    // Two wild ones, a good one, and from the tenth on only wild ones.
    device.script = { .values(SIMD8(repeating: $0 == 3 ? .nan : $0 == 4 || $0 > 9 ? 850 : 20)) }
    let input = try SlowInput.made(device, Self.fast)
    input.start(on: services)
    _ = services.reactor.run(atMost: 200_000_000)
    #expect(input.counters.refused == 5)
    #expect(input.counters.blocks == 8)
    #expect(input.counters.failures == 1)
    guard case .failed(let reason, _) = input.status else {
      Issue.record("\(input.status)")
      return
    }
    #expect(
      reason == "temperature is 850.0 °C; expected -40.0 to 85.0, 3 times in a row")
    #expect(input.series[0].newest?.raw == 20)
    input.stop()
  }

  /// A value holds for three measurements, told again and again; then it is stale.
  @Test func whatIsNotMeasuredAnyMoreIsStale() throws {
    let services = AdapterServices(reactor: try Reactor())
    let device = ScriptedDevice([.temperature(-40...85)])
    device.script = { $0 < 20 ? .values(SIMD8(repeating: 20 + Double($0))) : nil }
    let input = try SlowInput.made(
      device, [("every", .one("4ms")), ("timeout", .one("5s")), ("tau", .one("20ms"))])
    input.start(on: services)
    _ = services.reactor.run(atMost: 150_000_000)
    let fresh = try #require(input.latest(0))
    #expect(fresh.quality > 0.5)
    #expect(input.readings.count == 1)
    _ = services.reactor.run(atMost: 300_000_000)
    let held = try #require(input.latest(0))
    #expect(held.time > fresh.time)
    #expect(held.phasor == fresh.phasor)
    _ = services.reactor.run(atMost: 700_000_000)
    let stale = try #require(input.latest(0))
    #expect(stale.quality == 0)
    #expect(input.readings.isEmpty)
    #expect(services.reactor.now - stale.time > 200_000_000)
    input.stop()
  }

  @Test func aDeviceThatPushesIsOnlyOpened() throws {
    let services = AdapterServices(reactor: try Reactor())
    let device = ScriptedDevice([.temperature(-40...85)], pushes: true)
    device.script = { $0 == 0 ? .failed("unplugged") : nil }
    let input = try SlowInput.made(device, Self.fast)
    input.start(on: services)
    #expect(input.status.description == "failed: unplugged")
    _ = services.reactor.run(atMost: 600_000_000)
    #expect(device.measurements == 2)
    #expect(input.status.isWorking)
    for value in 0..<5 { device.onOutcome?(.values(SIMD8(repeating: 20 + Double(value)))) }
    #expect(input.counters.blocks == 5)
    device.onOutcome?(.failed("pulled out"))
    #expect(input.status.description == "failed: pulled out")
    input.stop()
  }

  private static func refuses(
    _ given: [(String, GivenValue)], _ key: String, _ words: String
  ) throws {
    do throws(AdapterProblem) {
      _ = try SlowInput.made(ScriptedDevice(), given)
      Issue.record("\(key) was taken")
    } catch {
      #expect(error.key == key)
      #expect(error.problem.contains(words), "\(error.problem)")
    }
  }
}
