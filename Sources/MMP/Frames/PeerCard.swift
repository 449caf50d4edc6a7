// SPDX-License-Identifier: Apache-2.0

/// What a node is, in its own words.
package struct PeerDescription: Equatable, Sendable {
  /// How it is reached.
  package enum Connectivity: UInt8, CaseIterable, Sendable {
    case wired, wireless, relay

    package var text: String {
      switch self {
      case .wired: "wired"
      case .wireless: "wireless"
      case .relay: "relay"
      }
    }
  }

  /// Whether it is there all the time, sleeps and can be woken, or comes and goes.
  package enum Availability: UInt8, CaseIterable, Sendable {
    case always, sleepy, ephemeral

    package var text: String {
      switch self {
      case .always: "always"
      case .sleepy: "sleepy"
      case .ephemeral: "ephemeral"
      }
    }
  }

  /// Most adapters named.
  package static let longest = 16

  /// Name of its τ-profile.
  package var profile: String
  /// Memory of the machine, MB.
  package var memory: UInt32
  /// Types of its inputs and outputs, those not shared left out.
  package var adapters: [String]
  package var connectivity: Connectivity
  package var availability: Availability
  package var wakeChannel: WakeChannel?

  package init(
    profile: String, memory: UInt32, adapters: [String], connectivity: Connectivity = .wired,
    availability: Availability = .always, wakeChannel: WakeChannel? = nil
  ) {
    (self.profile, self.memory) = (profile, memory)
    self.adapters = Array(adapters.prefix(Self.longest))
    (self.connectivity, self.availability) = (connectivity, availability)
    self.wakeChannel = wakeChannel
  }
}

/// What a node says of itself to the whole mesh, signed by it: whoever hands it on cannot change it.
///
/// The signature is Ed25519 over "taumesh-peer-card" and, numbers big-endian, texts behind their
/// length in two bytes: version 1 (1 byte), nodeId (16), sequence u64, epoch u32, memory u32,
/// connectivity and availability (a byte each), name, profile, platform, token and environment of
/// the wake channel (empty for none), number of adapters (1 byte), adapters.
package struct PeerCard: Equatable, Sendable {
  package let name: String
  package let description: PeerDescription
  /// Milliseconds of the Unix epoch when it was signed, or more; of two cards the higher holds.
  package let sequence: UInt64
  package let publicKey: Key32
  package let epoch: UInt32
  /// What makes a key of a later epoch a key of its node.
  package let certificate: NodeCertificate?
  package let signature: [UInt8]

  /// Signs `description` as the node `identity`.
  package init(
    _ description: PeerDescription, name: String, sequence: UInt64, by identity: Identity
  ) {
    let unsigned = PeerCard(
      name: name, description: description, sequence: sequence, publicKey: identity.publicKey,
      epoch: identity.epoch, certificate: identity.certificate, signature: [])
    self.init(unsigned, signature: identity.sign(unsigned.message))
  }

  private init(_ card: PeerCard, signature: [UInt8]) {
    self.init(
      name: card.name, description: card.description, sequence: card.sequence,
      publicKey: card.publicKey, epoch: card.epoch, certificate: card.certificate,
      signature: signature)
  }

  init(
    name: String, description: PeerDescription, sequence: UInt64, publicKey: Key32,
    epoch: UInt32, certificate: NodeCertificate?, signature: [UInt8]
  ) {
    (self.name, self.description, self.sequence) = (name, description, sequence)
    (self.publicKey, self.epoch, self.certificate) = (publicKey, epoch, certificate)
    self.signature = signature
  }

  /// Whose card it says it is.
  package var nodeID: NodeID { certificate?.nodeID ?? NodeID(publicKey: publicKey) }

  /// Whether the node of the card has signed it, with a key that is not known to be replaced.
  ///
  /// Certificates of the mesh `meshID`, by the owner that `trust` names, make later keys a node's.
  package func isGenuine(_ trust: LinkTrust, meshID: String) -> Bool {
    isGenuine(trust, meshID: meshID, checks: .all)
  }

  func isGenuine(_ trust: LinkTrust, meshID: String, checks: SecurityChecks) -> Bool {
    guard (epoch == 0) == (certificate == nil) else { return false }
    if let certificate, let owner = trust.owner {
      let statement = certificate.statement(epoch: epoch, key: publicKey)
      guard statement.isSigned(by: owner, meshID: meshID) else { return false }
    } else if certificate != nil {
      return false
    }
    guard trust.refusal(of: nodeID, epoch: epoch) == nil else { return false }
    return !checks.contains(.cardSignature)
      || Identity.verify(signature, of: message, by: publicKey)
  }

  private var message: [UInt8] {
    var bytes = [UInt8]("taumesh-peer-card".utf8) + [1] + nodeID.bytes + bigEndian(sequence)
    bytes += bigEndian(epoch) + bigEndian(description.memory)
    bytes += [description.connectivity.rawValue, description.availability.rawValue]
    let wake = description.wakeChannel
    for text in [
      name, description.profile, wake?.platform ?? "", wake?.token ?? "", wake?.environment ?? "",
    ] {
      Self.append(text, to: &bytes)
    }
    bytes.append(UInt8(truncatingIfNeeded: description.adapters.count))
    for adapter in description.adapters { Self.append(adapter, to: &bytes) }
    return bytes
  }

  private static func append(_ text: String, to bytes: inout [UInt8]) {
    let text = [UInt8](text.utf8)
    bytes += bigEndian(UInt16(truncatingIfNeeded: text.count)) + text
  }
}

