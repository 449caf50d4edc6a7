// SPDX-License-Identifier: Apache-2.0

internal import CSystem

/// The terminal the program is used from.
package enum Terminal {
  /// Whether standard output is a terminal.
  package static var isInteractive: Bool { isatty(1) == 1 }

  /// Size in characters, or nil when standard output is no terminal.
  package static var size: (columns: Int, rows: Int)? {
    var (columns, rows) = (Int32(0), Int32(0))
    guard tm_terminal_size(1, &columns, &rows) == 1 else { return nil }
    return (Int(columns), Int(rows))
  }

  /// Delivers single keys without echo on standard input; false when it is no terminal.
  package static func beginSingleKeys() -> Bool { tm_terminal_raw(0) == 0 }

  /// Gives the terminal back as it was.
  package static func endSingleKeys() { tm_terminal_restore(0) }
}
