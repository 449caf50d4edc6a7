// SPDX-License-Identifier: Apache-2.0

import CSystem
import Runtime
import Testing

@Suite struct ReactorTests {
  @Test func timersRunByDeadlineThenByOrderOfArming() throws {
    let reactor = try Reactor()
    var order: [String] = []
    let base = reactor.now + 5 * millisecond
    reactor.at(base + 2 * millisecond) { order.append("late") }
    reactor.at(base) { order.append("first") }
    reactor.at(base) { order.append("second") }
    reactor.at(base + 3 * millisecond) {
      order.append("last")
      reactor.stop()
    }
    reactor.at(base) { order.append("third") }
    #expect(reactor.run(atMost: 5 * second))
    #expect(order == ["first", "second", "third", "late", "last"])
  }

  /// Hundreds of timers, many of them moved or removed, against a sorted list.
  @Test(arguments: 1...5)
  func timersAgreeWithASortedList(_ seed: UInt64) throws {
    let reactor = try Reactor()
    var state = seed
    func random(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    var expected: [(deadline: Int64, order: Int, id: Int)] = []
    var timers: [Runtime.Timer] = []
    var ran: [Int] = []
    for id in 0..<400 { timers.append(reactor.makeTimer { ran.append(id) }) }
    for order in 0..<1000 {
      let id = random(timers.count)
      expected.removeAll { $0.id == id }
      if random(4) == 0 {
        reactor.disarm(timers[id])
      } else {
        let deadline = Int64(random(60))
        reactor.arm(timers[id], at: deadline)
        expected.append((deadline, order, id))
      }
    }
    expected.sort { ($0.deadline, $0.order) < ($1.deadline, $1.order) }
    #expect(!reactor.run(atMost: 0))
    #expect(ran == expected.map { $0.id })
  }

  @Test func timersNeverRunEarly() throws {
    let reactor = try Reactor()
    var earliness: [Int64] = []
    for index in 1...20 {
      let deadline = reactor.now + Int64(index) * 300_000
      reactor.at(deadline) {
        earliness.append(deadline - MonotonicClock.now)
        if index == 20 { reactor.stop() }
      }
    }
    #expect(reactor.run(atMost: 5 * second))
    #expect(earliness.count == 20)
    #expect(earliness.allSatisfy { $0 <= 0 })
  }

  @Test func aRemovedTimerDoesNotRunAndItsHandleStaysDead() throws {
    let reactor = try Reactor()
    var runs: [String] = []
    let first = reactor.after(millisecond) { runs.append("removed") }
    reactor.remove(first)
    // The second timer takes the slot of the first: the old handle must not reach it.
    let second = reactor.after(2 * millisecond) {
      runs.append("kept")
      reactor.stop()
    }
    reactor.remove(first)
    reactor.disarm(first)
    #expect(!reactor.isArmed(first))
    #expect(reactor.isArmed(second))
    #expect(reactor.run(atMost: 5_000 * millisecond))
    #expect(runs == ["kept"])
  }

  @Test func aRepeatingTimerIsArmedAgainFromItsOwnHandler() throws {
    let reactor = try Reactor()
    var count = 0
    var timer: Runtime.Timer?
    timer = reactor.makeTimer {
      count += 1
      if count == 5 { reactor.stop() } else if let timer { reactor.arm(timer, at: reactor.now) }
    }
    if let timer { reactor.arm(timer, at: reactor.now) }
    #expect(reactor.run(atMost: 5 * second))
    #expect(count == 5)
  }

  @Test func aTimerArmedInThePastDoesNotStarveDescriptors() throws {
    let reactor = try Reactor()
    let (near, far) = try socketPair()
    defer {
      close(near)
      close(far)
    }
    var timer: Runtime.Timer?
    timer = reactor.makeTimer { if let timer { reactor.arm(timer, at: 0) } }
    if let timer { reactor.arm(timer, at: 0) }
    let watch = try reactor.watch(near, for: .readable) { _ in reactor.stop() }
    write(far, "x", 1)
    #expect(reactor.run(atMost: 5 * second))
    reactor.unwatch(watch)
  }

  /// Whichever of three ready descriptors is served first has the others closed and reopened.
  ///
  /// All are in one batch of the kernel: events by number would reach the new, silent ones.
  @Test func anEventOfAGivenBackDescriptorIsNotDelivered() throws {
    let reactor = try Reactor()
    let descriptors = (0..<3).map { _ in eventfd(1, Int32(EFD_NONBLOCK)) }
    var watches: [Watch] = []
    var served: [Int] = []
    var strayEvents = 0
    func replace(_ index: Int) {
      reactor.unwatch(watches[index])
      let number = descriptors[index]
      // In one step: between a close and an open another test may take the number.
      let silent = eventfd(0, Int32(EFD_NONBLOCK))
      #expect(dup2(silent, number) == number)
      close(silent)
      if let watch = try? reactor.watch(number, for: .readable, { _ in strayEvents += 1 }) {
        watches[index] = watch
      }
    }
    for index in 0..<3 {
      watches.append(
        try reactor.watch(descriptors[index], for: .readable) { _ in
          served.append(index)
          for other in 0..<3 where other != index { replace(other) }
          reactor.unwatch(watches[index])
        })
    }
    #expect(!reactor.run(atMost: 20 * millisecond))
    #expect(served.count == 1)
    #expect(strayEvents == 0)
    for index in 0..<3 {
      reactor.unwatch(watches[index])
      close(descriptors[index])
    }
  }

  @Test func rewatchChangesWhatIsReported() throws {
    let reactor = try Reactor()
    let (near, far) = try socketPair()
    defer {
      close(near)
      close(far)
    }
    var seen: [IOEvents] = []
    let watch = try reactor.watch(near, for: .readable) { events in
      seen.append(events)
      reactor.stop()
    }
    #expect(!reactor.run(atMost: 5 * millisecond))
    reactor.rewatch(watch, for: .writable)
    #expect(reactor.run(atMost: second))
    #expect(seen == [.writable])
    reactor.unwatch(watch)
    #expect(!reactor.run(atMost: 5 * millisecond))
  }

  @Test func whatCannotBeWatchedIsATypedError() throws {
    let reactor = try Reactor()
    let null = tm_open("/dev/null", O_RDONLY, 0)
    defer { close(null) }
    let error = #expect(throws: SystemError.self) {
      try reactor.watch(null, for: .readable) { _ in }
    }
    #expect(error?.name == "EPERM")
  }

  @Test func deferredCallsRunAfterTheHandlersOfTheTurn() throws {
    let reactor = try Reactor()
    var order: [String] = []
    reactor.at(0) {
      reactor.later {
        order.append("deferred")
        reactor.later { reactor.stop() }
      }
      order.append("timer 1")
    }
    reactor.at(0) { order.append("timer 2") }
    #expect(reactor.run(atMost: second))
    #expect(order == ["timer 1", "timer 2", "deferred"])
  }

  @Test func handlersAreReleasedWhenGivenBack() throws {
    final class Witness {}
    let reactor = try Reactor()
    var witness: Witness? = Witness()
    weak let seen = witness
    let timer = reactor.makeTimer { [witness] in withExtendedLifetime(witness) {} }
    witness = nil
    #expect(seen != nil)
    reactor.remove(timer)
    #expect(seen == nil)
  }
}
