// SPDX-License-Identifier: Apache-2.0

/// Why one frame means nothing; it is dropped and counted, the connection lives.
package enum FrameFailure: Error, Equatable, CustomStringConvertible {
  case json(JSONFailure)
  case notAnObject
  case noType
  /// Longer than this profile reads, although within the protocol's limit.
  case longerThanProfile(bytes: Int, limit: Int)
  case badField(name: String, type: String, expected: String)

  static func field(
    _ name: StaticString, of type: StaticString, expected: StaticString
  ) -> FrameFailure {
    .badField(
      name: name.description, type: type.description, expected: expected.description)
  }

  package var description: String {
    switch self {
    case .json(let failure): failure.description
    case .notAnObject: "frame is not a JSON object"
    case .noType: "frame has no `type`"
    case .longerThanProfile(let bytes, let limit):
      "frame of \(bytes) bytes, this profile reads at most \(limit)"
    case .badField(let name, let type, let expected):
      "field `\(name)` of \(type): expected \(expected)"
    }
  }
}

/// Why a stream of frames cannot be followed any further; the connection is closed.
package enum FramingFailure: Error, Equatable, CustomStringConvertible {
  case empty
  case tooLong(bytes: Int, limit: Int)

  package var description: String {
    switch self {
    case .empty: "frame of length 0"
    case .tooLong(let bytes, let limit):
      "frame of \(bytes) bytes, expected at most \(limit)"
    }
  }
}
