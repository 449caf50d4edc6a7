// SPDX-License-Identifier: Apache-2.0
internal import Runtime

/// Why a GPIO line could not be found, requested, read or driven.
package struct GPIOError: Error, Equatable, CustomStringConvertible {
  /// What was attempted.
  package enum Operation: Equatable, Sendable {
    case find
    case request
    case read
    case drive
  }

  /// The line as it was configured.
  package let line: String
  /// The label of the chip it was looked for on, where one was given.
  package let chip: String?
  package let operation: Operation
  /// The errno value.
  package let code: Int32

  package init(line: String, chip: String?, operation: Operation, code: Int32) {
    (self.line, self.chip, self.operation, self.code) = (line, chip, operation, code)
  }

  package var description: String {
    let place = chip.map { "\(line) on \($0)" } ?? line
    let error = SystemError(verb, "GPIO line \(place)", code: code)
    guard let hint = hint(error.name) else { return error.description }
    return "GPIO line \(place): \(hint)"
  }

  private var verb: String {
    switch operation {
    case .find: "find"
    case .request: "request"
    case .read: "read"
    case .drive: "drive"
    }
  }

  /// What the commonest errors mean here.
  private func hint(_ name: String) -> String? {
    switch (operation, name) {
    case (.find, "ENODEV"): "no such GPIO chip here; `taumesh doctor` lists the labels there are"
    case (.find, "ENOENT"): "the chip has no such line"
    case (.find, "ENOTUNIQ"): "several chips have such a line; expected LABEL:OFFSET or a `chip`"
    case (.find, "EINVAL"): "expected GPIO17, a line's name, or LABEL:OFFSET"
    case (.find, "EACCES"): "may not open /dev/gpiochip*; is the user in group gpio?"
    case (.request, "EBUSY"): "another program holds it"
    default: nil
    }
  }
}
