// SPDX-License-Identifier: Apache-2.0
internal import CSystem

/// Numbers with units, as people write them.
package enum NumberText {
  /// Splits `12.5ms` into its number and its unit; the number is nil where there is none.
  package static func split(_ text: String) -> (Double?, String) {
    let bytes = Array(text.utf8)
    let numeric = bytes.prefix { "+-.0123456789eE".utf8.contains($0) }
    var digits = Array(numeric)
    // `5e` of a unit that begins with e is no exponent: nothing here has such a unit.
    guard !digits.isEmpty, digits.contains(where: { (48...57).contains($0) }) else {
      return (nil, text)
    }
    digits.append(0)
    guard let number = wholeNumber(digits) else { return (nil, text) }
    let rest = bytes.dropFirst(numeric.count).drop { $0 == 32 }
    return (number, String(decoding: rest, as: UTF8.self))
  }

  /// Seconds of a duration with one of the units ns, us, ms, s, m, h; nil where it is none.
  package static func seconds(_ text: String) -> Double? {
    let (number, suffix) = split(text)
    let units: [(String, Double)] = [
      ("ns", 1e-9), ("us", 1e-6), ("ms", 1e-3), ("s", 1), ("m", 60), ("h", 3600),
    ]
    guard let number, let unit = units.first(where: { $0.0 == suffix })?.1 else { return nil }
    return number * unit
  }

  /// The number that all of `digits` (zero-terminated) spell, or nil.
  private static func wholeNumber(_ digits: [UInt8]) -> Double? {
    digits.withUnsafeBytes { bytes -> Double? in
      guard let start = bytes.bindMemory(to: CChar.self).baseAddress else { return nil }
      var end: UnsafeMutablePointer<CChar>?
      let number = strtod(start, &end)
      let consumed = end.map { UnsafePointer($0) - start } ?? 0
      return consumed == digits.count - 1 && number.isFinite ? number : nil
    }
  }
}
