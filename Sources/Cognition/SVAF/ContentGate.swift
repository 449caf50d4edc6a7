// SPDX-License-Identifier: Apache-2.0
internal import CMath

/// Judges a memory block by its content, field by field, against the blocks accepted last (SVAF).
///
/// A field counts that has a text of its own and that some anchor has as well. Vectors are always
/// made here from the text: what a sender attaches is never measured.
/// Source: MMP 0.2.1 §9.2, 1.x §9.2.1, with their reference constants.
package struct ContentGate: Sendable {
  package enum Verdict: Equatable, Sendable {
    case aligned
    case guarded
    /// Says what is known already.
    case redundant
    case rejected

    package var isAccepted: Bool { self == .aligned || self == .guarded }
  }

  package struct Result: Equatable, Sendable {
    package var verdict: Verdict
    package var drift: Double
    /// The largest nearest-anchor drift of a field that counts.
    package var nearest: Double
  }

  package static let fields = 7
  package static let anchors = 5
  static let aligned = 0.25
  static let guarded = 0.5
  static let redundant = 0.1
  static let ageShare = 0.3
  /// Seconds in which news and anchors fade to 1/e.
  static let freshness = 1800.0
  static let buckets = 64

  /// An accepted block: one vector a field, empty where the field says nothing.
  struct Anchor: Sendable {
    let fields: [[Float]]
    let time: Int64
  }

  private var ring: [Anchor] = []
  private var next = 0

  package init() {}

  /// The vectors of a block's texts; empty for a text that is missing or `neutral`.
  package static func encode(_ texts: [String]) -> [[Float]] {
    texts.prefix(fields).map { text in
      guard !text.isEmpty, text != "neutral" else { return [] }
      // Half of the kernel's vector, as nodes in the field take it.
      let half = Array(TextEncoder.encode(text, buckets: buckets).prefix(buckets / 2))
      return half.contains { $0 != 0 } ? half : []
    }
  }

  /// Remembers an accepted block as an anchor, in place of the oldest of five.
  package mutating func admit(_ vectors: [[Float]], at now: Int64) {
    let anchor = Anchor(fields: vectors, time: now)
    if ring.count < Self.anchors { ring.append(anchor) } else { ring[next] = anchor }
    next = (next + 1) % Self.anchors
  }

  /// Judges a block, made `age` seconds ago, by its vectors: those of `encode`, or of any one length.
  package func judge(_ vectors: [[Float]], age: Double, at now: Int64) -> Result {
    var (sum, count, nearest) = (0.0, 0.0, 0.0)
    for field in vectors.indices {
      guard let drift = drift(vectors[field], field, now) else { continue }
      sum += drift.readout
      nearest = max(nearest, drift.nearest)
      count += 1
    }
    let aging = Self.ageShare * (1 - exp(-max(age, 0) / Self.freshness))
    guard count > 0 else {
      // Nothing to compare with: only age speaks against it.
      return Result(
        verdict: aging > Self.guarded ? .rejected : .aligned, drift: aging, nearest: 0)
    }
    let total = (1 - Self.ageShare) * sum / count + aging
    let verdict: Verdict
    if nearest < Self.redundant {
      verdict = .redundant
    } else if total <= Self.aligned {
      verdict = .aligned
    } else {
      verdict = total <= Self.guarded ? .guarded : .rejected
    }
    return Result(verdict: verdict, drift: total, nearest: nearest)
  }

  /// Of one field: the distance to what the anchors say together, and to the nearest of them; nil
  /// where no anchor has it.
  private func drift(
    _ vector: [Float], _ field: Int, _ now: Int64
  ) -> (readout: Double, nearest: Double)? {
    guard !vector.isEmpty else { return nil }
    var readout = [Float](repeating: 0, count: vector.count)
    var (presence, weight, nearest) = (0.0, 0.0, -1.0)
    for anchor in ring where anchor.fields.count > field {
      let other = anchor.fields[field]
      guard other.count == vector.count else { continue }
      let cosine = Drift.cosine(vector, other)
      nearest = max(nearest, cosine)
      let fresh = exp(-Double(max(0, now - anchor.time)) * 1e-9 / Self.freshness)
      presence += fresh
      let share = max(cosine, 0) * fresh
      weight += share
      for index in readout.indices { readout[index] += Float(share) * other[index] }
    }
    guard presence >= 1e-8 else { return nil }
    let distance = 1 - max(nearest, 0)
    // Anchors that all point elsewhere are as far away as can be, not absent.
    guard weight > 1e-8 * presence else { return (1, distance) }
    return (1 - Drift.cosine(readout, vector), distance)
  }
}
