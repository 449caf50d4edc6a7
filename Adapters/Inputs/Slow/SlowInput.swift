// SPDX-License-Identifier: Apache-2.0
package import Devices
package import PhaseSpace
internal import Runtime

/// Every input that is read now and then: one channel for each quantity, as its trend or a rhythm.
///
/// Measures every so often, never twice at a time and never to catch up. A value out of its
/// plausible range is a failed measurement; after three in a row, or when the device says so or
/// does not answer, it is closed, marked failed and tried again with growing pauses. What a device
/// says holds for three measurements; then it is stale and has no quality.
package final class SlowInput: Input {
  /// Implausible measurements in a row that make a device a failed one.
  static let mostImplausible = 3

  private enum Course {
    case stopped
    /// The timer is set to the next measurement.
    case resting
    /// The timer is set to the end of the device's time to answer.
    case measuring
    /// The timer is set to the next attempt.
    case failed
  }

  package let id: String
  package let channels: [InputChannel]
  package private(set) var status = AdapterStatus.stopped
  package var onStatusChange: ((AdapterStatus) -> Void)?

  var series: [SlowSeries]
  private var counted = AdapterCounters()
  private let source: any SlowDevice
  private let settings: SlowSettings
  private var services: AdapterServices?
  private var timer: Timer?
  private var course = Course.stopped
  /// When the measurement under way was due, nanoseconds.
  private var due: Int64 = 0
  private var implausible = 0
  private var workingSince: Int64?
  private var backoff = Backoff()

  /// An input that reads `device` as `values` say, which have the keys of `keys` beside others.
  ///
  /// Opens nothing. Throws what the values say that does not fit the device.
  package init(_ values: AdapterValues, _ device: any SlowDevice) throws(AdapterProblem) {
    id = values.id
    source = device
    settings = try SlowSettings(values, device.quantities)
    series = settings.series
    channels = settings.channels(values)
  }

  package var device: String { source.device }

  package var counters: AdapterCounters {
    var counters = counted
    counters.refused += source.refused
    return counters
  }

  package func latest(_ channel: Int) -> PhaseSample? {
    guard let services else { return nil }
    return series[channel].sample(at: services.reactor.now)
  }

  package var readings: [Reading] {
    guard let services else { return [] }
    return series.compactMap { $0.reading(at: services.reactor.now) }
  }

  package func start(on services: AdapterServices) {
    guard course == .stopped else { return }
    self.services = services
    source.onOutcome = { self.take($0) }
    timer = services.reactor.makeTimer { self.timeIsUp() }
    due = services.reactor.now
    measure()
  }

  package func stop() {
    guard course != .stopped else { return }
    course = .stopped
    source.onOutcome = nil
    source.close()
    if let timer { services?.reactor.remove(timer) }
    timer = nil
    status = .stopped
  }

  package func probe(_ services: AdapterServices) throws(AdapterProblem) -> String {
    try source.probe(services)
  }

  private func timeIsUp() {
    counted.wakeUps += 1
    guard course == .measuring else { return measure() }
    fail("no answer within \(Double(settings.timeout) / 1e9) s")
  }

  private func measure() {
    guard let services else { return }
    course = .measuring
    if source.pushes {
      source.measure(on: services)
      // It is open, or it would have said why not.
      if course == .measuring { works() }
    } else {
      arm(at: services.reactor.now + settings.timeout)
      source.measure(on: services)
    }
  }

  private func take(_ outcome: SlowOutcome) {
    let isExpected = course == .measuring || (source.pushes && course == .resting)
    // What comes later than its time to answer, or while the device is given a pause, is too late.
    guard isExpected else { return }
    switch outcome {
    case .failed(let reason): fail(reason)
    case .values(let values):
      if let complaint = complaint(values) { return doubt(complaint) }
      let now = MonotonicClock.now
      for place in series.indices { series[place].take(values[series[place].index], at: now) }
      counted.blocks += 1
      implausible = 0
      works()
    }
  }

  private func complaint(_ values: SIMD8<Double>) -> String? {
    for series in series {
      if let complaint = series.complaint(values[series.index]) { return complaint }
    }
    return nil
  }

  private func doubt(_ complaint: String) {
    counted.refused += 1
    implausible += 1
    guard implausible < Self.mostImplausible else {
      return fail("\(complaint), \(implausible) times in a row")
    }
    rest()
  }

  private func works() {
    rest()
    guard !status.isWorking else { return }
    workingSince = services?.reactor.now
    tell(.working(source.device))
  }

  /// Waits for the next measurement; a device that pushes is waited for without a time.
  private func rest() {
    guard let services else { return }
    course = .resting
    guard !source.pushes else {
      if let timer { services.reactor.disarm(timer) }
      return
    }
    due = max(due + settings.every, services.reactor.now)
    arm(at: due)
  }

  private func fail(_ reason: String) {
    guard let now = services?.reactor.now else { return }
    course = .failed
    implausible = 0
    counted.failures += 1
    source.close()
    let retryAt = now + backoff.pause(workedNanoseconds: workingSince.map { now - $0 } ?? 0)
    workingSince = nil
    due = retryAt
    arm(at: retryAt)
    tell(.failed(reason: reason, retryAt: retryAt))
  }

  private func arm(at deadline: Int64) {
    if let timer { services?.reactor.arm(timer, at: deadline) }
  }

  private func tell(_ status: AdapterStatus) {
    self.status = status
    onStatusChange?(status)
  }
}
