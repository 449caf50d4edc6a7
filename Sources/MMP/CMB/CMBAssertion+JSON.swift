// SPDX-License-Identifier: Apache-2.0

/// What applications may add to a block of MMP 2.0, and how its signature commits to it.
extension CMBAssertion {
  /// Longest addition read, bytes.
  static let longestApplication = 8192
  private static let domain: StaticString = "mmp-app-v1"

  /// `nil` unless `metadata` names the suite of MMP 2.0 and its author.
  ///
  /// - Throws: A malformed addition: other bytes than its length and digest say.
  init?(reading metadata: JSONValue) throws(FrameFailure) {
    guard metadata.string("signatureSuite") == "mmp-sig-v2.0",
      let nodeID = metadata.string("createdByNodeId")
    else { return nil }
    self.nodeID = nodeID
    guard let application = metadata.object("application") else {
      var bytes = BlockBytes(Self.domain)
      bytes.append("0")
      (applicationCommitment, roomID) = (bytes.digest, nil)
      return
    }
    let data = try Self.data(of: application)
    var bytes = BlockBytes(Self.domain)
    bytes.append("1")
    bytes.append(application.string("mediaType") ?? "")
    bytes.append(composed: application.string("schema") ?? "")
    bytes.append("base64url")
    bytes.append(Int64(data.count))
    bytes.append(application.string("digest") ?? "")
    applicationCommitment = bytes.digest
    roomID = Self.room(in: data)
  }

  private static func data(of application: JSONValue) throws(FrameFailure) -> [UInt8] {
    guard application.string("encoding") == "base64url", let text = application.string("data"),
      let length = application.int("byteLength"), length >= 0, length <= longestApplication,
      let data = ByteText.bytes(base64: text.utf8, count: Int(length)),
      application.string("digest") == "sha256-" + ByteText.hex(BlockBytes.sha256(data))
    else {
      throw .field("application", of: "cmb", expected: "data of the length and digest it names")
    }
    return data
  }

  /// The room of the extension `mesh-room-v0.2.0`, whose name groups now go by.
  private static func room(in data: [UInt8]) -> String? {
    do throws(JSONFailure) {
      return try JSONDocument.read(data, limits: .beforeHandshake) { root in
        root.string("extension") == "mesh-room-v0.2.0" ? root.string("roomId") : nil
      }
    } catch { return nil }
  }
}
