// SPDX-License-Identifier: Apache-2.0

/// One end of an authenticated, encrypted byte stream between two members of a mesh.
///
/// Pure: bytes come in by `receive`, go out by `takeOutput`, and what happened is pulled with
/// `nextEvent` until `nil` after every call. The dialer's stream begins with `TAU1`; then both
/// carry handshake messages and records, each behind its length in two bytes, big-endian. A
/// listener writes nothing before it has seen proof of the mesh secret. The caller has called
/// `sodium_init`, limits how long a handshake may take, and closes the stream on `.failed`.
package struct SecureLink: Sendable {
  package enum Role: Sendable {
    case dialer
    case listener
  }

  package enum Event: Equatable, Sendable {
    /// The peer is who it says; `send` works from now on.
    case established(PeerIdentity, LinkHello, PulseKeys)
    /// The next bytes of the peer's stream, in order; where they are cut means nothing.
    case bytes([UInt8])
    /// The last event.
    case failed(LinkFailure)
  }

  /// Bounds on memory and on the use of one key.
  package struct Limits: Equatable, Sendable {
    /// Sealed bytes that may wait in the output; `send` refuses what would exceed it.
    package var output = 1 << 20 + 1 << 16
    /// Opened bytes that may wait to be pulled; more ends the link.
    package var unread = 1 << 20
    /// Records sealed under one key, the one that announces the next key included.
    ///
    /// Both sides count, so it is no setting.
    var recordsPerKey = 1 << 20
    /// Age of a sending key at which the next `send` replaces it: an hour.
    var keyNanoseconds: Int64 = 3_600_000_000_000

    package init() {}
  }

  /// The first four bytes of a dialer's stream.
  package static let magic = [UInt8]("TAU1".utf8)
  static let prologue = [UInt8]("TAU1 taumesh-link 1".utf8)

  enum Stage: Sendable {
    case magic(HandshakeState)
    case handshake(HandshakeState, message: Int)
    case open(RecordCiphers)
    case over
  }

  let identity: Identity
  let hello: LinkHello
  let limits: Limits
  let checks: SecurityChecks
  let trust: LinkTrust
  let meshID: String
  /// A listener's second try at the first message: with the key of the mesh before.
  var fallback: HandshakeState?
  /// Whether the link was opened with that key.
  package internal(set) var usesPrevious: Bool
  var stage = Stage.over
  var input: [UInt8] = []
  var output: [UInt8] = []
  private var established: Event?
  private var unread: [UInt8] = []
  private var failure: LinkFailure?

  /// - Parameters:
  ///   - role: Who connected.
  ///   - identity: This node's.
  ///   - key: The mesh; both sides need the same. A dialer may use the key before the current.
  ///   - hello: What this node says of itself, with its own public key.
  ///   - ephemeralSeed: 32 random bytes drawn for this link alone.
  ///   - limits: Smaller for a small board.
  ///   - trust: What the owner of the mesh has said of peers.
  package init(
    role: Role, identity: Identity, key: MeshKey, hello: LinkHello, ephemeralSeed: Key32,
    limits: Limits = Limits(), trust: LinkTrust = LinkTrust()
  ) {
    self.init(
      role: role, identity: identity, key: key, hello: hello, ephemeralSeed: ephemeralSeed,
      limits: limits, trust: trust, checks: .all)
  }

  init(
    role: Role, identity: Identity, key: MeshKey, hello: LinkHello, ephemeralSeed: Key32,
    limits: Limits, trust: LinkTrust, checks: SecurityChecks
  ) {
    (self.identity, self.hello, self.limits, self.checks) = (identity, hello, limits, checks)
    (self.trust, meshID) = (trust, key.meshID)
    usesPrevious = key == trust.previous
    let ephemeral = NoiseKeyPair(privateKey: ephemeralSeed)
    func state(_ key: MeshKey) -> HandshakeState {
      let keys = HandshakeState.Keys(
        staticKey: identity.noiseKey, ephemeral: ephemeral, preshared: key.psk)
      return HandshakeState(
        pattern: .meshLink, isInitiator: role == .dialer, prologue: Self.prologue, keys: keys)
    }
    switch role {
    case .dialer: dial(state(key))
    case .listener:
      stage = .magic(state(key))
      fallback = trust.previous.map { state($0) }
    }
  }

  /// Sealed bytes that wait for the stream.
  package var outputCount: Int { output.count }

  package var isOpen: Bool {
    if case .open = stage { true } else { false }
  }

  /// The bytes to write next; they are taken out.
  package mutating func takeOutput() -> [UInt8] {
    defer { output = [] }
    return output
  }

  package mutating func nextEvent() -> Event? {
    if let event = established {
      established = nil
      return event
    }
    if !unread.isEmpty {
      defer { unread = [] }
      return .bytes(unread)
    }
    defer { failure = nil }
    return failure.map { .failed($0) }
  }

  /// Takes what the stream brought, cut anywhere; after a failure it is ignored.
  package mutating func receive(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { receive($0) }
  }

  package mutating func receive(_ bytes: UnsafeRawBufferPointer) {
    if case .over = stage { return }
    input.append(contentsOf: bytes)
    var position = 0
    do {
      while let taken = try advance(from: position) { position += taken }
      input.removeFirst(position)
    } catch {
      fail(error)
    }
  }

  /// Says that the stream brings no more; always leads to `.failed`, with what was missing.
  package mutating func receiveEnd() {
    switch stage {
    case .magic, .handshake: fail(.closedInHandshake)
    case .open: fail(input.isEmpty ? .closed : .truncated)
    case .over: break
    }
  }

  /// Seals `payload` into records, all of it or nothing.
  ///
  /// - Parameters:
  ///   - payload: The next bytes of this side's stream.
  ///   - now: In ns; decides when the key has had its hour.
  /// - Throws: Why nothing was taken.
  package mutating func send(_ payload: [UInt8], at now: Int64) throws(LinkSendError) {
    guard case .open(var ciphers) = stage else { throw .notOpen }
    let waiting = output.count + RecordCiphers.sealedCount(of: payload.count, limits)
    guard waiting <= limits.output else { throw .full(waiting: waiting, limit: limits.output) }
    do {
      try ciphers.seal(payload, at: now, limits, into: &output)
      stage = .open(ciphers)
    } catch {
      fail(error)
      throw .failed(error)
    }
  }

  mutating func fail(_ reason: LinkFailure) {
    (stage, input, output, fallback) = (.over, [], [], nil)
    failure = reason
  }

  mutating func establish(_ event: Event, _ ciphers: RecordCiphers) {
    established = event
    stage = .open(ciphers)
  }

  mutating func deliver(_ content: ArraySlice<UInt8>) throws(LinkFailure) {
    guard unread.count + content.count <= limits.unread else {
      throw .unread(unread.count + content.count)
    }
    unread.append(contentsOf: content)
  }
}
