// SPDX-License-Identifier: Apache-2.0

/// What applications may add to a block of MMP 2.0.
extension CMBAssertion {
  /// Longest addition read, bytes.
  static let longestApplication = 8192

  /// Writes the members that only the suite of MMP 2.0 has; `cmb` is the block they belong to.
  func write(of cmb: CMB, _ metadata: inout JSONWriter) {
    metadata.field("signatureSuite", "mmp-sig-v2.0")
    metadata.field("addressScheme", "mmp-cmb-merkle-v2")
    metadata.field("createdByNodeId", nodeID)
    if let application {
      metadata.object("application") { object in
        object.field("mediaType", application.mediaType)
        object.field("schema", orNull: application.schema)
        object.field("encoding", "base64url")
        object.field("byteLength", application.data.count)
        object.field("digest", Self.digest(of: application.data))
        object.field("data", ByteText.base64url(application.data))
      }
    } else {
      metadata.null("application")
    }
    guard let payload = CMBSignature.second(cmb) else { return }
    metadata.field("assertionId", "asrt-" + ByteText.hex(BlockBytes.sha256(payload)))
  }

  /// `nil` unless `metadata` names the suite of MMP 2.0 and its author.
  ///
  /// - Throws: A malformed addition: other bytes than its length and digest say.
  init?(reading metadata: JSONValue) throws(FrameFailure) {
    guard metadata.string("signatureSuite") == "mmp-sig-v2.0",
      let nodeID = metadata.string("createdByNodeId")
    else { return nil }
    guard let object = metadata.object("application") else {
      self.init(nodeID: nodeID, nil)
      return
    }
    self.init(
      nodeID: nodeID,
      Application(
        mediaType: object.string("mediaType") ?? "", schema: object.string("schema"),
        data: try Self.data(of: object)))
  }

  private static func data(of application: JSONValue) throws(FrameFailure) -> [UInt8] {
    guard application.string("encoding") == "base64url", let text = application.string("data"),
      let length = application.int("byteLength"), length >= 0, length <= longestApplication,
      let data = ByteText.bytes(base64: text.utf8, count: Int(length)),
      application.string("digest") == digest(of: data)
    else {
      throw .field("application", of: "cmb", expected: "data of the length and digest it names")
    }
    return data
  }

  /// The room of the extension `mesh-room-v0.2.0`, whose name groups now go by.
  static func room(in data: [UInt8]) -> String? {
    do throws(JSONFailure) {
      return try JSONDocument.read(data, limits: .beforeHandshake) { root in
        root.string("extension") == "mesh-room-v0.2.0" ? root.string("roomId") : nil
      }
    } catch { return nil }
  }
}
