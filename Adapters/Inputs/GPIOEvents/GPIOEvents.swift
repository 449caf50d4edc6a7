// SPDX-License-Identifier: Apache-2.0
package import Devices
package import PhaseSpace
internal import Runtime

/// Edges of a GPIO line as the phase of a rhythm: buttons, motion detectors, tachometers, flow.
///
/// Every edge has the kernel's own time stamp, so a busy program shifts no phase. No edge allocates.
package final class GPIOEvents: Input {
  /// The kernel keeps so many edges of a line for a program that is late.
  static let kernelRoom = 16

  package let id: String
  package let channels: [InputChannel]
  package private(set) var status = AdapterStatus.stopped
  package var onStatusChange: ((AdapterStatus) -> Void)?

  private let settings: GPIOEventSettings
  private var tally: EventTally
  private var counted = AdapterCounters()
  private var line: GPIOInput?
  private var services: AdapterServices?
  private var watch: Watch?
  private var timer: Timer?
  private var backoff = Backoff()
  private var workingSince: Int64 = 0

  /// An input as configured; opens nothing.
  package init(_ settings: GPIOEventSettings) {
    self.settings = settings
    id = settings.id
    tally = EventTally(settings.events)
    channels = [
      InputChannel(
        settings.channel, frequency: settings.events.frequency,
        noiseBandwidth: settings.events.noiseBandwidth)
    ]
  }

  package var device: String {
    settings.chip.map { "\(settings.line) on \($0)" } ?? settings.line
  }

  package var counters: AdapterCounters {
    var counters = counted
    counters.blocks = tally.encoder.events
    counters.refused = tally.encoder.bounces
    counters.lost = tally.lost
    return counters
  }

  package func latest(_ channel: Int) -> PhaseSample? {
    guard let services, tally.encoder.events > 0 else { return nil }
    let now = services.reactor.now
    return tally.encoder.reading(at: now).sample(at: now)
  }

  package var readings: [Reading] {
    guard let services else { return [] }
    let rate = tally.encoder.rate(at: services.reactor.now)
    return [
      Reading("rate", rate * settings.readingScale, settings.unit),
      Reading("events", Double(tally.encoder.events), ""),
      Reading("latency p50", microseconds(tally.latency.percentile(0.5)), "µs"),
      Reading("latency p99", microseconds(tally.latency.percentile(0.99)), "µs"),
    ]
  }

  package func start(on services: AdapterServices) {
    guard self.services == nil else { return }
    self.services = services
    timer = services.reactor.makeTimer { self.open() }
    open()
  }

  package func stop() {
    guard let services else { return }
    release()
    if let timer { services.reactor.remove(timer) }
    (timer, self.services) = (nil, nil)
    status = .stopped
    services.log.info(id, summary)
  }

  package func probe(_ services: AdapterServices) throws(AdapterProblem) -> String {
    do throws(GPIOError) {
      let line = try settings.open()
      defer { line.close() }
      return "\(line.place), now \(try line.value() ? "active" : "inactive")"
    } catch { throw AdapterProblem("line", error.description) }
  }

  /// What became of the edges, in one line.
  var summary: String {
    let counters = counters
    return "\(counters.blocks) events, \(counters.refused) bounces, \(counters.lost) lost; "
      + "kernel stamp to event p50 \(microseconds(tally.latency.percentile(0.5))) µs, "
      + "p99 \(microseconds(tally.latency.percentile(0.99))) µs, "
      + "longest \(microseconds(tally.latency.longest)) µs"
  }

  private func microseconds(_ nanoseconds: Int64) -> Double { Double(nanoseconds) / 1e3 }

  private func open() {
    guard let services, line == nil else { return }
    do throws(GPIOError) {
      let line = try settings.open()
      self.line = line
      try follow(line, services.reactor)
      tally.reopen()
      workingSince = services.reactor.now
      tell(.working("\(line.place)"))
    } catch { fail(error.description) }
  }

  private func follow(_ line: GPIOInput, _ reactor: Reactor) throws(GPIOError) {
    do throws(SystemError) {
      watch = try reactor.watch(line.descriptor, for: .readable) { self.ready($0) }
    } catch {
      throw GPIOError(
        line: settings.line, chip: settings.chip, operation: .read, code: error.code)
    }
  }

  private func ready(_ events: IOEvents) {
    guard let line else { return }
    counted.wakeUps += 1
    do throws(GPIOError) {
      let count = try line.readEdges { tally.take($0, at: MonotonicClock.now) }
      // A full queue is one that may have overflowed, where edges are not numbered.
      if count >= Self.kernelRoom { counted.overruns += 1 }
      if count == 0, !events.isDisjoint(with: [.failed, .hungUp]) { fail("\(device) is gone") }
    } catch { fail(error.description) }
  }

  private func fail(_ reason: String) {
    guard let services, let timer else { return }
    let now = services.reactor.now
    let worked = line == nil || watch == nil ? 0 : now - workingSince
    release()
    counted.failures += 1
    let retryAt = now + backoff.pause(workedNanoseconds: worked)
    services.reactor.arm(timer, at: retryAt)
    tell(.failed(reason: reason, retryAt: retryAt))
  }

  private func release() {
    if let watch { services?.reactor.unwatch(watch) }
    watch = nil
    line?.close()
    line = nil
  }

  private func tell(_ status: AdapterStatus) {
    self.status = status
    onStatusChange?(status)
  }
}
