// SPDX-License-Identifier: Apache-2.0

extension AdapterValues {
  /// A URL with one of `schemes`, without a user name in it: it would end up in listings.
  package func url(_ key: String, schemes: [String]) throws(AdapterProblem) -> String {
    let text = text(key)
    let bytes = Array(text.utf8)
    let isPlain = bytes.count < 1000 && bytes.allSatisfy { $0 > 32 && $0 < 127 }
    let scheme = schemes.first { text.hasPrefix($0 + "://") }
    guard isPlain, let scheme else {
      let expected = schemes.map { $0 + "://…" }
      throw AdapterProblem(key, "is \"\(text)\"; expected \(NearWord.joined(expected))")
    }
    let rest = bytes.dropFirst(scheme.utf8.count + 3)
    let authority = rest.prefix { $0 != 47 && $0 != 63 }
    guard !authority.isEmpty, !authority.contains(64) else {
      throw AdapterProblem(
        key, "is \"\(text)\"; expected a host, and no user name or password in it")
    }
    return text
  }

  /// A JSON pointer (RFC 6901), empty for the whole document.
  package func pointer(_ key: String) throws(AdapterProblem) -> String {
    let text = optionalText(key) ?? ""
    guard text.isEmpty || text.hasPrefix("/"), text.utf8.count < 256 else {
      throw AdapterProblem(
        key, "is \"\(text)\"; expected a JSON pointer such as /main/temp (RFC 6901)")
    }
    return text
  }
}
