// SPDX-License-Identifier: Apache-2.0
internal import CI2C
internal import CSystem
package import Runtime

/// One bus and the worker thread that may block on it, as the reactor sees them.
///
/// Jobs are done one after another in the order of submission. A job that is not done within its
/// time is answered as late, whatever the bus does; what it brings in the end is dropped. So a bus
/// that hangs fails the devices on it and nothing else. At most `CI2C_RING` jobs wait; one more is
/// refused at once. No job allocates.
package final class BusWorker {
  /// Called on the reactor's thread with what came of a job.
  package typealias Handler = (BusReply) -> Void

  private struct Pending {
    let token: UInt32
    let client: BusClient
    let deadline: Int64
  }

  package let name: BusName
  /// Jobs that were answered as late.
  package private(set) var lateJobs = 0
  private let reactor: Reactor
  private var worker: OpaquePointer?
  private var watch: Watch?
  private var alarm: Timer?
  private var pending: [Pending] = []
  private var nextToken: UInt32 = 0

  /// A bus at rest; its worker starts with the first job.
  package init(_ name: BusName, on reactor: Reactor) {
    (self.name, self.reactor) = (name, reactor)
    pending.reserveCapacity(Int(CI2C_RING))
  }

  deinit { stop() }

  /// Hands a job to the worker; `client` is called once with what came of it.
  ///
  /// - Parameters:
  ///   - job: What to do.
  ///   - nanoseconds: How long it may take, waiting for its turn included.
  ///   - client: Who asks.
  /// - Returns: Why the job was refused, in which case the client is not called; nil otherwise.
  package func submit(
    _ job: BusJob, within nanoseconds: Int64, for client: BusClient
  ) -> BusFailure? {
    do throws(SystemError) { try startWorker() } catch {
      return BusFailure(code: error.code, step: -1)
    }
    guard let worker, pending.count < Int(CI2C_RING) else { return .full }
    let deadline = MonotonicClock.now + nanoseconds
    var raw = job.raw
    nextToken &+= 1
    raw.token = nextToken
    raw.deadline_ns = deadline
    guard ci2c_submit(worker, &raw) == 0 else { return .full }
    pending.append(Pending(token: nextToken, client: client, deadline: deadline))
    armAlarm()
    return nil
  }

  /// Forgets the jobs of a client: it is not called for them any more.
  package func cancel(_ client: BusClient) {
    pending.removeAll { $0.client === client }
    armAlarm()
  }

  /// Gives the worker up, which ends by itself; no client is called any more.
  package func stop() {
    if let watch { reactor.unwatch(watch) }
    if let alarm { reactor.remove(alarm) }
    if let worker { ci2c_stop(worker) }
    (watch, alarm, worker) = (nil, nil, nil)
    pending.removeAll()
  }

  /// Runs a job on this thread, which may block for seconds: for the doctor, never in a node.
  package static func run(_ job: BusJob, on name: BusName) -> BusReply {
    var raw = job.raw
    var result = ci2c_result()
    ci2c_run(number(of: name), &raw, &result)
    return BusReply(result)
  }

  private static func number(of name: BusName) -> Int32 {
    if case .i2c(let number) = name { return Int32(clamping: number) }
    return Int32(CI2C_NO_BUS)
  }
}

extension BusWorker {
  private func startWorker() throws(SystemError) {
    guard worker == nil else { return }
    guard let started = ci2c_start(BusWorker.number(of: name)) else {
      throw SystemError("start the worker of", name.description, code: tm_errno())
    }
    do throws(SystemError) {
      watch = try reactor.watch(ci2c_descriptor(started), for: .readable) {
        [unowned(unsafe) self] _ in self.takeResults()
      }
    } catch {
      ci2c_stop(started)
      throw error
    }
    alarm = reactor.makeTimer { [unowned(unsafe) self] in self.answerLateJobs() }
    worker = started
  }

  private func takeResults() {
    var result = ci2c_result()
    while let worker, ci2c_next(worker, &result) == 1 {
      let token = result.token
      guard let index = pending.firstIndex(where: { $0.token == token }) else { continue }
      let client = pending.remove(at: index).client
      armAlarm()
      let reply = BusReply(result)
      if reply.failure == .late { lateJobs += 1 }
      client.handler(reply)
    }
  }

  private func answerLateJobs() {
    let now = reactor.now
    while let index = pending.firstIndex(where: { $0.deadline <= now }) {
      let client = pending.remove(at: index).client
      lateJobs += 1
      client.handler(BusReply(.late))
    }
    armAlarm()
  }

  /// Sets the alarm to the first deadline of all jobs.
  private func armAlarm() {
    guard let alarm else { return }
    var first = Int64.max
    for each in pending { first = min(first, each.deadline) }
    if first == Int64.max { reactor.disarm(alarm) } else { reactor.arm(alarm, at: first) }
  }
}
