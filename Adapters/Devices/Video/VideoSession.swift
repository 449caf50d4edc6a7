// SPDX-License-Identifier: Apache-2.0
internal import CSystem
internal import CVideo
package import Runtime

/// Keeps one camera open on the reactor: drives its user, and reopens the camera when it fails.
///
/// A camera that adjusts exposure or gain by itself is given a moment to do so, then held. The user
/// owns the session and stops it before it goes.
package final class VideoSession {
  /// How long a camera may adjust itself to the light before it is held.
  private static let adjustNanoseconds: Int64 = 1_500_000_000
  /// Longest time without a frame that a running camera is allowed.
  private static let stallNanoseconds: Int64 = 5_000_000_000

  package private(set) var status = AdapterStatus.stopped
  /// `frames` were measured, `blocks` decoded at all, `overruns` damaged.
  package var counters = AdapterCounters()
  /// Called when the camera begins or ceases to work.
  package var onStatusChange: ((AdapterStatus) -> Void)?

  private let request: VideoRequest
  private unowned(unsafe) let user: any VideoUser
  private var reactor: Reactor?
  private var capture: VideoCapture?
  private let indicator: Indicator?
  private var watches: [Watch] = []
  private var retryTimer: Timer?
  private var stallTimer: Timer?
  private var backoff = Backoff()
  private var openedAt: Int64 = 0
  private var movedAt: Int64 = 0
  private var isHeld = false

  package init(_ request: VideoRequest, user: any VideoUser) {
    (self.request, self.user) = (request, user)
    indicator = request.indicator.map { Indicator($0) }
  }

  /// Opens the camera now, or as soon as it can be.
  package func start(on reactor: Reactor) {
    guard self.reactor == nil else { return }
    self.reactor = reactor
    retryTimer = reactor.makeTimer { [unowned(unsafe) self] in self.open() }
    stallTimer = reactor.makeTimer { [unowned(unsafe) self] in self.look() }
    open()
  }

  /// Closes the camera for good, its controls as they were.
  package func stop() {
    guard let reactor else { return }
    close()
    if let retryTimer { reactor.remove(retryTimer) }
    if let stallTimer { reactor.remove(stallTimer) }
    (self.reactor, retryTimer, stallTimer) = (nil, nil, nil)
    change(to: .stopped)
  }

  private func change(to status: AdapterStatus) {
    guard self.status != status else { return }
    self.status = status
    onStatusChange?(status)
  }
}

extension VideoSession {
  private func open() {
    let now = MonotonicClock.now
    (openedAt, movedAt, isHeld) = (now, now, false)
    do throws(VideoError) {
      try show()
      let capture = try VideoCapture.open(request)
      self.capture = capture
      try watch(capture)
      try user.begin(capture.format, at: now)
      if !capture.adjustsItself { hold(capture) }
      arm(at: now + (isHeld ? VideoSession.stallNanoseconds : VideoSession.adjustNanoseconds))
      change(to: .working("\(request.device), \(capture.format)"))
    } catch {
      fail(error)
    }
  }

  private func show() throws(VideoError) {
    do throws(AdapterProblem) { try indicator?.turnOn() } catch {
      throw .unshown(device: request.device, problem: "\(error)")
    }
  }

  private func watch(_ capture: VideoCapture) throws(VideoError) {
    guard let reactor else { return }
    do throws(SystemError) {
      watches.append(
        try reactor.watch(capture.descriptor, for: .readable) {
          [unowned(unsafe) self] events in self.cameraReady(events)
        })
      watches.append(
        try reactor.watch(capture.resultDescriptor, for: .readable) {
          [unowned(unsafe) self] _ in self.collect()
        })
    } catch {
      throw .failed(device: request.device, operation: "watch it", code: error.code)
    }
  }

  /// Ends the watches and the camera; the worker has ended when this returns.
  private func close() {
    for watch in watches { reactor?.unwatch(watch) }
    watches.removeAll(keepingCapacity: true)
    defer { indicator?.turnOff() }
    guard capture != nil else { return }
    capture = nil
    user.end(at: MonotonicClock.now)
  }

  private func fail(_ error: VideoError) {
    let now = MonotonicClock.now
    let worked = capture == nil ? 0 : now - openedAt
    close()
    if let stallTimer { reactor?.disarm(stallTimer) }
    counters.failures += 1
    let retryAt = now + backoff.pause(workedNanoseconds: worked)
    if let retryTimer { reactor?.arm(retryTimer, at: retryAt) }
    change(to: .failed(reason: error.description, retryAt: retryAt))
  }

  private func hold(_ capture: VideoCapture) {
    capture.holdControls(request)
    isHeld = true
  }

  private func arm(at deadline: Int64) {
    if let stallTimer { reactor?.arm(stallTimer, at: deadline) }
  }
}

extension VideoSession {
  private func cameraReady(_ events: IOEvents) {
    guard let capture, let reactor else { return }
    counters.wakeUps += 1
    var hasTaken = false
    // As many as there are buffers, so that a camera cannot keep the program here.
    for _ in 0..<CVIDEO_QUEUE {
      switch capture.take(at: reactor.now) {
      case .frame: hasTaken = true
      case .damaged:
        hasTaken = true
        counters.overruns += 1
      case .none:
        // Readable or failed without a frame: only a device that is gone says so.
        if !hasTaken, events.contains(.failed) || events.contains(.hungUp) {
          fail(.failed(device: request.device, operation: "read frames", code: ENODEV))
        }
        return
      case .broken(let code):
        return fail(.failed(device: request.device, operation: "read frames", code: code))
      }
    }
  }

  private func collect() {
    guard let reactor else { return }
    counters.wakeUps += 1
    while let frame = capture?.nextResult() {
      movedAt = reactor.now
      counters.blocks += 1
      guard !frame.isDamaged else {
        counters.overruns += 1
        continue
      }
      guard isHeld else { continue }
      counters.frames += 1
      do throws(VideoError) { try user.take(frame) } catch { return fail(error) }
    }
  }

  /// Holds the camera once it has adjusted itself; afterwards looks whether frames still come.
  private func look() {
    guard let capture, let reactor else { return }
    let now = reactor.now
    if !isHeld {
      hold(capture)
      do throws(VideoError) { try user.begin(capture.format, at: now) } catch { return fail(error) }
    } else if now - movedAt >= VideoSession.stallNanoseconds {
      return fail(.stalled(device: request.device))
    }
    arm(at: now + VideoSession.stallNanoseconds / 2)
  }
}
