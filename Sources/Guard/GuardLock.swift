// SPDX-License-Identifier: Apache-2.0
internal import CSystem
internal import Runtime

/// One guard at a time: whoever has the lock of this file holds the motors' lines.
///
/// The kernel keeps the lock and says who has it, so neither a crash nor a stale file can mislead.
final class GuardLock {
  private static let termPatience = 60
  private static let killPatience = 100

  private let file: Int32

  private init(file: Int32) { self.file = file }

  deinit { close(file) }

  /// Takes the lock from whoever has it, within 800 ms.
  ///
  /// That guard is asked to rest and end, and killed if it does not.
  ///
  /// - Parameter path: The lock's file; made where there is none.
  /// - Returns: The lock, held until it is let go.
  /// - Throws: Why it cannot be had.
  static func take(_ path: String) throws(MotorFailure) -> GuardLock {
    let file = tm_open(path, O_RDWR | O_CREAT, 0o600)
    guard file >= 0 else { throw MotorFailure("\(SystemError("open", path, code: tm_errno()))") }
    let lock = GuardLock(file: file)
    for attempt in 0..<(termPatience + killPatience) {
      if tm_file_lock(file) == 0 { return lock }
      let holder = tm_file_lock_holder(file)
      if holder > 0, attempt == 0 { kill(holder, SIGTERM) }
      if holder > 0, attempt >= termPatience { kill(holder, SIGKILL) }
      poll(nil, 0, 5)
    }
    throw MotorFailure("\(path): another guard has it and does not end")
  }
}
