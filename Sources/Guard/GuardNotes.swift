// SPDX-License-Identifier: Apache-2.0
internal import Runtime

/// What the last guard drove, on file: so that it can be brought to rest from outside even when the
/// configuration has changed or is broken by then.
enum GuardNotes {
  private static let limit = 16 * (MotorSettings.maximumBytes + 2)

  static func path(_ folder: String) -> String { "\(folder)/guard.motors" }
  static func lockPath(_ folder: String) -> String { "\(folder)/guard.lock" }

  /// Notes down what is driven from now on.
  static func write(_ settings: [MotorSettings], in folder: String) throws(StateFile.Failure) {
    var bytes: [UInt8] = []
    for (index, motor) in settings.enumerated() {
      let record = motor.record(drive: index, of: settings.count)
      bytes += [
        UInt8(truncatingIfNeeded: record.count), UInt8(truncatingIfNeeded: record.count >> 8),
      ]
      bytes += record
    }
    try StateFile.write(path(folder), bytes)
  }

  /// What was noted down; nil where nothing was, or nothing that can be read.
  static func read(in folder: String) -> [MotorSettings]? {
    let bytes: [UInt8]?
    do throws(StateFile.Failure) {
      bytes = try StateFile.read(path(folder), limit: limit)
    } catch { return nil }
    guard let bytes else { return nil }
    return bytes.withUnsafeBytes { settings(in: $0) }
  }

  private static func settings(in bytes: UnsafeRawBufferPointer) -> [MotorSettings]? {
    var settings: [MotorSettings] = []
    var next = 0
    while next < bytes.count {
      guard next + 2 <= bytes.count else { return nil }
      let length = Int(bytes[next]) | Int(bytes[next + 1]) << 8
      guard next + 2 + length <= bytes.count,
        let motor = MotorSettings(
          UnsafeRawBufferPointer(rebasing: bytes[(next + 2)..<(next + 2 + length)]))
      else { return nil }
      settings.append(motor)
      next += 2 + length
    }
    return settings
  }
}
