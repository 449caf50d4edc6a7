// SPDX-License-Identifier: Apache-2.0
package import MMP

/// What a member of a group advertises on the local network: the TXT record of its service.
///
/// Source: Mesh Group 0.1.0 §4.1, Mesh Room 0.2.0 §4.1; the wire form is that of RFC 6763 §6.
package struct GroupRecord: Equatable, Sendable {
  /// The most bytes a record has; a label that would take it further is left out.
  package static let budget = 400

  package var form: GroupForm
  package var group: GroupID
  package var label: String?
  package var member: MemberIdentity

  package init(form: GroupForm, group: GroupID, label: String?, member: MemberIdentity) {
    (self.form, self.group, self.label, self.member) = (form, group, label, member)
  }

  /// Name of the service: whose it is and of what group, so that no two have the same.
  package var instance: String { "\(member)-\(group)" }

  /// The record's `key=value` texts, in the order of the specification.
  package func texts(budget: Int = budget) -> [String] {
    var texts = [
      "\(form.identifierKey)=\(group)", "mmp_version=\(form.version)", "member_identity=\(member)",
    ]
    guard let label, MeshGroup.isValid(label: label) else { return texts }
    let labelled = "\(form.labelKey)=\(label)"
    if Self.size(of: texts) + 1 + labelled.utf8.count <= budget { texts.insert(labelled, at: 1) }
    return texts
  }

  /// The record as it is on the wire: each text behind one byte with its length.
  package var bytes: [UInt8] {
    var bytes: [UInt8] = []
    for text in texts() {
      bytes.append(UInt8(text.utf8.count))
      bytes.append(contentsOf: Array(text.utf8))
    }
    return bytes
  }

  /// Reads the wire form of any member; what it does not know is ignored, the first of a key holds.
  ///
  /// - Returns: `nil` without an id or an identity that can be read. A label that no label can be
  ///   is as good as none.
  package init?(_ bytes: [UInt8], form: GroupForm) {
    var (group, label, member): (ArraySlice<UInt8>?, ArraySlice<UInt8>?, ArraySlice<UInt8>?)
    var rest = bytes[...]
    while let length = rest.popFirst() {
      guard Int(length) <= rest.count else { return nil }
      let text = rest.prefix(Int(length))
      rest = rest.dropFirst(Int(length))
      group = group ?? Self.value(of: form.identifierKey, in: text)
      label = label ?? Self.value(of: form.labelKey, in: text)
      member = member ?? Self.value(of: "member_identity", in: text)
    }
    guard let group, let member, let identity = MemberIdentity(member),
      let id = GroupID(String(decoding: group, as: UTF8.self))
    else { return nil }
    self.init(form: form, group: id, label: nil, member: identity)
    guard let label else { return }
    let text = String(decoding: label, as: UTF8.self)
    // Text that was not UTF-8 is another one than it was.
    if text.utf8.elementsEqual(label), MeshGroup.isValid(label: text) { self.label = text }
  }

  private static func size(of texts: [String]) -> Int {
    texts.reduce(0) { $0 + 1 + $1.utf8.count }
  }

  /// What stands behind `key=`, whose case does not matter.
  private static func value(of key: String, in text: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    guard let equals = text.firstIndex(of: UInt8(ascii: "=")) else { return nil }
    let name = text[..<equals].map { (65...90).contains($0) ? $0 + 32 : $0 }
    return name.elementsEqual(key.utf8) ? text[(equals + 1)...] : nil
  }
}
