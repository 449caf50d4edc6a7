// SPDX-License-Identifier: Apache-2.0
import Foundation
import MMP
import Memory

@testable import Cognition

/// Coupling engines that talk to each other, and a witness who checks every memory on its way with
/// a formula of its own: the seed's, by angles.
struct SimulatedMesh {
  private(set) var engines: [CouplingEngine]
  private(set) var now: Int64 = 0
  /// Memories that went to a node that, by what the sender knew of it, was rejected or silent.
  private(set) var violations = 0
  private(set) var sends = 0
  /// Of node i: what it last heard of node j; nil where they have not met.
  private var heard: [[StateSync?]]
  private let dialects: [Dialect]
  private let checks: CouplingChecks
  private let rule: CouplingRule

  init(
    _ dialects: [Dialect], rule: CouplingRule = .kuramoto, checks: CouplingChecks = .all,
    unknown: CouplingSettings.Unknown = .similar
  ) {
    (self.dialects, self.checks, self.rule) = (dialects, checks, rule)
    var settings = CouplingSettings(entries: 32, bytes: 32_768, peers: dialects.count)
    (settings.rule, settings.unknown) = (rule, unknown)
    guard let encoder = StateEncoder(.standard) else { preconditionFailure("no encoder") }
    var engine = CouplingEngine(settings, encoder: encoder, now: 0)
    engine.checks = checks
    engines = dialects.map { _ in engine }
    heard = dialects.map { _ in dialects.map { _ in nil } }
    for one in engines.indices {
      for other in engines.indices where other != one { join(one, other) }
    }
  }

  mutating func join(_ one: Int, _ other: Int) {
    heard[one][other] = nil
    engines[one].joined(other, dialect: dialects[other], isSecure: true, at: now)
    settle()
  }

  mutating func part(_ one: Int, _ other: Int) {
    heard[one][other] = nil
    engines[one].left(other)
  }

  mutating func remember(_ node: Int, _ text: String, key: String) {
    let entry = MemoryEntry(
      key: key, content: text, source: "node-\(node)", timestamp: 0, isOwn: true)
    _ = engines[node].remember(entry, at: now)
    settle()
  }

  /// A state that no engine made.
  mutating func inject(_ sync: StateSync, from sender: Int, to receiver: Int) {
    deliver(sync, from: sender, to: receiver)
    settle()
  }

  mutating func observe(_ node: Int, _ summary: ChannelSummary?, place: Int) {
    engines[node].observe(summary, place: place)
  }

  mutating func run(seconds: Int) {
    for _ in 0..<seconds {
      now += 1_000_000_000
      for node in engines.indices {
        engines[node].tick(at: now)
        settle()
      }
    }
  }

  /// Carries every effect until nobody has anything to say.
  private mutating func settle() {
    var isQuiet = false
    while !isQuiet {
      isQuiet = true
      for sender in engines.indices {
        while let effect = engines[sender].next() {
          isQuiet = false
          carry(effect, from: sender)
        }
      }
    }
  }

  private mutating func carry(_ effect: CouplingEngine.Effect, from sender: Int) {
    switch effect {
    case .state(let receiver):
      // What does not speak of states neither sends nor reads them.
      guard dialects[sender].tellsState else { return }
      deliver(engines[sender].stateSync(for: receiver), from: sender, to: receiver)
    case .memory(let receiver, let entry):
      sends += 1
      if !mayShare(sender, receiver) { violations += 1 }
      let share = MemoryShare(
        key: entry.key, content: entry.content, source: entry.source, tags: entry.tags,
        timestamp: 0)
      _ = engines[receiver].received(share, from: sender, at: now)
    case .block(let receiver, let entry):
      sends += 1
      if dialects[receiver].tellsState { violations += 1 }
      let block = CouplingEngine.Block(entry: entry, texts: [entry.content], age: 0)
      _ = engines[receiver].received(block, from: sender, at: now)
    }
  }

  private mutating func deliver(_ sync: StateSync, from sender: Int, to receiver: Int) {
    heard[receiver][sender] = sync
    engines[receiver].received(sync, from: sender, at: now)
  }

  /// The witness: what the sender last heard against the sender's state, both as they are.
  private func mayShare(_ sender: Int, _ receiver: Int) -> Bool {
    guard let theirs = heard[sender][receiver], dialects[receiver].tellsState else { return false }
    let mine = engines[sender].own
    guard theirs.h1.count == mine.h1.count, theirs.h2.count == mine.h2.count else { return false }
    let numbers = theirs.h1 + theirs.h2
    guard numbers.allSatisfy({ $0.isFinite && abs($0) < 1e6 }) else { return false }
    guard numbers.contains(where: { abs($0) > 1e-6 }) else { return false }
    guard (mine.h1 + mine.h2).contains(where: { abs($0) > 1e-6 }) else { return false }
    if dialects[receiver] == .taumesh, theirs.encoder != mine.encoder { return false }
    if rule.drift == .cosine { return cosineDrift(mine, theirs) <= rule.guarded + 1e-6 }
    var (re, im) = (0.0, 0.0)
    for k in mine.h1.indices {
      let difference =
        atan2(Double(mine.h2[k]), Double(mine.h1[k])) - atan2(theirs.h2[k], theirs.h1[k])
      re += cos(difference)
      im += sin(difference)
    }
    let drift = 1 - (re * re + im * im).squareRoot() / Double(mine.h1.count)
    return drift < rule.guarded + 1e-6
  }

  private func cosineDrift(_ mine: CognitiveState, _ theirs: StateSync) -> Double {
    func cosine(_ a: [Double], _ b: [Double]) -> Double {
      let product = zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
      let lengths = [a, b].map { $0.reduce(0) { $0 + $1 * $1 }.squareRoot() }
      return lengths[0] * lengths[1] > 0 ? product / (lengths[0] * lengths[1]) : 0
    }
    let first = cosine(mine.h1.map { Double($0) }, theirs.h1)
    return ((1 - first) + (1 - cosine(mine.h2.map { Double($0) }, theirs.h2))) / 2
  }
}