extension PeerCard {
  /// Writes what a `peer-info` entry does not hold anyway.
  func write(_ object: inout JSONWriter) {
    object.field("profile", description.profile)
    object.field("memory", Int64(description.memory))
    object.array("adapters", of: description.adapters)
    object.field("connectivity", description.connectivity.text)
    object.field("availability", description.availability.text)
    object.field("sequence", Int64(clamping: sequence))
    object.field("key", ByteText.base64url(publicKey.bytes))
    if epoch > 0 { object.field("epoch", Int64(epoch)) }
    if let certificate {
      object.field("certificate", ByteText.base64url(certificate.bytes))
    }
    object.field("signature", ByteText.base64url(signature))
  }

  /// - Returns: `nil` for what no node writes; the entry is hearsay then.
  init?(reading object: JSONValue, name: String, wakeChannel: WakeChannel?) {
    guard let profile = object.string("profile"), isName(profile),
      let memory = object.int("memory"), let memory = UInt32(exactly: memory),
      let connectivity = object.string("connectivity"),
      let reach = PeerDescription.Connectivity.allCases.first(where: { $0.text == connectivity }),
      let availability = object.string("availability"),
      let presence = PeerDescription.Availability.allCases.first(where: {
        $0.text == availability
      }), let sequence = object.int("sequence"), sequence > 0,
      let key = Self.bytes(object, "key", Key32.count).flatMap({ Key32($0) }),
      let signature = Self.bytes(object, "signature", 64)
    else { return nil }
    var adapters: [String] = []
    let list = object.array("adapters")
    for index in 0..<(list?.count ?? 0) {
      guard let adapter = list?[index]?.string, isName(adapter), index < PeerDescription.longest
      else { return nil }
      adapters.append(adapter)
    }
    let certificate = Self.bytes(object, "certificate", NodeCertificate.count)
      .flatMap { NodeCertificate(bytes: $0[...]) }
    self.init(
      name: name,
      description: PeerDescription(
        profile: profile, memory: memory, adapters: adapters, connectivity: reach,
        availability: presence, wakeChannel: wakeChannel),
      sequence: UInt64(sequence), publicKey: key,
      epoch: object.int("epoch").flatMap { UInt32(exactly: $0) } ?? 0, certificate: certificate,
      signature: signature)
  }

  private static func bytes(_ object: JSONValue, _ key: String, _ count: Int) -> [UInt8]? {
    object.string(key).flatMap { ByteText.bytes(base64: $0.utf8, count: count) }
  }
}
