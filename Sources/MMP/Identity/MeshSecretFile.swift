// SPDX-License-Identifier: Apache-2.0

/// The content of a mesh key file: the secret, and the one before while that still opens links.
///
/// The first line is the secret, in the form of `MeshSecret`. While a new secret replaces one, a
/// second line reads `previous SECRET until MILLISECONDS`, of the Unix epoch.
package struct MeshSecretFile: Equatable, Sendable {
  package var secret: Key32
  package var previous: Key32?
  package var previousUntil: UInt64

  package init(secret: Key32, previous: Key32? = nil, previousUntil: UInt64 = 0) {
    self.secret = secret
    self.previous = previous
    self.previousUntil = previousUntil
  }

  /// - Returns: `nil` where the first line is no secret, or the second is not as above.
  package init?(_ content: [UInt8]) {
    let lines = content.split(separator: 10)
    guard let first = lines.first,
      let secret = MeshSecret.parse(String(decoding: first, as: UTF8.self))
    else { return nil }
    self.init(secret: secret)
    guard lines.count > 1 else { return }
    let words = lines[1].split(separator: 32)
    guard words.count == 4, words[0].elementsEqual("previous".utf8),
      words[2].elementsEqual("until".utf8),
      let previous = MeshSecret.parse(String(decoding: words[1], as: UTF8.self)),
      let until = UInt64(String(decoding: words[3], as: UTF8.self))
    else { return nil }
    (self.previous, previousUntil) = (previous, until)
  }

  package var text: String {
    var text = MeshSecret.text(of: secret) + "\n"
    if let previous {
      text += "previous \(MeshSecret.text(of: previous)) until \(previousUntil)\n"
    }
    return text
  }
}
