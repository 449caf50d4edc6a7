// SPDX-License-Identifier: Apache-2.0
internal import CSystem
internal import Devices
internal import Runtime

/// One channel of a PWM chip through the kernel's sysfs interface.
///
/// Source: the kernel's Documentation/driver-api/pwm.rst, "Using PWMs with the sysfs interface".
final class PWMChannel: PortDriver {
  private let period: Int64
  private let dutyFile: Int32
  private let enableFile: Int32
  private var written: Int64 = -1
  private var isEnabled = false

  /// Exports the channel where it is not, and turns it off.
  ///
  /// - Parameters:
  ///   - chip: The chip's device name (`fe20c000.pwm`), empty for the only one there is.
  ///   - channel: The channel's number on the chip.
  ///   - frequency: Pulses a second.
  ///   - root: Where the kernel lists its chips.
  /// - Throws: What is not there, or may not be written.
  init(chip: String, channel: Int, frequency: Double, root: String = "/sys/class/pwm")
    throws(MotorFailure)
  {
    period = Int64((1e9 / frequency).rounded())
    let folder = try Self.chip(chip, root).folder
    let path = "\(folder)/pwm\(channel)"
    if !Self.isThere(path) { try Self.write(Int64(channel), to: "\(folder)/export") }
    // The duty may not exceed the period, whichever way the period changes.
    try Self.write(0, to: "\(path)/duty_cycle")
    try Self.write(0, to: "\(path)/enable")
    try Self.write(period, to: "\(path)/period")
    dutyFile = try Self.open("\(path)/duty_cycle")
    enableFile = try Self.open("\(path)/enable")
  }

  deinit {
    close(dutyFile)
    close(enableFile)
  }

  var deadline: Int64? { nil }

  func advance(to now: Int64) -> Bool { true }

  func set(_ duty: Double, at now: Int64) -> Bool {
    let wanted = Int64((min(max(duty, 0), 1) * Double(period)).rounded())
    guard wanted > 0 else { return isEnabled ? neutral(at: now) : true }
    if wanted != written, !Self.write(wanted, dutyFile) { return false }
    written = wanted
    if !isEnabled, !Self.write(1, enableFile) { return false }
    isEnabled = true
    return true
  }

  func neutral(at now: Int64) -> Bool {
    (written, isEnabled) = (0, false)
    // Both, whatever becomes of the first.
    let isZero = Self.write(0, dutyFile)
    return Self.write(0, enableFile) && isZero
  }
}

extension PWMChannel {
  /// The chips there are, by the names of their devices.
  static func chips(_ root: String = "/sys/class/pwm") -> [(name: String, folder: String)] {
    var chips: [(name: String, folder: String)] = []
    for number in 0..<64 {
      let folder = "\(root)/pwmchip\(number)"
      if isThere(folder) { chips.append((deviceName(folder), folder)) }
    }
    return chips
  }

  /// The chip of this device name, or the only one where the name is empty.
  static func chip(_ chip: String, _ root: String = "/sys/class/pwm") throws(MotorFailure)
    -> (name: String, folder: String)
  {
    let chips = chips(root)
    let names = NearWord.joined(chips.map { $0.name })
    if chip.isEmpty {
      guard chips.count == 1 else {
        throw MotorFailure(
          chips.isEmpty
            ? "no PWM chip here; is dtoverlay=pwm-2chan set?"
            : "several PWM chips here (\(names)); expected pwm:NAME:CHANNEL")
      }
      return chips[0]
    }
    guard let found = chips.first(where: { $0.name == chip }) else {
      throw MotorFailure("no PWM chip \(chip) here; there are: \(names.isEmpty ? "none" : names)")
    }
    return found
  }

  /// The last part of what `device` links to.
  private static func deviceName(_ folder: String) -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 512) { path in
      let length = path.baseAddress.map { readlink("\(folder)/device", $0, 511) } ?? 0
      guard length > 0 else { return "" }
      let bytes = UnsafeRawBufferPointer(path)[..<length]
      let start = bytes.lastIndex(of: 47).map { $0 + 1 } ?? 0
      return String(decoding: bytes[start...], as: UTF8.self)
    }
  }

  private static func isThere(_ path: String) -> Bool {
    var info = tm_file_info()
    return tm_file_info_at(path, &info) == 0
  }

  private static func open(_ path: String) throws(MotorFailure) -> Int32 {
    let file = tm_open(path, O_WRONLY, 0)
    guard file >= 0 else {
      throw MotorFailure("\(SystemError("open", path, code: tm_errno()))")
    }
    return file
  }

  private static func write(_ number: Int64, to path: String) throws(MotorFailure) {
    let file = try open(path)
    let isWritten = write(number, file)
    let code = tm_errno()
    close(file)
    guard isWritten else {
      throw MotorFailure("\(SystemError("write \(number) to", path, code: code))")
    }
  }

  /// Writes a number as text, without allocating.
  private static func write(_ number: Int64, _ file: Int32) -> Bool {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 24) { text in
      var (rest, start) = (number, 24)
      repeat {
        start -= 1
        text[start] = UInt8(48 + rest % 10)
        rest /= 10
      } while rest > 0
      let bytes = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(text)[start...])
      return pwrite(file, bytes.baseAddress, bytes.count, 0) == bytes.count
    }
  }
}
