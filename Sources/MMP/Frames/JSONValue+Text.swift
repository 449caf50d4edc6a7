// SPDX-License-Identifier: Apache-2.0

extension JSONValue {
  /// A text that a frame of `type` cannot do without.
  func text(_ key: StaticString, of type: StaticString) throws(FrameFailure) -> String {
    guard let text = string(key.description) else {
      throw .field(key, of: type, expected: "a text")
    }
    return text
  }

  /// The texts of a list, at most `limit`; what is no text, or too much, is left out.
  func texts(_ key: String, atMost limit: Int) -> [String] {
    guard let list = array(key) else { return [] }
    var texts: [String] = []
    for index in 0..<list.count where texts.count < limit {
      if let text = list[index]?.string { texts.append(text) }
    }
    return texts
  }

  /// Milliseconds of the Unix epoch; 0 where there are none.
  func timestamp(_ key: String) -> Int64 {
    if let number = int(key) { return max(0, number) }
    guard let number = double(key), number >= 0, number < 9e15 else { return 0 }
    return Int64(number)
  }
}
