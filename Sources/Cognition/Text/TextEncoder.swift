// SPDX-License-Identifier: Apache-2.0

/// Turns a text into a direction by hashing its words and their parts: the lexical encoder of the
/// nodes in the field, whose numbers it reproduces for 64 buckets.
///
/// Texts that share words point the same way; a paraphrase in other words does not.
/// Source: kernel "ngram-h32" of @sym-bot/sym (FNV-1a of trigrams, words and pairs of words).
package enum TextEncoder {
  /// A vector of `buckets` numbers and length 1; all zero where there is no word of ASCII.
  package static func encode(_ text: String, buckets: Int) -> [Float] {
    var vector = [Float](repeating: 0, count: buckets)
    var previous: [UInt8] = []
    var word: [UInt8] = [space]
    for byte in text.utf8 {
      if let letter = letter(byte) {
        word.append(letter)
      } else {
        take(&word, &previous, &vector)
      }
    }
    take(&word, &previous, &vector)
    var square: Float = 0
    for value in vector { square += value * value }
    guard square > 0 else { return vector }
    let length = square.squareRoot()
    for index in vector.indices { vector[index] /= length }
    return vector
  }

  private static let space = UInt8(ascii: " ")

  /// A letter or digit of ASCII in lower case; anything else parts words.
  private static func letter(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte + 32
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): byte
    default: nil
    }
  }

  /// Adds a word, which stands behind a space, and begins the next.
  private static func take(
    _ word: inout [UInt8], _ previous: inout [UInt8], _ vector: inout [Float]
  ) {
    guard word.count > 1 else { return }
    let letters = Array(word[1...])
    word.append(space)
    for start in 0..<(word.count - 2) { add(word[start..<(start + 3)], 1, &vector) }
    add(letters[...], 2, &vector)
    if !previous.isEmpty { add((previous + [UInt8(ascii: "_")] + letters)[...], 1.5, &vector) }
    previous = letters
    word.removeAll(keepingCapacity: true)
    word.append(space)
  }

  private static func add(_ bytes: ArraySlice<UInt8>, _ weight: Float, _ vector: inout [Float]) {
    var hash: UInt32 = 0x811C_9DC5
    for byte in bytes { hash = (hash ^ UInt32(byte)) &* 0x0100_0193 }
    let signed = Int32(bitPattern: hash)
    let bucket = Int(signed.magnitude % UInt32(vector.count))
    vector[bucket] += signed > 0 ? weight : -weight
  }
}
