// SPDX-License-Identifier: Apache-2.0

internal import CSystem

/// The one event loop of the program: descriptors, timers and deferred calls on one thread.
///
/// Everything is called on the thread that calls `run`. Handlers must not block. Watching,
/// timing and deferring are allowed from within handlers. The reactor keeps handlers, and so
/// whatever they capture, until they are given back.
package final class Reactor {
  private static let batch = 64

  /// CLOCK_MONOTONIC in nanoseconds at the start of this turn of the loop.
  package private(set) var now: Int64
  /// Whether `stop` was called since the last `run`.
  package private(set) var isStopped = false
  /// Room for reading on the stack of one handler; its contents do not outlive the handler.
  package let scratch: UnsafeMutableRawBufferPointer

  private let epoll: Int32
  private let alarm: Int32
  private let ready: UnsafeMutablePointer<tm_ready>
  private var alarmDeadline: Int64?
  private var watches = WatchTable(capacity: 32)
  private var timers = TimerQueue(capacity: 32)
  private var deferred: [() -> Void] = []
  private var running: [() -> Void] = []

  /// Opens the kernel objects of the loop.
  package init() throws(SystemError) {
    epoll = tm_epoll_create()
    guard epoll >= 0 else { throw SystemError.last("create", "an epoll descriptor") }
    alarm = tm_timer_create()
    guard alarm >= 0 else {
      let error = SystemError.last("create", "a timer descriptor")
      close(epoll)
      throw error
    }
    // Edge-triggered: an expiry is reported once and need not be read away.
    let edge = UInt32(1) << 31
    _ = tm_epoll_add(epoll, alarm, IOEvents.readable.rawValue | edge, UInt64.max)
    ready = .allocate(capacity: Reactor.batch)
    scratch = .allocate(byteCount: 16_384, alignment: 16)
    now = tm_monotonic_ns()
  }

  deinit {
    close(alarm)
    close(epoll)
    ready.deallocate()
    scratch.deallocate()
  }

  /// Runs until `stop` is called.
  package func run() {
    isStopped = false
    while !isStopped { turn() }
  }

  /// Runs until `stop` is called, at most for `nanoseconds`; tells whether it was stopped.
  package func run(atMost nanoseconds: Int64) -> Bool {
    var hasTimedOut = false
    let limit = after(nanoseconds) { hasTimedOut = true }
    isStopped = false
    while !isStopped, !hasTimedOut { turn() }
    remove(limit)
    return isStopped
  }

  /// Ends `run` after the handlers of this turn.
  package func stop() { isStopped = true }

  private func turn() {
    let timeout = prepareToWait()
    let count = tm_epoll_wait(epoll, ready, Int32(Reactor.batch), timeout)
    now = tm_monotonic_ns()
    for index in 0..<max(0, Int(count)) { dispatch(ready[index]) }
    runTimers()
    runDeferred()
  }

  /// Sets the alarm to the next deadline; returns the wait in milliseconds, -1 for as long as needed.
  private func prepareToWait() -> Int32 {
    guard deferred.isEmpty else { return 0 }
    let next = timers.earliest
    if let next, next <= now { return 0 }
    if next != alarmDeadline {
      _ = tm_timer_set(alarm, next ?? 0)
      alarmDeadline = next
    }
    return -1
  }

  private func dispatch(_ event: tm_ready) {
    guard let handler = watches.handler(of: event.token) else {
      if event.token == UInt64.max { alarmDeadline = nil }
      return
    }
    handler(IOEvents(rawValue: event.events))
  }

  private func runTimers() {
    let limit = timers.armings
    while let handler = timers.popDue(at: now, armedBefore: limit) { handler() }
  }

  private func runDeferred() {
    guard !deferred.isEmpty else { return }
    swap(&deferred, &running)
    for handler in running { handler() }
    running.removeAll(keepingCapacity: true)
  }
}

extension Reactor {
  /// Calls `handler` whenever `descriptor` is ready for one of `events`, failed or hung up.
  ///
  /// The descriptor stays the caller's: give the watch back before closing it. Files and
  /// /dev/null cannot be watched (EPERM).
  package func watch(
    _ descriptor: Int32, for events: IOEvents, _ handler: @escaping (IOEvents) -> Void
  ) throws(SystemError) -> Watch {
    let watch = watches.add(descriptor, handler)
    guard tm_epoll_add(epoll, descriptor, events.rawValue, watch.token) == 0 else {
      let error = SystemError.last("watch", "descriptor \(descriptor)")
      watches.remove(watch)
      throw error
    }
    return watch
  }

  /// Changes what a watched descriptor is watched for; no events leaves failure and hang-up.
  package func rewatch(_ watch: Watch, for events: IOEvents) {
    guard let descriptor = watches.descriptor(of: watch) else { return }
    _ = tm_epoll_modify(epoll, descriptor, events.rawValue, watch.token)
  }

  /// Ends a watch; an event already reported for it in this turn is not delivered.
  package func unwatch(_ watch: Watch) {
    guard let descriptor = watches.descriptor(of: watch) else { return }
    _ = tm_epoll_remove(epoll, descriptor)
    watches.remove(watch)
  }

  /// Makes a timer for repeated use; it runs once each time it is armed, until removed.
  package func makeTimer(_ handler: @escaping () -> Void) -> Timer {
    timers.add(isOneShot: false, handler)
  }

  /// Sets the time at which a timer runs, in place of any earlier setting.
  package func arm(_ timer: Timer, at deadline: Int64) { timers.arm(timer, at: deadline) }

  /// Keeps a timer from running until armed again.
  package func disarm(_ timer: Timer) { timers.disarm(timer) }

  /// Whether a timer is waiting for its deadline.
  package func isArmed(_ timer: Timer) -> Bool { timers.isArmed(timer) }

  /// Gives a timer and its handler back.
  package func remove(_ timer: Timer) { timers.remove(timer) }

  /// Runs `handler` once at `deadline`; the timer is gone afterwards.
  @discardableResult
  package func at(_ deadline: Int64, _ handler: @escaping () -> Void) -> Timer {
    let timer = timers.add(isOneShot: true, handler)
    timers.arm(timer, at: deadline)
    return timer
  }

  /// Runs `handler` once, `nanoseconds` after the time of the call.
  @discardableResult
  package func after(_ nanoseconds: Int64, _ handler: @escaping () -> Void) -> Timer {
    at(tm_monotonic_ns() + nanoseconds, handler)
  }

  /// Runs `handler` at the end of this turn, or of the next when called from a deferred handler.
  package func later(_ handler: @escaping () -> Void) { deferred.append(handler) }
}
