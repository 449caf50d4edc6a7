// SPDX-License-Identifier: Apache-2.0
internal import CSystem

/// Text to the terminal by write(2): Embedded Swift's `print` goes byte by byte.
enum Terminal {
  static func write(_ text: String) { write(text, to: STDOUT_FILENO) }

  static func writeError(_ text: String) { write(text, to: STDERR_FILENO) }

  private static func write(_ text: String, to descriptor: Int32) {
    let bytes = Array(text.utf8)
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        CSystem.write(descriptor, buffer.baseAddress?.advanced(by: written), bytes.count - written)
      }
      if count < 0 && tm_errno() == EINTR { continue }
      if count <= 0 { return }
      written += count
    }
  }

  /// `text` filled with spaces to `width` columns, counting one column a character.
  static func padded(_ text: String, to width: Int) -> String {
    var padded = text
    for _ in 0..<max(0, width - text.count) { padded += " " }
    return padded
  }

  /// `value` with `digits` decimals.
  static func decimal(_ value: Double, _ digits: Int) -> String {
    guard value.isFinite, abs(value) < 1e15 else { return "-" }
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    let scaled = Int((abs(value) * scale).rounded())
    let whole = scaled / Int(scale)
    let sign = value < 0 && scaled != 0 ? "-" : ""
    guard digits > 0 else { return "\(sign)\(whole)" }
    var fraction = "\(scaled % Int(scale))"
    while fraction.utf8.count < digits { fraction = "0" + fraction }
    return "\(sign)\(whole).\(fraction)"
  }
}
