// SPDX-License-Identifier: Apache-2.0

/// A node's cognitive state (layer L2): two vectors whose pairwise angles are its phases.
package struct CognitiveState: Equatable, Sendable {
  package var h1: [Float]
  package var h2: [Float]
  /// 0 to 1.
  package var confidence: Double
  /// Names the encoder that made it; nil where its maker does not say.
  package var encoder: String?

  /// Below this length a state says nothing: its phases are those of rounding errors.
  package static let shortest = 1e-6
  /// A neuron beyond this is no neuron's value, and would drown every other in a mean.
  package static let largest: Float = 16

  package init(h1: [Float], h2: [Float], confidence: Double, encoder: String? = nil) {
    (self.h1, self.h2) = (h1, h2)
    (self.confidence, self.encoder) = (confidence, encoder)
  }

  /// Whether it can be compared at all: as many numbers in both vectors, all of them finite and
  /// within `largest`, and not all of them zero.
  package var isKnown: Bool {
    guard !h1.isEmpty, h1.count == h2.count, confidence.isFinite else { return false }
    var square = 0.0
    for index in h1.indices {
      // Written so that what is no number fails.
      guard abs(h1[index]) <= Self.largest, abs(h2[index]) <= Self.largest else { return false }
      square += Double(h1[index]) * Double(h1[index]) + Double(h2[index]) * Double(h2[index])
    }
    return square >= Self.shortest * Self.shortest
  }
}
