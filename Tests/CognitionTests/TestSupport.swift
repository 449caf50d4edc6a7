// SPDX-License-Identifier: Apache-2.0
import Foundation
import Memory

@testable import Cognition

/// A file of `Tests/vectors`.
func vectorFile(_ name: String, from file: String = #filePath) throws -> Data {
  let tests = URL(fileURLWithPath: file).deletingLastPathComponent().deletingLastPathComponent()
  return try Data(contentsOf: tests.appendingPathComponent("vectors/\(name)"))
}

/// One group of `Tests/vectors/tau-vectors.json`.
func vectors(_ group: String) throws -> [String: Any] {
  let all = try JSONSerialization.jsonObject(with: vectorFile("tau-vectors.json"))
  let groups = (all as? [String: Any])?["groups"] as? [String: Any]
  guard let found = groups?[group] as? [String: Any] else { throw MissingVectors(group: group) }
  return found
}

struct MissingVectors: Error { let group: String }

extension Dictionary where Key == String, Value == Any {
  func section(_ key: String) -> [String: Any] { self[key] as? [String: Any] ?? [:] }
  func cases(_ key: String = "cases") -> [[String: Any]] { self[key] as? [[String: Any]] ?? [] }
  func number(_ key: String) -> Double { (self[key] as? NSNumber)?.doubleValue ?? .nan }
  func numbers(_ key: String) -> [Double] { self[key] as? [Double] ?? [] }
  func floats(_ key: String) -> [Float] { numbers(key).map { Float($0) } }
  func rows(_ key: String) -> [[Float]] {
    (self[key] as? [[Double]] ?? []).map { $0.map { Float($0) } }
  }
  /// The state of `first` and `second`, with full confidence.
  func state(_ first: String, _ second: String) -> CognitiveState {
    CognitiveState(h1: floats(first), h2: floats(second), confidence: 1)
  }
}

/// |got − want| ≤ tolerance·(1 + |want|); the tolerance is that of the vectors for single precision.
func close(_ got: Double, _ want: Double, _ tolerance: Double = 5e-6) -> Bool {
  abs(got - want) <= tolerance * (1 + abs(want))
}

func close(_ got: [Float], _ want: [Float], _ tolerance: Double = 5e-6) -> Bool {
  got.count == want.count
    && zip(got, want).allSatisfy { close(Double($0), Double($1), tolerance) }
}

/// Numbers of −1 to 1, the same on every run.
struct Random {
  private var generator: SplitMix64
  init(seed: UInt64) { generator = SplitMix64(seed: seed) }
  mutating func sym() -> Double { generator.next() }
  mutating func uniform() -> Double { (generator.next() + 1) / 2 }
  mutating func below(_ limit: Int) -> Int { min(limit - 1, Int(uniform() * Double(limit))) }
  mutating func floats(_ count: Int) -> [Float] { (0..<count).map { _ in Float(sym()) } }
}
