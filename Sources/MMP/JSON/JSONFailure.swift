// SPDX-License-Identifier: Apache-2.0

/// Why a text is not taken as JSON; offsets are bytes from its start.
package enum JSONFailure: Error, Equatable, CustomStringConvertible {
  case tooLong(bytes: Int, limit: Int)
  case tooDeep(offset: Int, limit: Int)
  case arenaExhausted(limit: Int)
  case outOfMemory
  case syntax(offset: Int)
  case notUTF8(offset: Int)
  case duplicateKey(offset: Int)
  case numberOutOfRange(offset: Int)

  package var description: String {
    switch self {
    case .tooLong(let bytes, let limit):
      "JSON of \(bytes) bytes, expected at most \(limit)"
    case .tooDeep(let offset, let limit):
      "JSON nested too deep at byte \(offset), expected at most \(limit) levels"
    case .arenaExhausted(let limit):
      "JSON arena exhausted, the document needs more than \(limit) bytes"
    case .outOfMemory: "no memory to parse JSON"
    case .syntax(let offset): "not JSON at byte \(offset)"
    case .notUTF8(let offset): "not UTF-8 at byte \(offset) of JSON"
    case .duplicateKey(let offset): "key used twice in a JSON object before byte \(offset)"
    case .numberOutOfRange(let offset): "number out of range before byte \(offset) of JSON"
    }
  }
}
