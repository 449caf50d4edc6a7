// SPDX-License-Identifier: Apache-2.0

internal import CSystem

/// The terminal the program is used from.
package enum Terminal {
  /// Whether standard output is a terminal.
  package static var isInteractive: Bool { isatty(1) == 1 }
}
