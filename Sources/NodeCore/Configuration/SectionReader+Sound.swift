// SPDX-License-Identifier: Apache-2.0
internal import Devices

extension SectionReader {
  mutating func sampleFormat(_ key: String) throws(ConfigurationFailure) -> SampleFormat? {
    let names = ["S16_LE", "S32_LE", "FLOAT_LE"]
    return try choice(key, of: names).flatMap { SampleFormat($0) }
  }

  /// `[from, to]` in hertz, from below to.
  mutating func band(_ key: String, in range: ClosedRange<Double>)
    throws(ConfigurationFailure) -> (Double, Double)?
  {
    let edges = try list(key)
    guard !edges.isEmpty else { return nil }
    var numbers: [Double] = []
    for edge in edges {
      if case .scalar(let text) = edge.content, let number = Self.split(text).0 {
        numbers.append(number)
      }
    }
    guard edges.count == 2, numbers.count == 2, numbers[0] < numbers[1],
      range.contains(numbers[0]), range.contains(numbers[1])
    else {
      throw complaint(
        key, "expected [from, to] within \(range.lowerBound) to \(range.upperBound) Hz")
    }
    return (numbers[0], numbers[1])
  }

  /// A time of CLOCK_MONOTONIC in nanoseconds.
  mutating func nanoseconds(_ key: String) throws(ConfigurationFailure) -> Int64? {
    guard let text = try text(key) else { return nil }
    guard let number = Int64(text), number >= 0 else {
      throw complaint(key, "is \"\(text)\"; expected nanoseconds of the monotonic clock")
    }
    return number
  }
}
