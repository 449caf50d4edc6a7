// SPDX-License-Identifier: Apache-2.0
internal import Runtime

/// Why something could not be measured, in words for the user.
package struct BenchFailure: Error, Equatable, CustomStringConvertible {
  package let description: String

  static let interrupted = BenchFailure(description: "interrupted")

  init(description: String) { self.description = description }

  init(_ error: SystemError) { description = error.description }
}
