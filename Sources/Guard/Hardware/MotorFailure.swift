// SPDX-License-Identifier: Apache-2.0

/// Why an output cannot be driven.
package struct MotorFailure: Error, Equatable, CustomStringConvertible {
  package let description: String

  package init(_ description: String) { self.description = description }
}
