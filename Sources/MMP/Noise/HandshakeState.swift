// SPDX-License-Identifier: Apache-2.0

/// One side of a Noise handshake; messages go in and come out as byte strings.
///
/// Randomness is injected as the private ephemeral key. After an error the state is of no more
/// use: throw it away. Source: Noise rev. 34 §5.3.
struct HandshakeState: Sendable {
  struct Keys: Sendable {
    let staticKey: NoiseKeyPair
    /// Drawn afresh for each handshake; used twice, it gives two sessions the same keys.
    let ephemeral: NoiseKeyPair
    /// `nil` for a pattern without one.
    let preshared: Key32?
  }

  let isInitiator: Bool
  /// The peer's static key, once a message has brought it.
  private(set) var remoteStatic: Key32?
  private(set) var symmetric: SymmetricState
  private let pattern: HandshakePattern
  private let keys: Keys
  private var remoteEphemeral: Key32?
  private var next = 0

  init(pattern: HandshakePattern, isInitiator: Bool, prologue: [UInt8], keys: Keys) {
    (self.pattern, self.isInitiator, self.keys) = (pattern, isInitiator, keys)
    symmetric = SymmetricState(protocolName: pattern.protocolName)
    symmetric.mixHash(prologue)
  }

  /// Whether all messages are through; then `symmetric` holds the keys of the session.
  var isComplete: Bool { next == pattern.messages.count }

  private var isOurTurn: Bool { !isComplete && (next % 2 == 0) == isInitiator }

  /// The next message of ours, with `payload` inside.
  mutating func write(_ payload: [UInt8]) throws(NoiseError) -> [UInt8] {
    guard isOurTurn else { throw .outOfTurn }
    var message: [UInt8] = []
    for token in pattern.messages[next] {
      switch token {
      case .e:
        message += keys.ephemeral.publicKey.bytes
        mixEphemeral(keys.ephemeral.publicKey)
      case .s:
        message += try symmetric.encryptAndHash(keys.staticKey.publicKey.bytes)
      default:
        try mix(token)
      }
    }
    message += try symmetric.encryptAndHash(payload)
    next += 1
    return message
  }

  /// Takes the next message of the peer.
  ///
  /// - Returns: The payload inside it.
  mutating func read(_ message: [UInt8]) throws(NoiseError) -> [UInt8] {
    guard !isOurTurn, !isComplete else { throw .outOfTurn }
    var rest = message[...]
    for token in pattern.messages[next] {
      switch token {
      case .e:
        let key = try Self.take(Key32.count, from: &rest)
        remoteEphemeral = Key32(key)
        if let remoteEphemeral { mixEphemeral(remoteEphemeral) }
      case .s:
        let tag = symmetric.cipher.hasKey ? ChaChaPoly.tagCount : 0
        let sealed = try Self.take(Key32.count + tag, from: &rest)
        remoteStatic = Key32(try symmetric.decryptAndHash(sealed))
      default:
        try mix(token)
      }
    }
    let payload = try symmetric.decryptAndHash([UInt8](rest))
    next += 1
    return payload
  }

  private mutating func mixEphemeral(_ key: Key32) {
    symmetric.mixHash(key.bytes)
    if pattern.hasPresharedKey { symmetric.mixKey(key) }
  }

  private mutating func mix(_ token: HandshakePattern.Token) throws(NoiseError) {
    switch token {
    case .e, .s:
      throw .outOfTurn
    case .psk:
      guard let preshared = keys.preshared else { throw .outOfTurn }
      symmetric.mixKeyAndHash(preshared)
    case .ee:
      try agree(keys.ephemeral, remoteEphemeral)
    case .es:
      try isInitiator
        ? agree(keys.ephemeral, remoteStatic) : agree(keys.staticKey, remoteEphemeral)
    case .se:
      try isInitiator
        ? agree(keys.staticKey, remoteEphemeral) : agree(keys.ephemeral, remoteStatic)
    }
  }

  private mutating func agree(_ own: NoiseKeyPair, _ remote: Key32?) throws(NoiseError) {
    guard let remote else { throw .outOfTurn }
    guard let shared = own.sharedSecret(with: remote) else { throw .lowOrderKey }
    symmetric.mixKey(shared)
  }

  private static func take(_ count: Int, from rest: inout ArraySlice<UInt8>)
    throws(NoiseError) -> [UInt8]
  {
    guard rest.count >= count else { throw .truncated(expected: count, found: rest.count) }
    let taken = [UInt8](rest.prefix(count))
    rest = rest.dropFirst(count)
    return taken
  }
}
