// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Devices
@testable import Inputs
@testable import PhaseSpace
@testable import Runtime

/// What of the input `gpio` can be seen without a line; edges are injected in emulated boards.
@Suite struct GPIOEventsTests {
  @Test func configurationsAreRead() throws {
    let fan = try Self.settings([
      ("line", .one("GPIO17")), ("edge", .one("both")), ("bias", .one("pull-up")),
      ("unit", .one("rpm")), ("pulses-per-turn", .one("2")), ("frequency", .one("50 Hz")),
      ("debounce", .one("1ms")), ("chip", .one("pinctrl-bcm2835")),
    ])
    #expect(fan.edges == .both && fan.bias == .pullUp)
    // 100 edges a second are 50 pulses, 25 turns a second.
    #expect(fan.readingScale * 100 == 1500)
    #expect(fan.events == EventSettings(frequency: 50, debounce: 1_000_000))
    #expect(fan.channel == "events-50000mHz")
    let flow = try Self.settings([
      ("line", .one("flow")), ("unit", .one("l/min")), ("pulses-per-litre", .one("450")),
      ("channel", .one("water")),
    ])
    #expect(abs(flow.readingScale * 7.5 - 1) < 1e-12)
    #expect(flow.channel == "water")
  }

  @Test func configurationsThatDoNotFitAreRefused() {
    for (given, key) in [
      ([("line", .one("GPIO17")), ("unit", .one("l/min"))], "pulses-per-litre"),
      ([("line", .one("GPIO17")), ("width", .one("3"))], "width"), ([], "line"),
      ([("line", .one("GPIO17")), ("edge", .one("up"))], "edge"),
    ] as [([(String, GivenValue)], String)] {
      do throws(AdapterProblem) {
        _ = try Self.settings(given)
        Issue.record("\(key) was taken")
      } catch { #expect(error.key == key) }
    }
  }

  @Test func aLineThatIsNotThereIsTriedAgain() throws {
    let services = AdapterServices(reactor: try Reactor())
    let input = GPIOEvents(try Self.settings([("line", .one("no-such-chip:3"))]))
    var told = 0
    input.onStatusChange = { _ in told += 1 }
    input.start(on: services)
    guard case .failed(let reason, let retryAt) = input.status else {
      Issue.record("\(input.status)")
      return
    }
    #expect(reason.hasPrefix("GPIO line no-such-chip:3"))
    #expect(retryAt > services.reactor.now)
    _ = services.reactor.run(atMost: 700_000_000)
    #expect(told == 2)
    #expect(input.counters.failures == 2)
    #expect(input.latest(0) == nil)
    #expect(throws: AdapterProblem.self) { try input.probe(services) }
    #expect(input.summary.hasPrefix("0 events, 0 bounces, 0 lost;"))
    input.stop()
    _ = services.reactor.run(atMost: 10_000_000)
    #expect(told == 2)
  }

  private static func settings(
    _ given: [(String, GivenValue)]
  ) throws(AdapterProblem) -> GPIOEventSettings {
    try GPIOEventSettings(
      AdapterValues(keys: GPIOEvents.type.allKeys, given: given + [("id", .one("fan"))]))
  }
}
