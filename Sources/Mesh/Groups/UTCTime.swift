// SPDX-License-Identifier: Apache-2.0

/// Times of day as text.
///
/// Source: RFC 3339 §5.6. Years 1 to 9999; a leap second is the first second after it.
package enum UTCTime {
  private static let day: Int64 = 86_400_000

  /// The time `milliseconds` after the Unix epoch, in UTC, to the second: "2026-11-21T12:45:03Z".
  package static func text(_ milliseconds: Int64) -> String {
    let bounded = min(max(milliseconds, -62_135_596_800_000), 253_402_300_799_999)
    let days = floorDivide(bounded, day)
    let seconds = (bounded - days * day) / 1000
    // Civil date of a day number, by years that begin in March.
    let shifted = days + 719_468
    let era = floorDivide(shifted, 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let month = (5 * dayOfYear + 2) / 153
    let civilMonth = month < 10 ? month + 3 : month - 9
    let year = yearOfEra + era * 400 + (civilMonth <= 2 ? 1 : 0)
    var text = ""
    append(year, digits: 4, end: "-", to: &text)
    append(civilMonth, digits: 2, end: "-", to: &text)
    append(dayOfYear - (153 * month + 2) / 5 + 1, digits: 2, end: "T", to: &text)
    append(seconds / 3600, digits: 2, end: ":", to: &text)
    append(seconds / 60 % 60, digits: 2, end: ":", to: &text)
    append(seconds % 60, digits: 2, end: "Z", to: &text)
    return text
  }

  /// Milliseconds of the Unix epoch, finer parts cut off; nil for what is no RFC 3339 time.
  package static func milliseconds(_ text: String) -> Int64? {
    var rest = Array(text.utf8)[...]
    guard let year = number(&rest, digits: 4), take(&rest, "-"),
      let month = number(&rest, digits: 2), take(&rest, "-"),
      let dayOfMonth = number(&rest, digits: 2), take(&rest, "Tt "),
      let hour = number(&rest, digits: 2), take(&rest, ":"),
      let minute = number(&rest, digits: 2), take(&rest, ":"),
      let second = number(&rest, digits: 2), let fraction = fraction(&rest),
      let offset = offset(&rest), rest.isEmpty, year >= 1, (1...12).contains(month),
      (1...length(ofMonth: month, year)).contains(dayOfMonth), hour < 24, minute < 60, second < 61
    else { return nil }
    let seconds = (hour * 60 + minute - offset) * 60 + second
    return days(year, month, dayOfMonth) * day + seconds * 1000 + fraction
  }

  private static func days(_ year: Int64, _ month: Int64, _ dayOfMonth: Int64) -> Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let era = floorDivide(shifted, 400)
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + dayOfMonth - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  private static func length(ofMonth month: Int64, _ year: Int64) -> Int64 {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// A fraction of a second in milliseconds; 0 where there is none, nil for a dot alone.
  private static func fraction(_ rest: inout ArraySlice<UInt8>) -> Int64? {
    guard take(&rest, ".") else { return 0 }
    var (value, scale, isEmpty) = (Int64(0), Int64(100), true)
    while let digit = rest.first, (48...57).contains(digit) {
      value += Int64(digit - 48) * scale
      scale /= 10
      isEmpty = false
      rest.removeFirst()
    }
    return isEmpty ? nil : value
  }

  /// Minutes east of UTC.
  private static func offset(_ rest: inout ArraySlice<UInt8>) -> Int64? {
    if take(&rest, "Zz") { return 0 }
    let isEast = take(&rest, "+")
    guard isEast || take(&rest, "-"), let hours = number(&rest, digits: 2), take(&rest, ":"),
      let minutes = number(&rest, digits: 2), hours < 24, minutes < 60
    else { return nil }
    return (hours * 60 + minutes) * (isEast ? 1 : -1)
  }

  private static func number(_ rest: inout ArraySlice<UInt8>, digits: Int) -> Int64? {
    guard rest.count >= digits else { return nil }
    var value: Int64 = 0
    for digit in rest.prefix(digits) {
      guard (48...57).contains(digit) else { return nil }
      value = value * 10 + Int64(digit - 48)
    }
    rest = rest.dropFirst(digits)
    return value
  }

  /// Takes one character that is any of `choices`.
  private static func take(_ rest: inout ArraySlice<UInt8>, _ choices: StaticString) -> Bool {
    guard let first = rest.first, choices.withUTF8Buffer({ $0.contains(first) }) else {
      return false
    }
    rest.removeFirst()
    return true
  }

  private static func append(
    _ value: Int64, digits: Int, end: StaticString, to text: inout String
  ) {
    let figures = value.description
    for _ in figures.utf8.count..<max(digits, figures.utf8.count) { text += "0" }
    text += figures
    text += end.description
  }

  private static func floorDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
    value >= 0 ? value / divisor : -((-value + divisor - 1) / divisor)
  }
}
