// SPDX-License-Identifier: Apache-2.0
import Foundation

@testable import PhaseSpace

/// The generator of `prng_splitmix64` in the vectors (Steele, Lea and Flood, 2014).
struct SplitMix64 {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// Uniform in 0..<1.
  mutating func uniform() -> Double { Double(next() >> 11) / 0x1p53 }

  /// A complex Gaussian of unit variance per part.
  mutating func gaussian() -> Phasor {
    let radius = (-2 * log(1 - uniform())).squareRoot()
    return Phasor(cycles: uniform()) * radius
  }
}

/// One group of `Tests/vectors/tau-vectors.json`.
func vectors(_ group: String, from file: String = #filePath) throws -> [String: Any] {
  let tests = URL(fileURLWithPath: file).deletingLastPathComponent().deletingLastPathComponent()
  let data = try Data(contentsOf: tests.appendingPathComponent("vectors/tau-vectors.json"))
  let all = try JSONSerialization.jsonObject(with: data) as? [String: Any]
  let groups = all?["groups"] as? [String: Any]
  guard let found = groups?[group] as? [String: Any] else { throw MissingVectors(group: group) }
  return found
}

struct MissingVectors: Error { let group: String }

extension Dictionary where Key == String, Value == Any {
  func cases(_ key: String = "cases") -> [[String: Any]] { self[key] as? [[String: Any]] ?? [] }
  func number(_ key: String) -> Double { (self[key] as? NSNumber)?.doubleValue ?? .nan }
  func numbers(_ key: String) -> [Double] { self[key] as? [Double] ?? [] }
  func flag(_ key: String) -> Bool? { self[key] as? Bool }
  func phasor(_ key: String) -> Phasor { Phasor(vector: self[key]) }
  func phasors(_ key: String) -> [Phasor] {
    (self[key] as? [Any] ?? []).map { Phasor(vector: $0) }
  }
}

extension Phasor {
  init(vector: Any?) {
    let parts = (vector as? [Any] ?? []).map { ($0 as? NSNumber)?.doubleValue ?? .nan }
    self.init(re: parts.first ?? .nan, im: parts.last ?? .nan)
  }
}

/// |got − want| ≤ tolerance·(1 + |want|), as the vectors define it.
func close(_ got: Double, _ want: Double, _ tolerance: Double = 1e-9) -> Bool {
  abs(got - want) <= tolerance * (1 + abs(want))
}

func close(_ got: Phasor, _ want: Phasor, _ tolerance: Double = 1e-9) -> Bool {
  close(got.re, want.re, tolerance) && close(got.im, want.im, tolerance)
}

/// Band-limited complex noise, as an encoder of unrelated noise yields it, a value per tick.
struct BandNoise {
  private var random: SplitMix64
  private var low: LowPass

  init(seed: UInt64, width: Double, poles: Int, tick: Double) {
    random = SplitMix64(seed: seed)
    low = LowPass(halfWidth: width / 2, poles: poles, rate: 1 / tick)
    for _ in 0..<Int(4 / (width * tick)) { low.add(random.gaussian()) }
  }

  mutating func next() -> Phasor {
    low.add(random.gaussian())
    return low.value.unit ?? .zero
  }
}

/// ln(1 − α): the inverse of α = 1 − exp(−dt/τ).
func log1mAlpha(_ alpha: Double) -> Double { log1p(-alpha) }
