// SPDX-License-Identifier: Apache-2.0

/// What the owner of the mesh has said, as members tell each other over secure links.
///
/// `{"type":"x-taumesh-owner","statements":[…]}`, each statement as base64url.
package struct OwnerNews: Equatable, Sendable {
  static let type: StaticString = "x-taumesh-owner"
  /// Most statements read of one frame; further ones are ignored.
  package static let longest = 2 * OwnerLedger.capacity + 2

  package var statements: [OwnerStatement]

  package init(_ statements: [OwnerStatement]) { self.statements = statements }

  func write(_ frame: inout JSONWriter) {
    frame.array("statements", of: statements.map { $0.text })
  }

  /// Statements of a kind not known are left out, as a newer version may add its own.
  init(reading frame: JSONValue) throws(FrameFailure) {
    guard let list = frame.array("statements") else {
      throw .field("statements", of: Self.type, expected: "a list")
    }
    statements = []
    for index in 0..<min(list.count, Self.longest) {
      guard let text = list[index]?.string, let statement = OwnerStatement(text) else { continue }
      statements.append(statement)
    }
  }
}

extension OwnerStatement {
  /// The bytes as base64url.
  package var text: String { ByteText.base64url(bytes) }

  /// Reads `text`; `nil` for anything else.
  package init?(_ text: String) {
    guard text.utf8.count <= 4 * Self.maximumCount,
      let bytes = ByteText.bytes(base64: text.utf8)
    else { return nil }
    self.init(bytes: bytes)
  }
}
