// SPDX-License-Identifier: Apache-2.0

/// What an element of a sound card's mixer is to be set to.
package struct MixerVolume: Equatable, Sendable {
  package enum Level: Equatable, Sendable {
    /// Decibels, as the card counts them.
    case decibels(Double)
    /// Share of its range, 0…100.
    case percent(Double)
  }

  package let level: Level
  /// The element's name; nil for the card's first that has a volume of the direction.
  package let element: String?

  package init(_ level: Level, element: String? = nil) {
    (self.level, self.element) = (level, element)
  }

  /// The volume that the values of two keys say, such as `gain: 12 dB` and `mixer: Mic`.
  package init?(_ values: AdapterValues, key: String) throws(AdapterProblem) {
    let element = values.optionalText("mixer")
    guard let text = values.optionalText(key) else {
      guard element == nil else {
        throw AdapterProblem("mixer", "is given without \(key); expected both")
      }
      return nil
    }
    let (number, unit) = NumberText.split(text)
    switch (number, unit) {
    case (.some(let number), "dB") where (-120...60).contains(number):
      self.init(.decibels(number), element: element)
    case (.some(let number), "%") where (0...100).contains(number):
      self.init(.percent(number), element: element)
    default:
      throw AdapterProblem(
        key, "is \"\(text)\"; expected decibels from -120 to 60 (\"6 dB\") or 0 to 100 %")
    }
  }
}
