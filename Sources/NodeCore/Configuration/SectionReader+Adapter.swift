// SPDX-License-Identifier: Apache-2.0
internal import Devices

extension SectionReader {
  /// What this section, an entry of an adapter, says for `keys`.
  mutating func given(_ keys: [AdapterKey]) throws(ConfigurationFailure) -> [(String, GivenValue)] {
    var given: [(String, GivenValue)] = []
    for key in keys {
      guard let value = take(key.name) else { continue }
      switch value.content {
      case .scalar(let text): given.append((key.name, .one(text)))
      case .sequence(let elements):
        var texts: [String] = []
        for element in elements {
          guard case .scalar(let text) = element.content else {
            throw complaint(key.name, "holds \(element.kind); expected \(key.kind.expectation)")
          }
          texts.append(text)
        }
        given.append((key.name, .many(texts)))
      case .mapping:
        throw complaint(key.name, "is \(value.kind); expected \(key.kind.expectation)")
      }
    }
    return given
  }

  /// The problem of an adapter's value at the line of its key.
  func complaint(_ problem: AdapterProblem) -> ConfigurationFailure {
    complaint(problem.key, problem.problem)
  }
}
