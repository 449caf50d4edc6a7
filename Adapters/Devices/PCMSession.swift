// SPDX-License-Identifier: Apache-2.0
internal import CAlsa
package import Runtime

/// Keeps one PCM open on the reactor: drives its user, and reopens the device when it fails.
///
/// The user owns the session and stops it before it goes.
package final class PCMSession {
  /// What tells when frames can be moved.
  package enum Pace: Equatable, Sendable {
    /// The device does, through its descriptors.
    case device
    /// The device is always ready; the monotonic clock does, a period after another.
    case clock
  }

  /// Wake-ups in a row without a frame that a device is allowed.
  private static let fruitlessLimit = 32
  /// Longest time without a frame that a running device is allowed.
  private static let stallNanoseconds: Int64 = 5_000_000_000

  package private(set) var status = AdapterStatus.stopped
  package var counters = AdapterCounters()
  package private(set) var pace = Pace.device
  /// Called when the device begins or ceases to work.
  package var onStatusChange: ((AdapterStatus) -> Void)?

  private let request: PCMRequest
  private unowned(unsafe) let user: any PCMUser
  private var reactor: Reactor?
  private var pcm: PCM?
  private let indicator: Indicator?
  private var watches: [Watch] = []
  private var retryTimer: Timer?
  private var paceTimer: Timer?
  private var backoff = Backoff()
  private var openedAt: Int64 = 0
  private var movedAt: Int64 = 0
  private var fruitless = 0

  package init(_ request: PCMRequest, user: any PCMUser) {
    (self.request, self.user) = (request, user)
    indicator = request.indicator.map { Indicator($0) }
  }

  /// Opens the device now, or as soon as it can be.
  package func start(on reactor: Reactor) {
    guard self.reactor == nil else { return }
    self.reactor = reactor
    retryTimer = reactor.makeTimer { [unowned(unsafe) self] in self.open() }
    paceTimer = reactor.makeTimer { [unowned(unsafe) self] in self.paceTimerFired() }
    open()
  }

  /// Closes the device for good.
  package func stop() {
    guard let reactor else { return }
    close()
    if let retryTimer { reactor.remove(retryTimer) }
    if let paceTimer { reactor.remove(paceTimer) }
    (self.reactor, retryTimer, paceTimer) = (nil, nil, nil)
    change(to: .stopped)
  }

  private func change(to status: AdapterStatus) {
    guard self.status != status else { return }
    self.status = status
    onStatusChange?(status)
  }
}

extension PCMSession {
  private func open() {
    let now = MonotonicClock.now
    (openedAt, movedAt, fruitless) = (now, now, 0)
    do throws(PCMError) {
      try show()
      let pcm = try PCM.open(request)
      self.pcm = pcm
      let mixed = try pcm.mix()
      pace = try user.begin(pcm, at: now)
      if pace == .device { watch(pcm) }
      arm(after: now)
      let paced = pace == .clock ? ", paced by the clock" : ""
      change(to: .working("\(request.device), \(pcm.format)\(paced)\(mixed)"))
    } catch {
      fail(error)
    }
  }

  private func show() throws(PCMError) {
    do throws(AdapterProblem) { try indicator?.turnOn() } catch {
      throw .unshown(device: request.device, problem: "\(error)")
    }
  }

  /// Watches the PCM's descriptors; if one cannot be watched (/dev/null), the clock paces.
  private func watch(_ pcm: PCM) {
    guard let reactor else { return }
    for (index, each) in pcm.pollTable.enumerated() {
      let events = IOEvents(rawValue: each.events)
      do throws(SystemError) {
        let watch = try reactor.watch(each.descriptor, for: events) {
          [unowned(unsafe) self] events in self.descriptorReady(index, events)
        }
        watches.append(watch)
      } catch {
        pace = .clock
      }
    }
    if watches.isEmpty { pace = .clock }
    if pace == .clock { unwatch() }
  }

  private func unwatch() {
    for watch in watches { reactor?.unwatch(watch) }
    watches.removeAll(keepingCapacity: true)
  }

  private func close() {
    defer { indicator?.turnOff() }
    guard pcm != nil else { return }
    unwatch()
    pcm = nil
    user.end(at: MonotonicClock.now)
  }

  private func fail(_ error: PCMError) {
    let now = MonotonicClock.now
    let worked = pcm == nil ? 0 : now - openedAt
    close()
    if let paceTimer { reactor?.disarm(paceTimer) }
    counters.failures += 1
    let retryAt = now + backoff.pause(workedNanoseconds: worked)
    if let retryTimer { reactor?.arm(retryTimer, at: retryAt) }
    change(to: .failed(reason: error.description, retryAt: retryAt))
  }
}

extension PCMSession {
  private func descriptorReady(_ index: Int, _ events: IOEvents) {
    guard let pcm, let reactor else { return }
    counters.wakeUps += 1
    // A plug-in may use its descriptor for more than sound; only it knows what an event means.
    guard !pcm.meaning(of: events, at: index).isEmpty else { return countFruitless() }
    move(pcm, at: reactor.now)
  }

  private func paceTimerFired() {
    guard let pcm, let reactor else { return }
    counters.wakeUps += 1
    let now = reactor.now
    if pace == .clock {
      move(pcm, at: now)
    } else if now - movedAt >= PCMSession.stallNanoseconds {
      fail(.stalled(device: request.device))
    }
    if self.pcm != nil { arm(after: now) }
  }

  /// Sets the clock to the next period, or to the next look at whether the device still moves.
  private func arm(after now: Int64) {
    guard let pcm, let paceTimer else { return }
    let period = Int64(pcm.format.periodFrames) * 1_000_000_000 / Int64(pcm.format.rate)
    reactor?.arm(paceTimer, at: now + (pace == .clock ? period : PCMSession.stallNanoseconds / 2))
  }

  private func move(_ pcm: PCM, at now: Int64) {
    do throws(PCMError) {
      let frames = try user.transfer(pcm, at: now)
      counters.frames += Int64(frames)
      guard frames == 0, pace == .device else {
        (movedAt, fruitless) = (now, 0)
        return
      }
      countFruitless()
    } catch {
      fail(error)
    }
  }

  /// A descriptor that is always ready while nothing moves would keep the program spinning.
  private func countFruitless() {
    fruitless += 1
    if fruitless > PCMSession.fruitlessLimit { fail(.stalled(device: request.device)) }
  }
}
