// SPDX-License-Identifier: Apache-2.0
package import Runtime

/// A device that a `DeviceKeeper` opens and, when it failed, opens again.
package protocol KeptDevice: AnyObject {
  /// Opens the device.
  ///
  /// - Returns: What it is, for its status; nil for one that answers later, by `DeviceKeeper.opened`.
  func openDevice() throws(AdapterProblem) -> String?
  /// Closes the device; also called when it was not open.
  func closeDevice()
}

/// The status of a device that is written to: it is opened now or as soon as it can be, and again
/// after it failed, with growing pauses.
///
/// The device owns its keeper and stops it before it goes.
package final class DeviceKeeper {
  package private(set) var status = AdapterStatus.stopped
  package var counters = AdapterCounters()
  package var onStatusChange: ((AdapterStatus) -> Void)?

  private unowned(unsafe) let device: any KeptDevice
  private var reactor: Reactor?
  private var retryTimer: Timer?
  private var backoff = Backoff()
  private var openedAt: Int64 = 0

  package init(_ device: any KeptDevice) { self.device = device }

  package var isOpen: Bool { status.isWorking }

  /// Opens the device now, or as soon as it can be.
  package func start(on reactor: Reactor) {
    guard self.reactor == nil else { return }
    self.reactor = reactor
    retryTimer = reactor.makeTimer { [unowned(unsafe) self] in self.open() }
    open()
  }

  /// Closes the device for good.
  package func stop() {
    guard let reactor else { return }
    device.closeDevice()
    if let retryTimer { reactor.remove(retryTimer) }
    (self.reactor, retryTimer) = (nil, nil)
    change(to: .stopped)
  }

  /// The device has failed; it is closed, and opened again later.
  package func fail(_ reason: String) {
    guard let reactor else { return }
    device.closeDevice()
    counters.failures += 1
    let now = MonotonicClock.now
    let retryAt = now + backoff.pause(workedNanoseconds: isOpen ? now - openedAt : 0)
    if let retryTimer { reactor.arm(retryTimer, at: retryAt) }
    change(to: .failed(reason: reason, retryAt: retryAt))
  }

  /// The device has answered and works.
  package func opened(_ what: String) {
    guard reactor != nil else { return }
    openedAt = MonotonicClock.now
    change(to: .working(what))
  }

  private func open() {
    do throws(AdapterProblem) {
      if let what = try device.openDevice() { opened(what) }
    } catch { fail("\(error)") }
  }

  private func change(to status: AdapterStatus) {
    guard self.status != status else { return }
    self.status = status
    onStatusChange?(status)
  }
}
