// SPDX-License-Identifier: Apache-2.0
internal import CJansson

/// Parses JSON in bounded memory that is given back when the reader is done.
///
/// The document exists only while `body` runs, so a value cannot outlive its memory:
/// copy out what is to stay.
package enum JSONDocument {
  /// Parses `text` and hands its root to `body`.
  ///
  /// - Throws: `JSONFailure`, before `body` is called.
  package static func read<Result>(
    _ text: UnsafeRawBufferPointer, limits: JSONLimits, _ body: (JSONValue) -> Result
  ) throws(JSONFailure) -> Result {
    guard text.count <= limits.textBytes else {
      throw .tooLong(bytes: text.count, limit: limits.textBytes)
    }
    try checkDepth(of: text, limit: limits.depth)
    let arena = try parse(text, arenaBytes: limits.arenaBytes)
    defer { cjansson_release(arena) }
    guard let root = cjansson_root(arena) else { throw .syntax(offset: 0) }
    return body(JSONValue(node: root))
  }

  /// Parses `text` and hands its root to `body`.
  package static func read<Result>(
    _ text: [UInt8], limits: JSONLimits, _ body: (JSONValue) -> Result
  ) throws(JSONFailure) -> Result {
    try text.span.bytes.withUnsafeBytes { bytes throws(JSONFailure) in
      try read(bytes, limits: limits, body)
    }
  }

  private static func parse(
    _ text: UnsafeRawBufferPointer, arenaBytes: Int
  ) throws(JSONFailure) -> OpaquePointer {
    var arena: OpaquePointer?
    var offset = 0
    let start = text.baseAddress?.assumingMemoryBound(to: CChar.self)
    let outcome = cjansson_parse(start, text.count, arenaBytes, &arena, &offset)
    if outcome == CJANSSON_OK, let arena { return arena }
    throw failure(outcome, offset: offset, arenaBytes: arenaBytes)
  }

  private static func failure(
    _ outcome: cjansson_outcome, offset: Int, arenaBytes: Int
  ) -> JSONFailure {
    switch outcome {
    case CJANSSON_NO_MEMORY: .outOfMemory
    case CJANSSON_EXHAUSTED: .arenaExhausted(limit: arenaBytes)
    case CJANSSON_NOT_UTF8: .notUTF8(offset: offset)
    case CJANSSON_DUPLICATE_KEY: .duplicateKey(offset: offset)
    case CJANSSON_NUMBER_RANGE: .numberOutOfRange(offset: offset)
    default: .syntax(offset: offset)
    }
  }

  /// Looks at brackets outside strings only: the parser, which recurses, checks the rest.
  private static func checkDepth(
    of text: UnsafeRawBufferPointer, limit: Int
  ) throws(JSONFailure) {
    var depth = 0
    var isInString = false
    var isEscaped = false
    for offset in 0..<text.count {
      let byte = text[offset]
      if isInString {
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
          isInString = false
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "\""): isInString = true
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        guard depth <= limit else { throw .tooDeep(offset: offset, limit: limit) }
      case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
      default: break
      }
    }
  }
}
