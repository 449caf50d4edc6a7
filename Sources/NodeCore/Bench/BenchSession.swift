// SPDX-License-Identifier: Apache-2.0
internal import Runtime

/// A reactor with the processes a benchmark starts; none of them outlives it.
final class BenchSession {
  private static let stopNanoseconds: Int64 = 3_000_000_000

  let reactor: Reactor
  /// Whether the user wants the end of it all.
  private(set) var isInterrupted = false
  private var signals: SignalSource?
  private var children: [ChildProcess] = []
  private var living = 0
  private var isEnding = false

  init() throws(BenchFailure) {
    do throws(SystemError) {
      reactor = try Reactor()
      signals = try SignalSource(reactor: reactor, [.interrupt, .terminate, .hangUp]) {
        [unowned(unsafe) self] _ in
        isInterrupted = true
        reactor.stop()
      }
    } catch { throw BenchFailure(error) }
  }

  /// Starts a process; `onExit` is called when it ends before `end` is called.
  @discardableResult
  func start(
    _ arguments: [String], capturesOutput: Bool = false, onExit: @escaping (Int32) -> Void
  ) throws(BenchFailure) -> ChildProcess {
    do throws(SystemError) {
      let child = try ChildProcess(
        reactor: reactor, arguments, capturesOutput: capturesOutput
      ) { [unowned(unsafe) self] status in ended(status, onExit) }
      children.append(child)
      living += 1
      return child
    } catch { throw BenchFailure(error) }
  }

  private func ended(_ status: Int32, _ onExit: (Int32) -> Void) {
    living -= 1
    if !isEnding { return onExit(status) }
    if living == 0 { reactor.stop() }
  }

  /// Runs until the reactor is stopped; false when that took too long.
  func run(atMost nanoseconds: Int64) throws(BenchFailure) -> Bool {
    let isStopped = reactor.run(atMost: nanoseconds)
    if isInterrupted { throw .interrupted }
    return isStopped
  }

  /// Ends every process and waits for it; due in every case.
  func end() {
    isEnding = true
    for child in children { child.signal(.terminate) }
    wait()
    for child in children { child.terminateAtOnce() }
    wait()
    children = []
    signals?.close()
    signals = nil
  }

  private func wait() {
    let deadline = MonotonicClock.now + Self.stopNanoseconds
    while living > 0, MonotonicClock.now < deadline {
      _ = reactor.run(atMost: deadline - MonotonicClock.now)
    }
  }
}
