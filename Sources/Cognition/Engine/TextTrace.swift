// SPDX-License-Identifier: Apache-2.0
internal import CMath

/// What the texts of a memory point at: their directions, summed, fading over an hour.
struct TextTrace: Sendable {
  /// Seconds in which a text fades to 1/e.
  static let fading = 3600.0
  /// Twice the neurons of this node's state, and of the states nodes in the field send.
  static let buckets = 128
  static let fieldBuckets = 64

  /// 128 numbers of length at most 1.
  private(set) var direction = [Float](repeating: 0, count: TextTrace.buckets)
  private var sum = [Float](repeating: 0, count: TextTrace.buckets)
  private var fieldSum = [Float](repeating: 0, count: TextTrace.fieldBuckets)

  /// 0 without texts, 1 with one that is fresh.
  private(set) var strength = 0.0

  mutating func add(_ text: String, weight: Double) {
    let share = Float(weight)
    for (index, value) in TextEncoder.encode(text, buckets: Self.buckets).enumerated() {
      sum[index] += share * value
    }
    for (index, value) in TextEncoder.encode(text, buckets: Self.fieldBuckets).enumerated() {
      fieldSum[index] += share * value
    }
    renew()
  }

  mutating func add(_ other: TextTrace) {
    for index in sum.indices { sum[index] += other.sum[index] }
    for index in fieldSum.indices { fieldSum[index] += other.fieldSum[index] }
    renew()
  }

  mutating func fade(seconds: Double) {
    guard strength > 0 else { return }
    let rest = Float(exp(-max(seconds, 0) / Self.fading))
    for index in sum.indices { sum[index] *= rest }
    for index in fieldSum.indices { fieldSum[index] *= rest }
    renew()
  }

  /// A state of the field's form: 32 and 32 numbers of length 1, zero without texts.
  var fieldState: [Float] {
    let length = Self.length(fieldSum)
    return fieldSum.map { length > 1e-6 ? $0 / length : 0 }
  }

  private mutating func renew() {
    let length = Self.length(sum)
    strength = Double(min(length, 1))
    for index in sum.indices { direction[index] = sum[index] / max(length, 1) }
  }

  private static func length(_ vector: [Float]) -> Float {
    var square: Float = 0
    for value in vector { square += value * value }
    return square.squareRoot()
  }
}
