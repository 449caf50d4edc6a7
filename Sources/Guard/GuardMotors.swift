// SPDX-License-Identifier: Apache-2.0
internal import Devices
internal import Runtime

/// The outputs of a guard with their wires: what the state machine decides, the wires show.
final class GuardMotors {
  private static let retryNanoseconds: Int64 = 1_000_000_000

  private(set) var state: GuardState
  private let settings: [MotorSettings]
  private let reactor: Reactor
  private let log: Log
  /// Called when a device has something to say, so that what is due gets done.
  private let onEvent: () -> Void
  /// Called when an output became neutral or live, failed or came back.
  private let onChange: (Int) -> Void
  private var wires: [MotorHardware?]
  private var chips: [PCA9685] = []
  private var stops: [EmergencyStop] = []
  private var retryAt: [Int64?]
  private var failures: [String?]
  private var told: [GuardDrive.Standing]

  init(
    _ settings: [MotorSettings], reactor: Reactor, log: Log, onEvent: @escaping () -> Void,
    onChange: @escaping (Int) -> Void
  ) {
    (self.settings, self.reactor, self.log) = (settings, reactor, log)
    (self.onEvent, self.onChange) = (onEvent, onChange)
    state = GuardState(settings, at: MonotonicClock.now)
    wires = settings.map { _ in nil }
    retryAt = settings.map { _ in nil }
    failures = settings.map { _ in nil }
    told = state.drives.map { $0.standing }
  }

  /// Opens every output at rest; one that cannot be opened is tried again.
  func open(at now: Int64) {
    for drive in settings.indices { open(drive, at: now) }
  }

  /// Why an output cannot be driven; nil while it can.
  func failure(of drive: Int) -> String? { failures[drive] }

  /// Whether every device has taken what it was told.
  var isIdle: Bool { chips.allSatisfy { $0.isIdle } }

  /// Takes in a record; the output it was about, or nil for none.
  func take(_ record: UnsafeRawBufferPointer, at now: Int64) -> Int? { state.take(record, at: now) }

  func neutralise(_ reason: NeutralReason, at now: Int64) { state.neutralise(reason, at: now) }

  /// Moves everything on to `now`.
  func advance(to now: Int64) {
    for chip in chips { chip.advance(to: now) }
    state.advance(to: now)
    for drive in settings.indices {
      if let retry = retryAt[drive], now >= retry { retryFailed(drive, at: now) }
      show(drive, at: now)
    }
    for chip in chips { chip.flush(at: now) }
    for drive in settings.indices where told[drive] != state.drives[drive].standing {
      told[drive] = state.drives[drive].standing
      onChange(drive)
    }
  }

  /// When something is due next.
  func deadline(after now: Int64) -> Int64? {
    var earliest = state.deadline(after: now)
    func note(_ time: Int64?) {
      if let time { earliest = min(earliest ?? time, time) }
    }
    for drive in settings.indices {
      note(wires[drive]?.deadline)
      note(retryAt[drive])
    }
    for chip in chips { note(chip.deadline) }
    return earliest
  }

  private func show(_ drive: Int, at now: Int64) {
    guard let hardware = wires[drive] else { return }
    let isDriven = hardware.advance(to: now)
    let isShown = hardware.show(state.drives[drive], at: now)
    guard state.drives[drive].isFailed else {
      if !hardware.isReady || !isDriven || !isShown { fail(drive, at: now) }
      return
    }
    // One that has failed waits to be tried again; one whose chip has just been started, for it.
    guard retryAt[drive] == nil else { return }
    if hardware.isReady { recover(drive, at: now) }
    if hardware.hasFailed { fail(drive, at: now) }
  }
}

extension GuardMotors {
  private func open(_ drive: Int, at now: Int64) {
    do throws(MotorFailure) {
      let hardware = try MotorHardware(settings[drive]) { () throws(MotorFailure) in
        try self.chip(for: self.settings[drive], at: now)
      }
      wires[drive] = hardware
      try followStop(of: drive, at: now)
      // What needs a chip is barred until the chip has answered.
      if hardware.isReady { recover(drive, at: now) } else { state.fail(true, drive, at: now) }
    } catch {
      wires[drive] = nil
      bar(drive, "\(error)", at: now)
    }
  }

  /// The chip of an output, started when the first output needs it.
  private func chip(for motor: MotorSettings, at now: Int64) throws(MotorFailure) -> PCA9685 {
    if let chip = chips.first(where: { $0.bus == motor.bus && $0.address == motor.address }) {
      guard chip.frequency == motor.frequency else {
        throw MotorFailure("the PCA9685 runs at \(chip.frequency) Hz for another output")
      }
      return chip
    }
    let chip = try PCA9685(
      bus: motor.bus, address: motor.address, frequency: motor.frequency, at: now)
    do throws(SystemError) {
      _ = try reactor.watch(chip.descriptor, for: .readable) { _ in self.onEvent() }
    } catch { throw MotorFailure("\(error)") }
    chips.append(chip)
    return chip
  }

  /// Follows the emergency stop of an output, which others may share.
  private func followStop(of drive: Int, at now: Int64) throws(MotorFailure) {
    guard let port = settings[drive].emergencyStop else { return }
    let label = settings[drive].label
    if !stops.contains(where: { $0.port == port && $0.chip == label }) {
      let stop = try EmergencyStop(settings[drive], port, reactor: reactor)
      try stop.onEdge {
        self.read(stop, at: MonotonicClock.now)
        self.onEvent()
      }
      stops.append(stop)
    }
    for stop in stops where stop.port == port && stop.chip == label { read(stop, at: now) }
  }

  private func read(_ stop: EmergencyStop, at now: Int64) {
    let (isOn, wasOn) = stop.read()
    for drive in settings.indices
    where settings[drive].emergencyStop == stop.port && settings[drive].label == stop.chip {
      if wasOn { state.pressStop(true, of: drive, at: now) }
      state.pressStop(isOn, of: drive, at: now)
      if stop.isLost {
        wires[drive] = nil
        bar(drive, "\(stop.port): the emergency stop cannot be read", at: now)
      }
    }
    if stop.isLost { stops.removeAll { $0 === stop } }
  }

  /// A device refused: the enable line goes, and the device is tried again.
  private func fail(_ drive: Int, at now: Int64) {
    _ = wires[drive]?.neutral(at: now)
    bar(drive, "a device refused or did not answer in time", at: now)
  }

  private func bar(_ drive: Int, _ problem: String, at now: Int64) {
    state.fail(true, drive, at: now)
    retryAt[drive] = now + Self.retryNanoseconds
    guard failures[drive] != problem else { return }
    failures[drive] = problem
    log.error("guard", "\(settings[drive].id): \(problem)")
    told[drive] = state.drives[drive].standing
    onChange(drive)
  }

  private func recover(_ drive: Int, at now: Int64) {
    (failures[drive], retryAt[drive]) = (nil, nil)
    state.fail(false, drive, at: now)
  }

  private func retryFailed(_ drive: Int, at now: Int64) {
    retryAt[drive] = now + Self.retryNanoseconds
    guard let hardware = wires[drive] else { return open(drive, at: now) }
    if case .failed = hardware.chip?.state { hardware.chip?.restart(at: now) }
    guard hardware.isReady else { return }
    // A wire that cannot be told to rest is let go of and asked for again.
    if hardware.neutral(at: now) { recover(drive, at: now) } else { wires[drive] = nil }
  }
}
