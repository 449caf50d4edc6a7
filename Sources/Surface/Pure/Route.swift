// SPDX-License-Identifier: Apache-2.0

/// Where a request goes, by its method and path alone.
package enum Route: Equatable {
  /// A value for the input of this name.
  case input(String)
  /// An answer that needs nothing further.
  case refused(status: Int, String)

  package init(isPost: Bool, isAuthorised: Bool, path: String) {
    // First of all, so that strangers learn nothing of what is here.
    guard isAuthorised else {
      self = .refused(status: 401, "expected Authorization: Bearer with the surface's token")
      return
    }
    guard let name = Route.inputName(path) else {
      self = .refused(status: 404, "nothing here; expected /input/ID")
      return
    }
    self = isPost ? .input(name) : .refused(status: 405, "expected POST")
  }

  /// The ID of /input/ID, percent-escapes resolved; nil for other paths.
  package static func inputName(_ path: String) -> String? {
    let prefix = Array("/input/".utf8)
    let bytes = Array(path.utf8.prefix { $0 != 63 })
    guard bytes.starts(with: prefix), bytes.count > prefix.count else { return nil }
    return decoded(bytes[prefix.count...])
  }

  private static func decoded(_ bytes: ArraySlice<UInt8>) -> String? {
    var name: [UInt8] = []
    var rest = bytes
    while let byte = rest.popFirst() {
      guard byte == 37 else {
        name.append(byte)
        continue
      }
      guard rest.count >= 2, let high = digit(rest.removeFirst()),
        let low = digit(rest.removeFirst())
      else { return nil }
      name.append(high << 4 | low)
    }
    return name.contains { $0 < 32 } ? nil : String(decoding: name, as: UTF8.self)
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 48...57: byte - 48
    case 65...70: byte - 55
    case 97...102: byte - 87
    default: nil
    }
  }
}
