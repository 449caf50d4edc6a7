// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import MMP

/// Two links and the wire between them, moved by hand.
struct LinkPair {
  static let mesh = meshKey()
  static let alice = Identity(seed: key(1))
  static let bob = Identity(seed: key(2))

  var dialer: SecureLink
  var listener: SecureLink
  /// All bytes that went each way.
  var fromDialer: [UInt8] = []
  var fromListener: [UInt8] = []

  init(
    dialer: SecureLink = link(.dialer, alice, ephemeral: 10),
    listener: SecureLink = link(.listener, bob, ephemeral: 11)
  ) {
    (self.dialer, self.listener) = (dialer, listener)
  }

  static func meshKey(_ id: String = "home", secret: UInt8 = 50) -> MeshKey {
    guard let mesh = MeshKey(meshID: id, secret: key(secret)) else { preconditionFailure() }
    return mesh
  }

  static func hello(of identity: Identity, session: UInt32 = 0x1234_5001) -> LinkHello {
    LinkHello(
      publicKey: identity.publicKey, boot: 77, pulseSession: SessionID(rawValue: session),
      udpPort: 7_778)
  }

  static func link(
    _ role: SecureLink.Role, _ identity: Identity, ephemeral: UInt8, mesh: MeshKey = mesh,
    hello: LinkHello? = nil, limits: SecureLink.Limits = .init(), trust: LinkTrust = .init(),
    checks: SecurityChecks = .all
  ) -> SecureLink {
    SecureLink(
      role: role, identity: identity, key: mesh, hello: hello ?? self.hello(of: identity),
      ephemeralSeed: key(ephemeral), limits: limits, trust: trust, checks: checks)
  }

  /// Moves bytes both ways until both are silent.
  mutating func exchange() {
    while dialer.outputCount + listener.outputCount > 0 {
      let there = dialer.takeOutput()
      fromDialer += there
      listener.receive(there)
      let back = listener.takeOutput()
      fromListener += back
      dialer.receive(back)
    }
  }
}

extension SecureLink {
  /// All that happened since the last call.
  mutating func events() -> [Event] {
    var events: [Event] = []
    while let event = nextEvent() { events.append(event) }
    return events
  }

  /// The keys, when the link has just been established.
  mutating func establishedKeys() -> PulseKeys? {
    guard case .established(_, _, let keys) = nextEvent() else { return nil }
    return keys
  }

  /// The content of all that came in since the last call.
  mutating func content() -> [UInt8] {
    events().reduce(into: []) { content, event in
      if case .bytes(let bytes) = event { content += bytes }
    }
  }

  mutating func failure() -> LinkFailure? {
    guard case .failed(let failure) = events().last else { return nil }
    return failure
  }
}
