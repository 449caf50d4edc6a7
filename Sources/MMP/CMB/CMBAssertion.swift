// SPDX-License-Identifier: Apache-2.0

/// What a block of MMP 2.0 signs beside the rest.
package struct CMBAssertion: Equatable, Sendable {
  package var nodeID: String
  /// SHA-256 of what an application added, as `CMBSignature` commits to it.
  package private(set) var applicationCommitment: [UInt8]
  /// What an application added; nil where none did.
  package private(set) var application: Application?
  /// The room an application of the extension `mesh-room-v0.2.0` names.
  package private(set) var roomID: String?

  /// Bytes that only an application understands.
  package struct Application: Equatable, Sendable {
    package var mediaType = "application/json"
    package var schema: String?
    package var data: [UInt8]
  }

  static let domain: StaticString = "mmp-app-v1"

  /// Names the author, and adds JSON of an application where it is given.
  package init(nodeID: String, json: [UInt8]?) {
    self.init(nodeID: nodeID, json.map { Application(data: $0) })
  }

  init(nodeID: String, _ application: Application?) {
    (self.nodeID, self.application) = (nodeID, application)
    var bytes = BlockBytes(Self.domain)
    bytes.append(application == nil ? "0" : "1")
    if let application {
      bytes.append(application.mediaType)
      bytes.append(composed: application.schema ?? "")
      bytes.append("base64url")
      bytes.append(Int64(application.data.count))
      bytes.append(Self.digest(of: application.data))
      roomID = Self.room(in: application.data)
    }
    applicationCommitment = bytes.digest
  }

  static func digest(of data: [UInt8]) -> String {
    "sha256-" + ByteText.hex(BlockBytes.sha256(data))
  }
}
