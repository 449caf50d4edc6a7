// SPDX-License-Identifier: Apache-2.0

/// The records of an open link: sealed one way, opened the other.
///
/// A record is one kind byte and its content, sealed together: 0 is stream content of 1 or more
/// bytes; 1, of no content, is the last under its key, and the next ones of this direction are
/// sealed under the key of Noise's REKEY (rev. 34 §11.3). The sender says so when a key has sealed
/// its records or has had its hour; a receiver ends a link whose peer does not.
struct RecordCiphers: Sendable {
  /// Bytes of a sealed record, its length excluded.
  static let maximumCount = 16_384
  /// The shortest: a kind byte and the tag.
  static let minimumCount = 1 + ChaChaPoly.tagCount
  private static let contentCount = maximumCount - minimumCount
  /// Length, kind and tag.
  private static let overhead = 2 + minimumCount

  private enum Kind: UInt8 {
    case content = 0
    case rekey = 1
  }

  private var sending: CipherState
  private var receiving: CipherState
  private var sentCount = 0
  private var receivedCount = 0
  /// When the sending key was first used, in ns.
  private var keySince: Int64?

  init(sending: CipherState, receiving: CipherState) {
    (self.sending, self.receiving) = (sending, receiving)
  }

  /// Bytes that `count` bytes of content become, or a few more.
  static func sealedCount(of count: Int, _ limits: SecureLink.Limits) -> Int {
    let records = (count + contentCount - 1) / contentCount
    return count + (records + records / (limits.recordsPerKey - 1) + 1) * overhead
  }

  /// Appends the records of `content` to `output`, each behind its length.
  mutating func seal(
    _ content: [UInt8], at now: Int64, _ limits: SecureLink.Limits, into output: inout [UInt8]
  ) throws(LinkFailure) {
    var rest = content[...]
    while !rest.isEmpty {
      if mustRekey(at: now, limits) { try rekey(into: &output) }
      if keySince == nil { keySince = now }
      try append([Kind.content.rawValue] + rest.prefix(Self.contentCount), to: &output)
      rest = rest.dropFirst(Self.contentCount)
    }
  }

  /// Opens a record that came in.
  ///
  /// - Returns: Its content; none when the record announced the next key.
  mutating func open(_ record: [UInt8], _ limits: SecureLink.Limits) throws(LinkFailure)
    -> ArraySlice<UInt8>
  {
    let plain: [UInt8]
    do { plain = try receiving.decrypt(record) } catch { throw .record }
    receivedCount += 1
    switch Kind(rawValue: plain[0]) {
    case .content:
      guard plain.count > 1 else { throw .recordLength(record.count) }
      guard receivedCount < limits.recordsPerKey else { throw .keyOverused }
      return plain.dropFirst()
    case .rekey:
      guard plain.count == 1 else { throw .recordLength(record.count) }
      receiving.rekey()
      receivedCount = 0
      return []
    case nil:
      throw .recordType(plain[0])
    }
  }

  private func mustRekey(at now: Int64, _ limits: SecureLink.Limits) -> Bool {
    if sentCount >= limits.recordsPerKey - 1 { return true }
    guard let keySince else { return false }
    return now - keySince >= limits.keyNanoseconds
  }

  private mutating func rekey(into output: inout [UInt8]) throws(LinkFailure) {
    try append([Kind.rekey.rawValue], to: &output)
    sending.rekey()
    (sentCount, keySince) = (0, nil)
  }

  private mutating func append(_ plain: [UInt8], to output: inout [UInt8])
    throws(LinkFailure)
  {
    let record: [UInt8]
    do { record = try sending.encrypt(plain) } catch { throw .exhausted }
    sentCount += 1
    appendMessage(record, to: &output)
  }
}

/// Appends `message` behind its length, 2 bytes, big-endian.
func appendMessage(_ message: [UInt8], to output: inout [UInt8]) {
  output.append(UInt8(truncatingIfNeeded: message.count >> 8))
  output.append(UInt8(truncatingIfNeeded: message.count))
  output.append(contentsOf: message)
}
