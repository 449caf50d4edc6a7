// SPDX-License-Identifier: Apache-2.0

/// What the owner of a mesh has said, as far as this node knows; and the secrets that follow.
///
/// Every statement is checked against the owner's key, which is configured, came with the join
/// string, or is pinned to the first owner that any member tells of. Bounded: beyond 128 nodes
/// revoked, and 128 with later keys, the one told of longest ago gives way (who was revoked has
/// not learned the secret since, so it stays out all the same).
package struct OwnerLedger: Sendable {
  package enum Verdict: Equatable, Sendable {
    /// It changes something: keep it and hand it on.
    case new
    /// Nothing new, or older than what is known.
    case known
    /// Not signed by the owner of this mesh.
    case forged
    /// No owner is known yet.
    case unowned
  }

  package static let capacity = 128

  package let meshID: String
  package private(set) var owner: Key32?
  package private(set) var secret: Key32
  /// The secret before, while it still opens links.
  package private(set) var previous: Key32?
  /// When it does no more, in milliseconds of the Unix epoch.
  package private(set) var previousUntil: UInt64 = 0
  package private(set) var refused: UInt64 = 0
  private var binding: OwnerStatement?
  private var rotation: OwnerStatement?
  private var revocations: [OwnerStatement] = []
  private var certificates: [OwnerStatement] = []
  private let checks: SecurityChecks

  /// - Parameters:
  ///   - meshID: A valid mesh id.
  ///   - secret: The newest secret of the mesh.
  ///   - owner: The key configured or given by a join string; `nil` to pin the first told of.
  package init(meshID: String, secret: Key32, owner: Key32? = nil) {
    self.init(meshID: meshID, secret: secret, owner: owner, checks: .all)
  }

  init(meshID: String, secret: Key32, owner: Key32?, checks: SecurityChecks) {
    (self.meshID, self.secret, self.owner, self.checks) = (meshID, secret, owner, checks)
  }

  /// Everything worth telling a member, revocations before the secret.
  package var statements: [OwnerStatement] {
    (binding.map { [$0] } ?? []) + certificates + revocations + (rotation.map { [$0] } ?? [])
  }

  /// When the secret was last replaced, milliseconds of the Unix epoch; 0 for never.
  package var rotated: UInt64 { rotation?.issued ?? 0 }

  /// How long the secret before opens links from a rotation on, seconds.
  package var overlapSeconds: UInt32 {
    if case .rotation(let next)? = rotation?.content { next.overlapSeconds } else { 0 }
  }

  /// The key of links, unless the mesh id is not valid.
  package var key: MeshKey? { MeshKey(meshID: meshID, secret: secret) }

  /// What links hold against peers; `known` are the nodes met on secure links before.
  package func trust(known: [NodeID]) -> LinkTrust {
    var trust = LinkTrust()
    trust.owner = owner
    trust.previous = previous.flatMap { MeshKey(meshID: meshID, secret: $0) }
    if case .rotation(let next)? = rotation?.content, next.isGuarded { trust.previousNodes = known }
    for statement in revocations {
      if case .revocation(let node) = statement.content { trust.revoked.append(node) }
    }
    for statement in certificates {
      if case .certificate(let node, let epoch, _) = statement.content {
        trust.epochs.append(LinkTrust.Epoch(nodeID: node, epoch: epoch))
      }
    }
    return trust
  }

  /// Takes what a member, or the owner on this machine, says the owner has decided.
  package mutating func take(_ statement: OwnerStatement) -> Verdict {
    if case .binding(let key) = statement.content, owner == nil, isSigned(statement, by: key) {
      owner = key
    }
    guard let owner else { return .unowned }
    guard isSigned(statement, by: owner) else {
      refused += 1
      return .forged
    }
    switch statement.content {
    case .binding(let key):
      guard key == owner || !checks.contains(.ownerSignature) else {
        refused += 1
        return .forged
      }
      guard binding == nil else { return .known }
      binding = statement
    case .certificate(let node, let epoch, _):
      let place = certificates.firstIndex { Self.node($0) == node }
      if let place {
        guard case .certificate(_, let newest, _) = certificates[place].content,
          epoch > newest || !checks.contains(.ownerOrder)
        else { return .known }
        certificates.remove(at: place)
      }
      Self.append(statement, to: &certificates)
    case .revocation(let node):
      guard !revocations.contains(where: { Self.node($0) == node }) else { return .known }
      Self.append(statement, to: &revocations)
    case .rotation(let next):
      guard statement.issued > rotated || !checks.contains(.ownerOrder) else { return .known }
      rotation = statement
      guard next.secret != secret else { return .new }
      (previous, secret) = (secret, next.secret)
      previousUntil = statement.issued &+ UInt64(next.overlapSeconds) * 1000
    }
    return .new
  }

  /// Gives up the secret before once its time is over; `now` in milliseconds of the Unix epoch.
  ///
  /// - Returns: Whether it was given up just now.
  package mutating func expire(at now: UInt64) -> Bool {
    guard previous != nil, now >= previousUntil, checks.contains(.overlapEnd) else { return false }
    previous = nil
    return true
  }

  /// Takes up again what was kept over a restart.
  ///
  /// - Parameters:
  ///   - statements: Those of `statements`, in their order.
  ///   - previous: The secret before, where it still opened links, and until when.
  package mutating func restore(
    _ statements: [OwnerStatement], previous: (secret: Key32, until: UInt64)?
  ) {
    for statement in statements { _ = take(statement) }
    self.previous = previous?.secret
    previousUntil = previous?.until ?? 0
  }

  private func isSigned(_ statement: OwnerStatement, by key: Key32) -> Bool {
    !checks.contains(.ownerSignature) || statement.isSigned(by: key, meshID: meshID)
  }

  private static func node(_ statement: OwnerStatement) -> NodeID? {
    switch statement.content {
    case .certificate(let node, _, _), .revocation(let node): node
    case .binding, .rotation: nil
    }
  }

  private static func append(_ statement: OwnerStatement, to list: inout [OwnerStatement]) {
    if list.count >= capacity { list.removeFirst() }
    list.append(statement)
  }
}
