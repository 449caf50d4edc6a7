// SPDX-License-Identifier: Apache-2.0
internal import CSystem
internal import Devices
package import Runtime

/// The guard: alone it holds the wires of all motors, and moves them only while it is told to.
///
/// It learns its outputs from the first records of the node's socket; then the clock, the socket,
/// the emergency stops and SIGTERM are all there is. When the node goes, everything rests and is
/// held at rest until SIGTERM or a successor ends the guard, or nobody has come for ten seconds: then
/// the wires were driven to rest and are given back, so that a node elsewhere can have them. From
/// `begin` on nothing allocates while devices work.
package final class GuardProcess {
  private static let priority: Int32 = 10
  private static let stackBytes: UInt32 = 65_536
  /// How long ending waits for a bus to take the last word.
  private static let lastWordNanoseconds: Int64 = 100_000_000
  /// How long wires are held at rest for a node that is gone: its service manager is here by then.
  private static let holdNanoseconds: Int64 = 10_000_000_000

  private let socket: RecordSocket
  private let folder: String
  private let log: Log
  private let reactor: Reactor
  private var announced: [MotorSettings] = []
  private var motors: GuardMotors?
  private var lock: GuardLock?
  private var watch: Watch?
  private var timer: Timer?
  private var heldUntil: Int64?
  private var endsAt: Int64?
  private var allocationsAtStart: Int64?
  private var status: Int32 = 0

  /// - Parameters:
  ///   - socket: The way to the node.
  ///   - folder: Where lock and notes are.
  ///   - log: Where it says what it cannot do.
  /// - Throws: When the kernel has no descriptors left.
  package init(socket: RecordSocket, folder: String, log: Log) throws(SystemError) {
    (self.socket, self.folder, self.log) = (socket, folder, log)
    reactor = try Reactor()
  }

  /// Runs until SIGTERM, or until the node is gone before it said anything.
  ///
  /// - Returns: The exit status.
  package func run() throws(SystemError) -> Int32 {
    tm_ignore_idle_signals()
    let signals = try SignalSource(reactor: reactor, [.terminate]) { _ in self.terminate() }
    timer = reactor.makeTimer { self.turn() }
    watch = try reactor.watch(socket.descriptor, for: .readable) { _ in self.read() }
    reactor.run()
    signals.close()
    return status
  }

  /// Takes every record that waits.
  private func read() {
    withUnsafeTemporaryAllocation(byteCount: MotorSettings.maximumBytes + 1, alignment: 8) { room in
      for _ in 0..<64 {
        switch socket.receive(room) {
        case .record(let length): take(UnsafeRawBufferPointer(rebasing: room[..<length]))
        case .nothing: return
        case .end: return nodeIsGone()
        }
      }
    }
    turn()
  }

  private func take(_ record: UnsafeRawBufferPointer) {
    guard let motors else { return announce(record) }
    let now = MonotonicClock.now
    guard let drive = motors.take(record, at: now) else { return turn() }
    turn()
    report(drive, at: now)
  }

  private func announce(_ record: UnsafeRawBufferPointer) {
    guard let settings = MotorSettings(record), GuardRecord.drive(of: record) == announced.count
    else { return refuse("the node's settings are not understood") }
    announced.append(settings)
    guard announced.count >= GuardRecord.count(of: record) else { return }
    begin()
  }

  private func refuse(_ problem: String) {
    log.error("guard", problem)
    status = 1
    reactor.stop()
  }

  /// Takes the wires from whoever had them, at rest, and makes sure of memory and precedence.
  private func begin() {
    if tm_run_ahead(Self.priority) != 0 {
      log.warning(
        "guard", "\(SystemError("run ahead of others", "as SCHED_FIFO", code: tm_errno()))")
    }
    do throws(MotorFailure) { lock = try GuardLock.take(GuardNotes.lockPath(folder)) } catch {
      return refuse("\(error)")
    }
    do throws(StateFile.Failure) { try GuardNotes.write(announced, in: folder) } catch {
      log.warning("guard", "\(error)")
    }
    let motors = GuardMotors(
      announced, reactor: reactor, log: log, onEvent: { self.turn() },
      onChange: { self.changed($0) })
    self.motors = motors
    motors.open(at: MonotonicClock.now)
    if tm_lock_memory(Self.stackBytes) != 0 {
      log.warning("guard", "\(SystemError("keep in memory", "all of the guard", code: tm_errno()))")
    }
    allocationsAtStart = Environment.allocations
    turn()
    for drive in announced.indices { report(drive, at: MonotonicClock.now) }
  }

  /// Does what is due, and sees to being called when something is due again.
  private func turn() {
    guard let motors, let timer else { return }
    let now = MonotonicClock.now
    motors.advance(to: now)
    if let endsAt, motors.isIdle || now >= endsAt { return reactor.stop() }
    if let heldUntil, endsAt == nil, now >= heldUntil { return terminate() }
    var next = motors.deadline(after: now)
    if let heldUntil { next = min(next ?? heldUntil, heldUntil) }
    if let endsAt { next = min(next ?? endsAt, endsAt) }
    if let next { reactor.arm(timer, at: next) } else { reactor.disarm(timer) }
  }

  /// An output changed without having been told to.
  private func changed(_ drive: Int) {
    report(drive, at: MonotonicClock.now)
    if let failure = motors?.failure(of: drive) { tell(failure, drive) }
  }

  private func report(_ drive: Int, at now: Int64) {
    guard let motors else { return }
    var report = GuardReport(drive, motors.state.drives[drive], at: now)
    if let start = allocationsAtStart, let count = Environment.allocations {
      report.allocations = count - start
    }
    withUnsafeTemporaryAllocation(byteCount: GuardReport.bytes, alignment: 8) { bytes in
      report.write(to: bytes)
      _ = socket.send(UnsafeRawBufferPointer(bytes))
    }
  }

  private func tell(_ failure: String, _ drive: Int) {
    let record = GuardRecord.header(.failure, drive: drive) + Array(failure.utf8.prefix(480))
    _ = record.withUnsafeBytes { socket.send($0) }
  }

  private func nodeIsGone() {
    if let watch { reactor.unwatch(watch) }
    watch = nil
    guard let motors else { return reactor.stop() }
    let now = MonotonicClock.now
    motors.neutralise(.closed, at: now)
    heldUntil = now + Self.holdNanoseconds
    turn()
  }

  private func terminate() {
    guard let motors else { return reactor.stop() }
    let now = MonotonicClock.now
    motors.neutralise(.terminated, at: now)
    endsAt = endsAt ?? now + Self.lastWordNanoseconds
    turn()
  }
}
