// SPDX-License-Identifier: Apache-2.0

extension AdapterKey.Kind {
  /// What a value must be, in the words of a message.
  package var expectation: String {
    switch self {
    case .text: "text"
    case .name: "1 to 64 bytes without control characters"
    case .flag: "true or false"
    case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
    case .number(let range, let unit):
      "\(range.lowerBound) to \(range.upperBound) \(unit)"
    case .duration(let range):
      "a duration such as 200ms, 5s or 1m, from \(range.lowerBound) to \(range.upperBound) s"
    case .choice(let words): "one of \(NearWord.joined(words))"
    case .choices(let words): "a list of different words among \(NearWord.joined(words))"
    case .numbers(let range, let unit, let count):
      "a list of \(Self.text(count)) numbers from \(range.lowerBound) to "
        + "\(range.upperBound) \(unit)"
    case .texts(let count): "a list of \(Self.text(count)) texts"
    }
  }

  private static func text(_ count: ClosedRange<Int>) -> String {
    count.lowerBound == count.upperBound
      ? "\(count.lowerBound)" : "\(count.lowerBound) to \(count.upperBound)"
  }
}

/// Words a person may have meant.
package enum NearWord {
  /// The option at most two edits away from `word`, if there is one.
  package static func nearest(to word: String, among options: [String]) -> String? {
    var best: (String, Int)?
    for option in options {
      let distance = editDistance(Array(word.utf8), Array(option.utf8))
      if distance <= 2, distance < (best?.1 ?? 3) { best = (option, distance) }
    }
    return best?.0
  }

  /// `words` in one text, separated by commas.
  package static func joined(_ words: [String]) -> String {
    var text = ""
    for word in words { text += text.isEmpty ? word : ", \(word)" }
    return text
  }

  /// Levenshtein distance.
  private static func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var row = Array(0...b.count)
    for (i, x) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, y) in b.enumerated() {
        let cost = min(diagonal + (x == y ? 0 : 1), row[j] + 1, row[j + 1] + 1)
        diagonal = row[j + 1]
        row[j + 1] = cost
      }
    }
    return row[b.count]
  }
}
