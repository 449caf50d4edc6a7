// SPDX-License-Identifier: Apache-2.0

internal import CSystem

/// A failed system call: what was being done, to what, and the kernel's reason.
package struct SystemError: Error, Equatable, CustomStringConvertible {
  /// What was attempted, as a verb phrase ("listen on", "write").
  package let operation: String
  /// What it was attempted on: an address, a path, a device.
  package let subject: String
  /// The errno value.
  package let code: Int32

  package init(_ operation: String, _ subject: String, code: Int32) {
    (self.operation, self.subject, self.code) = (operation, subject, code)
  }

  /// The error of the call that has just failed on this thread.
  static func last(_ operation: String, _ subject: String) -> SystemError {
    SystemError(operation, subject, code: tm_errno())
  }

  /// The symbolic name of `code`, such as "EADDRINUSE".
  package var name: String { String(cString: tm_error_name(code)) }

  package var description: String {
    let reason = String(cString: tm_error_text(code))
    return "cannot \(operation) \(subject): \(reason) (\(name))"
  }
}
