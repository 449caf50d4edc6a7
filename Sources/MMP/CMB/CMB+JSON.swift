// SPDX-License-Identifier: Apache-2.0

extension CMB {
  func write(_ form: Form, _ object: inout JSONWriter) {
    let name = form == .flat ? "fields" : "categories"
    switch content {
    case .clear(let categories): object.object(name) { categories.write(form, &$0) }
    case .sealed(let bytes, let nonce):
      object.field(name, ByteText.base64(bytes))
      object.object("_e2e") { $0.field("nonce", ByteText.base64(nonce)) }
    }
    if form == .flat {
      writeMetadata(form, &object)
    } else {
      object.object("metadata") { writeMetadata(form, &$0) }
    }
    if let groupID { object.object("meta") { $0.field("group_id", groupID) } }
  }

  private func writeMetadata(_ form: Form, _ object: inout JSONWriter) {
    object.field("key", orNull: key)
    object.field("createdBy", createdBy)
    object.field(form == .flat ? "createdAt" : "createdTimestamp", createdTimestamp)
    if let parents {
      object.object("lineage") { lineage in
        lineage.array("parents", of: parents)
        if form == .flat { lineage.array("ancestors", of: parents) }
        lineage.field("method", orNull: method)
      }
    } else {
      object.null("lineage")
    }
    object.field(form == .flat ? "group" : "room", orNull: room)
    object.field("to", orNull: to)
    // A flat block has no place for what the newer suite signs: its signature would be of nothing.
    guard form == .sectioned || assertion == nil else { return }
    assertion?.write(of: self, &object)
    guard let signature else { return }
    object.field("sig", signature)
    object.field("sigAlg", "ed25519")
  }

  /// Reads either form; the sectioned one wins where both are there.
  init(reading object: JSONValue) throws(FrameFailure) {
    let metadata = object.object("metadata") ?? object
    content = try Self.content(of: object)
    key = metadata.string("key")
    createdBy = metadata.string("createdBy") ?? ""
    let created = metadata.timestamp("createdTimestamp")
    createdTimestamp = created > 0 ? created : metadata.timestamp("createdAt")
    (parents, method) = (nil, nil)
    if let lineage = metadata.object("lineage") {
      guard lineage.array("parents").map({ $0.count <= Self.mostParents }) ?? true else {
        throw .field("lineage", of: "cmb", expected: "at most 64 parents")
      }
      parents = lineage.texts("parents", atMost: Self.mostParents)
      method = lineage.string("method")
    }
    room = metadata.string("room") ?? metadata.string("group")
    to = metadata.string("to")
    signature = metadata.string("sig")
    assertion = try CMBAssertion(reading: metadata)
    groupID =
      object.object("meta")?.string("group_id") ?? metadata.string("group_id")
      ?? assertion?.roomID
  }

  private static func content(of object: JSONValue) throws(FrameFailure) -> Content {
    guard let content = object["categories"] ?? object["fields"] else {
      throw .field("cmb", of: "cmb", expected: "categories or fields")
    }
    guard let text = content.string else { return .clear(try CMBCategories(reading: content)) }
    guard
      let nonce = object.object("_e2e")?.string("nonce").flatMap({ nonce in
        ByteText.bytes(base64: nonce.utf8, count: CMBSeal.nonceCount)
      }), let bytes = ByteText.bytes(base64: text.utf8)
    else { throw .field("_e2e", of: "cmb", expected: "a nonce and text in base64") }
    return .sealed(bytes, nonce: nonce)
  }
}
