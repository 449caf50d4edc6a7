// SPDX-License-Identifier: Apache-2.0
package import Devices
internal import Guard
internal import Runtime

/// An output behind the guard.
protocol GuardClient: AnyObject {
  var settings: MotorsSettings { get }
  /// Takes in where it stands.
  func take(_ report: GuardReport)
  /// Takes in that it cannot be driven.
  func fail(_ reason: String, retryAt: Int64)
}

/// The node's end of the guard process: started with the settings of every motor, started again
/// when it ends, and ended when it no longer answers.
///
/// A guard that dies may leave motors running, so the next one, which brings them to rest first, is
/// started at once; only one that keeps dying is waited for.
package final class GuardLink {
  /// A guard that ran so long may be followed by the next without a pause.
  private static let goodRun: Int64 = 2_000_000_000
  /// Before the next of a guard that opened everything and died soon after.
  private static let shortPause: Int64 = 100_000_000
  /// How long a new guard may take to open everything.
  private static let openPatience: Int64 = 3_000_000_000
  private static let leastPatience: Int64 = 200_000_000
  /// How long a stop waits for the guard's end.
  private static let stopPatience: Int64 = 250_000_000

  private let reactor: Reactor
  private let log: Log
  private let folder: String
  private let program: String
  private var clients: [any GuardClient] = []
  private var leaving: [() -> Void] = []
  private var present = 0
  private var child: ChildProcess?
  private var socket: RecordSocket?
  private var watch: Watch?
  private var timer: Timer?
  private var backoff = Backoff()
  private var startedAt: Int64 = 0
  private var hasAnswered = false
  private var unansweredSince: Int64?
  private var isEnding = false

  /// - Parameters:
  ///   - services: The node's.
  ///   - program: What to start with `guard FOLDER`.
  package init(_ services: AdapterServices, program: String = Environment.executable) {
    (reactor, log, folder) = (services.reactor, services.log, services.runPath)
    self.program = program
    timer = reactor.makeTimer { self.timerFired() }
    // When all outputs of this turn have joined.
    reactor.later { self.start() }
  }

  /// Adds an output; its place among the settings.
  func join(_ client: any GuardClient) -> Int {
    clients.append(client)
    present += 1
    if child != nil { child?.signal(.terminate) }
    return clients.count - 1
  }

  /// Ends the guard when the last output leaves; `finished` is called then, or at once before.
  func leave(_ client: any GuardClient, _ finished: @escaping () -> Void) {
    present -= 1
    guard present == 0, let child else { return finished() }
    isEnding = true
    leaving.append(finished)
    child.signal(.terminate)
    reactor.after(Self.stopPatience) { self.finishLeaving() }
  }

  /// Sends a set-point; without a guard nothing moves, so it may be lost.
  func send(_ point: SetPoint) {
    guard let socket, hasAnswered else { return }
    withUnsafeTemporaryAllocation(byteCount: SetPoint.bytes, alignment: 8) { bytes in
      point.write(to: bytes)
      _ = socket.send(UnsafeRawBufferPointer(bytes))
    }
    if unansweredSince == nil { expectAnswer(within: patience) }
  }

  /// A living guard answers every set-point; the longest `stop-after` is more than it needs.
  private var patience: Int64 {
    clients.reduce(Self.leastPatience) { max($0, $1.settings.motor.stopAfter) }
  }

  private func expectAnswer(within nanoseconds: Int64) {
    let now = MonotonicClock.now
    unansweredSince = now
    if let timer { reactor.arm(timer, at: now + nanoseconds) }
  }
}

extension GuardLink {
  private func start() {
    guard child == nil, present > 0, !isEnding else { return }
    do throws(SystemError) {
      let (ours, theirs) = try RecordSocket.pair()
      let child = try ChildProcess(
        reactor: reactor, [program, "guard", folder], capturesOutput: false, socket: theirs
      ) { status in self.guardEnded(status) }
      theirs.close()
      (self.child, socket, hasAnswered) = (child, ours, false)
      startedAt = MonotonicClock.now
      watch = try reactor.watch(ours.descriptor, for: .readable) { _ in self.read() }
    } catch { return guardMissing("\(error)") }
    for (index, client) in clients.enumerated() {
      let record = client.settings.motor.record(drive: index, of: clients.count)
      _ = record.withUnsafeBytes { socket?.send($0) }
    }
    expectAnswer(within: Self.openPatience)
  }

  private func read() {
    withUnsafeTemporaryAllocation(byteCount: 512, alignment: 8) { room in
      for _ in 0..<64 {
        switch socket?.receive(room) ?? .end {
        case .record(let length): take(UnsafeRawBufferPointer(rebasing: room[..<length]))
        case .nothing: return
        case .end: return dropSocket()
        }
      }
    }
  }

  private func take(_ record: UnsafeRawBufferPointer) {
    guard let kind = GuardRecord.kind(of: record),
      clients.indices.contains(GuardRecord.drive(of: record))
    else { return }
    let client = clients[GuardRecord.drive(of: record)]
    (hasAnswered, unansweredSince) = (true, nil)
    if let report = GuardReport(record) {
      client.take(report)
    } else if kind == .failure {
      let text = String(decoding: record[GuardRecord.headerBytes...], as: UTF8.self)
      client.fail(text, retryAt: MonotonicClock.now + 1_000_000_000)
    }
  }

  private func timerFired() {
    guard let child else { return start() }
    let now = MonotonicClock.now
    guard let since = unansweredSince else { return }
    let limit = since + (hasAnswered ? patience : Self.openPatience)
    guard now >= limit else {
      if let timer { reactor.arm(timer, at: limit) }
      return
    }
    log.error("motors", "the guard does not answer: it is ended, and started anew")
    child.terminateAtOnce()
  }

  private func guardEnded(_ status: Int32) {
    dropSocket()
    child = nil
    if isEnding { return finishLeaving() }
    guardMissing("the guard ended with status \(status)")
  }

  /// Every output is without a guard, and the next is started.
  private func guardMissing(_ reason: String) {
    dropSocket()
    child = nil
    let now = MonotonicClock.now
    let ran = now - startedAt
    if hasAnswered { backoff = Backoff() }
    let pause =
      !hasAnswered ? backoff.pause(workedNanoseconds: 0) : ran >= Self.goodRun ? 0 : Self.shortPause
    log.error("motors", reason)
    for client in clients { client.fail(reason, retryAt: now + pause) }
    if let timer { reactor.arm(timer, at: now + pause) }
  }

  private func dropSocket() {
    if let watch { reactor.unwatch(watch) }
    socket?.close()
    (watch, socket, unansweredSince) = (nil, nil, nil)
  }

  private func finishLeaving() {
    let waiting = leaving
    leaving = []
    for finished in waiting { finished() }
  }
}
