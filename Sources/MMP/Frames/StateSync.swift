// SPDX-License-Identifier: Apache-2.0

/// A node's cognitive state: two vectors whose pairwise angles are its phases.
///
/// Nodes in the field send 32 numbers in each vector, the text of the protocol says 64:
/// both are read, anything else is malformed.
package struct StateSync: Equatable, Sendable {
  package var h1: [Double]
  package var h2: [Double]
  /// How sure the sender is of its state, 0 to 1.
  package var confidence: Double
  /// Names the encoder that made the state, by the start of its weights' hash.
  ///
  /// States of different encoders cannot be compared; nil where the sender does not say.
  package var encoder: String?

  package init(h1: [Double], h2: [Double], confidence: Double) {
    self.h1 = h1
    self.h2 = h2
    self.confidence = confidence
  }
}

extension StateSync {
  func write(_ frame: inout JSONWriter) {
    frame.array("h1", of: h1)
    frame.array("h2", of: h2)
    frame.field("confidence", confidence)
    if let encoder { frame.field("enc", encoder) }
  }

  init(reading frame: JSONValue) throws(FrameFailure) {
    h1 = try Self.readVector(frame, "h1")
    h2 = try Self.readVector(frame, "h2")
    guard h1.count == h2.count else {
      throw .field("h2", of: "state-sync", expected: "as many numbers as h1")
    }
    guard let confidence = frame.double("confidence"), (0...1).contains(confidence) else {
      throw .field("confidence", of: "state-sync", expected: "a number in 0…1")
    }
    self.confidence = confidence
    encoder = frame.string("enc")
    guard encoder.map(isName) ?? true else {
      throw .field("enc", of: "state-sync", expected: "a text of 1 to 64 bytes")
    }
  }

  private static func readVector(
    _ frame: JSONValue, _ key: StaticString
  ) throws(FrameFailure) -> [Double] {
    guard let list = frame.array(key.description), list.count == 32 || list.count == 64 else {
      throw .field(key, of: "state-sync", expected: "32 or 64 numbers")
    }
    var vector: [Double] = []
    vector.reserveCapacity(list.count)
    for index in 0..<list.count {
      guard let number = list[index]?.double else {
        throw .field(key, of: "state-sync", expected: "numbers")
      }
      vector.append(number)
    }
    return vector
  }
}
