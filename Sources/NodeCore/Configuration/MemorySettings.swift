// SPDX-License-Identifier: Apache-2.0
internal import Cognition
internal import PhaseSpace
internal import Runtime

/// The `memory` section: how much is remembered, and how close another node must be to be told.
package struct MemorySettings {
  /// The engine's settings for so many peers.
  let coupling: CouplingSettings
  /// From `weights-file`; nil for the built-in ones.
  let weights: EncoderWeights?

  init(_ reader: inout SectionReader, profile: TauProfile) throws(ConfigurationFailure) {
    var section = try reader.section("memory")
    let entries =
      try section?.integer("entries", in: 1...4096) ?? (profile.name == .zero ? 128 : 512)
    var coupling = CouplingSettings(
      entries: entries, bytes: entries * 512 + 4096, peers: profile.limits.peers)
    let rule = try section?.choice("drift", of: ["kuramoto", "cosine"])
    if rule == "cosine" { coupling.rule = .cosine }
    switch try section?.choice("without-state", of: ["similar", "always", "never"]) {
    case "always": coupling.unknown = .always
    case "never": coupling.unknown = .never
    default: coupling.unknown = .similar
    }
    if let seconds = try section?.duration("state-interval", in: 1...3600) {
      coupling.stateInterval = Int64(seconds * 1e9)
    }
    self.coupling = coupling
    weights = try Self.weights(&section)
    try section?.finish()
  }

  private static func weights(_ section: inout SectionReader?) throws(ConfigurationFailure)
    -> EncoderWeights?
  {
    guard let path = try section?.text("weights-file") else { return nil }
    var problem = "no such file"
    do throws(StateFile.Failure) {
      if let bytes = try StateFile.read(path, limit: WeightFile.maximumBytes) {
        do throws(WeightFile.Failure) {
          let weights = try WeightFile.read(bytes)
          if StateEncoder(weights) != nil { return weights }
          problem = "expected two cells of 64 neurons with 16 inputs"
        } catch { problem = error.description }
      }
    } catch { problem = "\(error)" }
    throw section?.complaint("weights-file", "\(path): \(problem)")
      ?? ConfigurationFailure(file: path, line: 0, key: "", problem: problem)
  }
}
