// SPDX-License-Identifier: Apache-2.0
internal import Devices

extension SectionReader {
  mutating func name(_ key: String) throws(ConfigurationFailure) -> String {
    let text = try requiredText(key)
    guard NodeSettings.isName(text) else {
      throw complaint(key, "expected 1 to 64 bytes without control characters")
    }
    return text
  }

  mutating func optionalName(_ key: String) throws(ConfigurationFailure) -> String? {
    guard let text = try text(key) else { return nil }
    guard NodeSettings.isName(text) else {
      throw complaint(key, "expected 1 to 64 bytes without control characters")
    }
    return text
  }

  mutating func sampleFormat(_ key: String) throws(ConfigurationFailure) -> SampleFormat? {
    let formats = [SampleFormat.int16, .int32, .float32]
    return try choice(key, of: formats.map { $0.description }).flatMap { SampleFormat($0) }
  }

  /// Centre and width in hertz, from `frequency` and `width` or from `band: [from, to]`.
  ///
  /// `isSound` tells whether the band is of the sound itself, not of its loudness.
  mutating func band(rate: Int, isSound: Bool) throws(ConfigurationFailure) -> (Double, Double) {
    // A pulse carries the frequency as 32 bits of µHz.
    let highest = isSound ? min(Double(rate) * 0.45, 4294) : 20
    let lowest = isSound ? 1 : 0.05
    let frequency = try number("frequency", in: lowest...highest, unit: "Hz")
    let width = try number("width", in: 0.01...highest, unit: "Hz")
    if let edges = try edges("band", in: 0.01...highest) {
      guard frequency == nil, width == nil else {
        throw complaint("band", "expected either band, or frequency and width")
      }
      return ((edges.0 + edges.1) / 2, edges.1 - edges.0)
    }
    let centre = frequency ?? (isSound ? 50 : 2)
    let chosen = width ?? (isSound ? 4 : 1)
    guard chosen < 2 * centre else {
      throw complaint("width", "is \(chosen); expected less than twice the frequency")
    }
    return (centre, chosen)
  }

  /// `[from, to]`, from below to.
  private mutating func edges(_ key: String, in range: ClosedRange<Double>)
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
