// SPDX-License-Identifier: Apache-2.0

internal import CSystem

/// The terminal the program is used from.
package enum Terminal {
  /// Whether standard output is a terminal.
  package static var isInteractive: Bool { isatty(1) == 1 }

  /// Its characters a row and its rows; 80 and 24 where it does not say.
  package static var size: (columns: Int, rows: Int) {
    var (columns, rows): (Int32, Int32) = (0, 0)
    tm_terminal_size(1, &columns, &rows)
    return columns > 0 && rows > 0 ? (Int(columns), Int(rows)) : (80, 24)
  }
}
