// SPDX-License-Identifier: Apache-2.0
internal import Cognition
internal import MMP
internal import Memory
internal import Mesh
internal import Runtime

extension CouplingService {
  /// Takes a frame that concerns memory, moods or messages; others are not its business.
  ///
  /// - Returns: Whether applications may be told of it: it has been taken in.
  func received(_ frame: Frame, slot: Int) -> Bool {
    defer { carryOut() }
    switch frame {
    case .stateSync(let sync):
      engine.received(sync, from: slot, at: now)
      return false
    case .memoryShare(let share):
      let verdict = engine.received(share, from: slot, at: now)
      log.debug("memory", "\(mesh.name(of: slot).name): \(share.key) \(verdict.word)")
      return verdict == .accepted
    case .cmb(let frame): return received(frame, slot)
    case .mood(let signal): return mood(signal.mood, slot)
    case .cmbFetch(let fetch):
      answer(fetch, slot)
      return false
    case .message(let message):
      log.info("message", "\(mesh.name(of: slot).name): \(message.content)")
      return true
    default: return false
    }
  }

  private func received(_ frame: CMBFrame, _ slot: Int) -> Bool {
    guard let handshake = mesh.peering[slot]?.handshake else { return false }
    let verdict = intake.judge(frame, from: CMBIntake.Deliverer(handshake), at: now) { key in
      engine.store.isOwn(Self.ownKey(ofBlock: key))
    }
    guard case .passed = verdict, let categories = frame.cmb.categories else { return false }
    let key = frame.cmb.key ?? CMBKey.current(of: categories)
    let entry = MemoryEntry(
      key: key, content: Self.content(of: categories), source: frame.cmb.createdBy,
      timestamp: frame.cmb.createdTimestamp, isOwn: false)
    let block = CouplingEngine.Block(
      entry: entry, texts: categories.texts,
      age: Double(max(0, wallMilliseconds - frame.cmb.createdTimestamp)) * 1e-3)
    let outcome = engine.received(block, from: slot, at: now)
    log.debug("memory", "\(mesh.name(of: slot).name): \(key) \(outcome.word)")
    if outcome == .accepted || frame.isDirected { intake.surfaced(key, at: now) }
    // What is meant for this node alone is shown even where it is not remembered.
    if frame.isDirected {
      log.info("message", "\(mesh.name(of: slot).name): \(entry.content)")
    }
    let feeling = categories[.mood]
    let isSilent =
      feeling.isEmpty || feeling == CMBCategories.neutral || feeling == "informational"
    let isFelt = !isSilent && mood(feeling, slot)
    return outcome == .accepted || frame.isDirected || isFelt
  }

  /// Serves one of this node's own memories as the block it is, to those who may have it.
  private func answer(_ fetch: CMBFetch, _ slot: Int) {
    var block: CMB?
    let key = Self.ownKey(ofBlock: fetch.key)
    if let entry = engine.store.entries.first(where: { $0.isOwn && $0.key == key }),
      engine.mayShare(entry, with: slot)
    {
      block = self.block(CMBCategories(focus: entry.content), made: entry.timestamp, for: slot)
    }
    mesh.send(
      .cmbFetchResult(
        CMBFetchResult(
          requestID: fetch.requestID, key: fetch.key, cmb: block, timestamp: wallMilliseconds)),
      to: slot)
  }

  private func mood(_ text: String, _ slot: Int) -> Bool {
    guard engine.takesMood(text, from: slot) else { return false }
    log.info("mood", "\(mesh.name(of: slot).name): \(text)")
    return true
  }

  /// What a block says, its categories one after the other.
  static func content(of categories: CMBCategories) -> String {
    var content = ""
    for text in categories.texts where !text.isEmpty && text != CMBCategories.neutral {
      content += content.isEmpty ? text : "; " + text
    }
    return content
  }

  /// The key of a memory with this text: the start of its block's key, so that the same words are
  /// the same memory, and a block made of one of this node's is known.
  static func ownKey(ofBlock key: String) -> String {
    "mem_" + String(decoding: key.utf8.dropFirst(4).prefix(32), as: UTF8.self)
  }
}

extension CouplingEngine.Verdict {
  fileprivate var word: StaticString {
    switch self {
    case .accepted: "accepted"
    case .duplicate: "known already"
    case .redundant: "says nothing new"
    case .rejected: "rejected"
    case .refused: "too long"
    }
  }
}
