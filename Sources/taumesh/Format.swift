// SPDX-License-Identifier: Apache-2.0

/// Numbers and columns as text.
enum Format {
  /// `text` filled with spaces to `width` columns, counting one column a character.
  static func padded(_ text: String, to width: Int) -> String {
    var padded = text
    for _ in 0..<max(0, width - text.count) { padded += " " }
    return padded
  }

  /// `value` with `digits` decimals.
  static func decimal(_ value: Double, _ digits: Int) -> String {
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    guard value.isFinite, abs(value) * scale < 1e18 else { return "-" }
    let scaled = Int64((abs(value) * scale).rounded())
    let whole = scaled / Int64(scale)
    let sign = value < 0 && scaled != 0 ? "-" : ""
    guard digits > 0 else { return "\(sign)\(whole)" }
    var fraction = "\(scaled % Int64(scale))"
    while fraction.utf8.count < digits { fraction = "0" + fraction }
    return "\(sign)\(whole).\(fraction)"
  }
}
