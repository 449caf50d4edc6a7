// SPDX-License-Identifier: Apache-2.0

/// What a node does with memory blocks before it weighs them: who signed, for whom, seen before.
///
/// In the order of nodes in the field: empty, signature, audience, echo, duplicate. A block counts
/// as seen only once it has been `surfaced`, so that one that was held back may come again.
package struct CMBIntake: Sendable {
  package enum Verdict: Equatable, Sendable {
    /// Goes on to be weighed; `isVerified` where its author's signature was checked.
    case passed(isVerified: Bool)
    case refused(Refusal)
  }

  package enum Refusal: Int, Equatable, Sendable {
    /// Sealed for somebody else, or with a key that is not known.
    case sealed
    case empty
    case contentMismatch
    case legacyKey
    case forged
    /// Not signed although the configuration asks for it.
    case unsigned
    case otherRoom
    case otherReader
    /// Made from a block of this node.
    case echo
    case duplicate

    package var text: String {
      switch self {
      case .sealed: "sealed for another reader"
      case .empty: "empty"
      case .contentMismatch: "categories that its key was not computed from"
      case .legacyKey: "a kind of key that cannot be checked any more"
      case .forged: "a signature that is not its author's"
      case .unsigned: "not signed"
      case .otherRoom: "of another room"
      case .otherReader: "meant for another node"
      case .echo: "made from a block of this node"
      case .duplicate: "seen before"
      }
    }
  }

  /// Who brought the block: what its handshake says.
  package struct Deliverer: Equatable, Sendable {
    package var name: String
    package var publicKey: Key32?

    package init(_ handshake: Handshake) {
      name = handshake.name
      publicKey = handshake.publicKey.flatMap { text in
        ByteText.bytes(base64: text.utf8, count: Key32.count).flatMap { Key32($0) }
      }
    }
  }

  /// Keys remembered; the oldest gives way.
  static let remembered = 1024
  /// A key is remembered for so long, nanoseconds (one hour, as nodes in the field do).
  static let memory: Int64 = 3_600_000_000_000

  private let nodeID: String
  private let room: String
  private let needsSignature: Bool
  private var seen: [(hash: UInt64, at: Int64)] = []
  private var next = 0

  /// Blocks refused since the start, by `Refusal.rawValue`.
  package private(set) var refused = [UInt64](repeating: 0, count: 10)

  package init(nodeID: String, room: String, needsSignature: Bool) {
    (self.nodeID, self.room, self.needsSignature) = (nodeID, room, needsSignature)
  }

  /// Judges `frame`; `isOwn` says whether a key is that of a block this node made.
  package mutating func judge(
    _ frame: CMBFrame, from deliverer: Deliverer, at now: Int64, isOwn: (String) -> Bool
  ) -> Verdict {
    let verdict = verdict(frame, deliverer, now, isOwn)
    if case .refused(let reason) = verdict { refused[reason.rawValue] += 1 }
    return verdict
  }

  /// Says that the block with this key has been taken in or shown.
  package mutating func surfaced(_ key: String, at now: Int64) {
    let entry = (hash: Self.hash(key), at: now)
    if seen.count < Self.remembered {
      seen.append(entry)
    } else {
      seen[next] = entry
      next = (next + 1) % Self.remembered
    }
  }

  private func verdict(
    _ frame: CMBFrame, _ deliverer: Deliverer, _ now: Int64, _ isOwn: (String) -> Bool
  ) -> Verdict {
    let cmb = frame.cmb
    guard let categories = cmb.categories else { return .refused(.sealed) }
    guard !categories.isEmpty else { return .refused(.empty) }
    // A block passed on is its author's, whose key is only known if the author delivers it.
    let author = cmb.createdBy == deliverer.name ? deliverer.publicKey : nil
    let isVerified: Bool
    switch CMBSignature.verify(cmb, author: author) {
    case .valid: isVerified = true
    case .unsigned:
      guard !needsSignature else { return .refused(.unsigned) }
      isVerified = false
    case .contentMismatch: return .refused(.contentMismatch)
    case .legacyKey: return .refused(.legacyKey)
    case .forged: return .refused(.forged)
    }
    if let theirs = cmb.room, theirs != room { return .refused(.otherRoom) }
    if let reader = cmb.to ?? frame.to, reader != nodeID { return .refused(.otherReader) }
    if cmb.parents?.contains(where: isOwn) == true { return .refused(.echo) }
    let key = cmb.key ?? CMBKey.current(of: categories)
    if isOwn(key) { return .refused(.echo) }
    let hash = Self.hash(key)
    if seen.contains(where: { $0.hash == hash && now - $0.at < Self.memory }) {
      return .refused(.duplicate)
    }
    return .passed(isVerified: isVerified)
  }

  private static func hash(_ key: String) -> UInt64 {
    Blake2b.digest(Array(key.utf8), count: 16).prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
  }
}
