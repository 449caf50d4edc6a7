// SPDX-License-Identifier: Apache-2.0
internal import Devices

/// The wires of one output: opened at rest, moved as its drive says, and brought to rest by name.
///
/// While it exists it holds its lines: a line that is given back is in no known state.
final class MotorHardware {
  /// What moves one side.
  private enum Side {
    case bridge(forward: any PortDriver, backward: any PortDriver, pwm: (any PortDriver)?)
    case servo(any PortDriver, frequency: Double)
  }

  /// The chip of its `pca:` ports; nil where it has none.
  let chip: PCA9685?
  private let enable: GPIOOutput?
  private var sides: [Side] = []
  private var ports: [any PortDriver] = []
  private var isMoving = false

  /// Opens everything, off; `chip` gives the PCA9685 where one is needed.
  init(
    _ settings: MotorSettings, chip: () throws(MotorFailure) -> PCA9685
  ) throws(MotorFailure) {
    // Enabling comes last and goes first.
    enable = try settings.enable.map { port throws(MotorFailure) in
      try Self.line(port, settings)
    }
    self.chip = settings.usesPCA ? try chip() : nil
    for side in settings.sides { sides.append(try open(side, settings)) }
  }

  /// Whether the devices behind it can be told anything now.
  var isReady: Bool { chip.map { $0.state == .ready } ?? true }

  /// Whether its chip did not do as it was told.
  var hasFailed: Bool {
    if case .failed = chip?.state { return true }
    return false
  }

  /// When a wire has to change next; nil for nothing.
  var deadline: Int64? {
    var earliest: Int64?
    for port in ports {
      guard let next = port.deadline else { continue }
      earliest = min(earliest ?? next, next)
    }
    return earliest
  }

  /// Does what has become due.
  func advance(to now: Int64) -> Bool {
    var isDone = true
    for port in ports { isDone = port.advance(to: now) && isDone }
    return isDone
  }

  /// Shows where the drive is; false when a device refused.
  func show(_ drive: borrowing GuardDrive, at now: Int64) -> Bool {
    guard drive.isLive else { return isMoving ? neutral(at: now) : true }
    var isDone = true
    for index in sides.indices {
      let value = index == 0 ? drive.first.value : drive.second.value
      isDone = show(sides[index], value, at: now) && isDone
    }
    if !isMoving, let enable { isDone = enable.set(true) && isDone }
    isMoving = true
    return isDone
  }

  /// Turns everything off by name, whatever it was told before; false when a device refused.
  func neutral(at now: Int64) -> Bool {
    isMoving = false
    var isDone = enable.map { $0.set(false) } ?? true
    for port in ports { isDone = port.neutral(at: now) && isDone }
    return isDone
  }

  private func show(_ side: Side, _ value: Double, at now: Int64) -> Bool {
    switch side {
    case .servo(let port, let frequency):
      // 1 to 2 ms, 1.5 in the middle.
      return port.set((1.5 + value / 2) / 1000 * frequency, at: now)
    case .bridge(let forward, let backward, nil):
      // Off before on: never both.
      let (on, off) = value < 0 ? (backward, forward) : (forward, backward)
      let isOff = off.set(0, at: now)
      return isOff && on.set(value.magnitude, at: now)
    case .bridge(let forward, let backward, .some(let pwm)):
      let (on, off) = value < 0 ? (backward, forward) : (forward, backward)
      let isOff = off.set(0, at: now)
      let isDone = isOff && on.set(value == 0 ? 0 : 1, at: now)
      return pwm.set(value.magnitude, at: now) && isDone
    }
  }
}

extension MotorHardware {
  private func open(_ side: MotorSettings.Side, _ settings: MotorSettings) throws(MotorFailure)
    -> Side
  {
    switch side {
    case .servo(let port): .servo(try open(port, settings), frequency: settings.frequency)
    case .bridge(let forward, let backward, let pwm):
      .bridge(
        forward: try open(forward, settings), backward: try open(backward, settings),
        pwm: try pwm.map { port throws(MotorFailure) in try open(port, settings) })
    }
  }

  private func open(_ port: MotorPort, _ settings: MotorSettings) throws(MotorFailure)
    -> any PortDriver
  {
    let driver: any PortDriver
    switch port {
    case .line: driver = LinePort(try Self.line(port, settings), frequency: settings.frequency)
    case .pwm(let name, let channel):
      driver = try PWMChannel(chip: name, channel: channel, frequency: settings.frequency)
    case .pca(let channel):
      guard let chip else { throw MotorFailure("\(port): no PCA9685 is configured") }
      driver = PCAPort(chip, channel: channel)
    }
    ports.append(driver)
    return driver
  }

  private static func line(_ port: MotorPort, _ settings: MotorSettings) throws(MotorFailure)
    -> GPIOOutput
  {
    guard case .line(let name, let isActiveLow) = port else {
      throw MotorFailure("\(port): expected a GPIO line")
    }
    do throws(GPIOError) {
      return try GPIOOutput(name, chip: settings.label, isActiveLow: isActiveLow, isOn: false)
    } catch { throw MotorFailure("\(error)") }
  }
}

extension MotorSettings {
  /// The label to look for lines on; nil for the header's chip.
  var label: String? { chip.isEmpty ? nil : chip }
}
