// SPDX-License-Identifier: Apache-2.0

/// Who stands behind a memory block: Ed25519 over its key, author, time, audience and lineage.
///
/// Signs with `mmp-sig-v2`, which nodes in the field write; verifies that, `mmp-sig-v1` of flat
/// blocks and `mmp-sig-v2.0` of MMP 2.0. Source: MMP 1.0 §18.3.1, MMP 2.0 §8.8 and their vectors.
package enum CMBSignature {
  package enum Verdict: Equatable, Sendable {
    case valid
    /// Not signed, or by an author whose key nobody told.
    case unsigned
    /// The categories are not those the key was computed from.
    case contentMismatch
    /// A key of a kind that is no longer computed: what was signed cannot be checked.
    case legacyKey
    case forged
  }

  /// Signs `cmb` for its author; with an assertion, in the suite of MMP 2.0.
  package static func sign(_ cmb: inout CMB, by identity: Identity) {
    guard let payload = cmb.assertion == nil ? current(cmb) : second(cmb) else { return }
    cmb.signature = ByteText.base64url(identity.sign(payload))
  }

  /// Whether `cmb` is what the holder of `author` signed.
  package static func verify(_ cmb: CMB, author: Key32?) -> Verdict {
    guard let signature = cmb.signature, let key = cmb.key, let categories = cmb.categories else {
      return .unsigned
    }
    let isFlat = key.utf8.starts(with: "cmb1-".utf8)
    guard isFlat || CMBKey.isCurrent(key) else { return .legacyKey }
    let expected = isFlat ? CMBKey.flat(of: categories) : CMBKey.current(of: categories)
    // A flat key made from parents binds whoever made it, whom the block does not name.
    if expected != key { return isFlat && cmb.parents != nil ? .legacyKey : .contentMismatch }
    guard let author else { return .unsigned }
    guard let bytes = ByteText.bytes(base64: signature.utf8, count: 64),
      let payload = isFlat ? first(cmb) : cmb.assertion == nil ? current(cmb) : second(cmb)
    else { return .forged }
    return Identity.verify(bytes, of: payload, by: author) ? .valid : .forged
  }

  /// `mmp-sig-v1`.
  static func first(_ cmb: CMB) -> [UInt8]? {
    guard let key = cmb.key else { return nil }
    var bytes = BlockBytes("mmp-sig-v1")
    bytes.append(key)
    bytes.append(cmb.createdBy)
    bytes.append(cmb.createdTimestamp)
    bytes.append(cmb.room ?? "")
    bytes.append(cmb.to ?? "")
    return bytes.bytes
  }

  /// `mmp-sig-v2`.
  static func current(_ cmb: CMB) -> [UInt8]? {
    guard let key = cmb.key, let categories = cmb.categories else { return nil }
    var bytes = BlockBytes("mmp-sig-v2")
    bytes.append(key)
    appendAssertion(of: cmb, categories, to: &bytes)
    return bytes.bytes
  }

  /// `mmp-sig-v2.0`.
  static func second(_ cmb: CMB) -> [UInt8]? {
    guard let key = cmb.key, let categories = cmb.categories, let assertion = cmb.assertion else {
      return nil
    }
    var bytes = BlockBytes("mmp-sig-v2.0")
    bytes.append("2.0")
    bytes.append("mmp-cmb-merkle-v2")
    bytes.append(key)
    bytes.append(assertion.nodeID)
    appendAssertion(of: cmb, categories, to: &bytes)
    bytes.append(ByteText.hex(assertion.applicationCommitment))
    return bytes.bytes
  }

  /// What both newer suites sign alike: author, time, audience, lineage.
  private static func appendAssertion(
    of cmb: CMB, _ categories: CMBCategories, to bytes: inout BlockBytes
  ) {
    bytes.append(composed: cmb.createdBy)
    bytes.append(cmb.createdTimestamp)
    bytes.append(composed: cmb.room ?? "")
    bytes.append(cmb.to ?? "")
    bytes.append(sorted: cmb.parents ?? [])
    var lineage = BlockBytes("mmp-fp-v1")
    for name in CMBCategories.Name.allCases {
      lineage.append(name.text)
      lineage.append(sorted: categories.parents[name.rawValue])
    }
    bytes.append(ByteText.hex(lineage.digest))
  }
}
