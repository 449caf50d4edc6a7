// SPDX-License-Identifier: Apache-2.0
internal import CQRCode

/// A QR code as text, two modules of it in each character.
///
/// Black on white whatever the colours of the terminal are, with two modules of white around it.
enum QRCode {
  private static let border = 2

  /// - Returns: Lines of the code of `text`; `nil` where it has more than `columns` or `rows`.
  static func lines(_ text: String, columns: Int, rows: Int) -> [String]? {
    guard let code = QRcode_encodeString(text, 0, QR_ECLEVEL_L, QR_MODE_8, 1) else { return nil }
    defer { QRcode_free(code) }
    let width = Int(code.pointee.width)
    guard let modules = code.pointee.data, width + 2 * border <= columns,
      (width + 2 * border + 1) / 2 <= rows
    else { return nil }
    func isDark(_ row: Int, _ column: Int) -> Bool {
      guard row >= 0, column >= 0, row < width, column < width else { return false }
      return modules[row * width + column] & 1 == 1
    }
    var lines: [String] = []
    for row in stride(from: -border, to: width + border, by: 2) {
      var line = "\u{1B}[30;107m"
      for column in -border..<(width + border) {
        switch (isDark(row, column), isDark(row + 1, column)) {
        case (true, true): line += "█"
        case (true, false): line += "▀"
        case (false, true): line += "▄"
        case (false, false): line += " "
        }
      }
      lines.append(line + "\u{1B}[0m")
    }
    return lines
  }
}
