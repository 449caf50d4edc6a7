// SPDX-License-Identifier: Apache-2.0

/// Server-sent events (WHATWG HTML, "Server-sent events"): bytes in, the data of each event out.
///
/// Other fields than `data` (event, id, retry) are passed over: the streams read here name no types.
package struct EventStream {
  /// Longest data of one event, bytes; a longer one is a failed stream.
  package static let maximumData = 16_384

  private var line: [UInt8] = []
  private var data: [UInt8] = []
  private var hasData = false
  private var endedWithReturn = false
  private var isFirstLine = true

  package init() {}

  /// Takes what came next; calls `event` with the data of each event that is complete.
  ///
  /// - Returns: False when an event is longer than it may be.
  package mutating func take(_ bytes: [UInt8], _ event: ([UInt8]) -> Void) -> Bool {
    for byte in bytes {
      let followsReturn = endedWithReturn
      endedWithReturn = byte == 13
      if byte == 10, followsReturn { continue }
      guard byte == 10 || byte == 13 else {
        line.append(byte)
        guard line.count <= Self.maximumData + 8 else { return false }
        continue
      }
      guard finishLine(event) else { return false }
    }
    return true
  }

  private mutating func finishLine(_ event: ([UInt8]) -> Void) -> Bool {
    if isFirstLine, line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
    isFirstLine = false
    defer { line.removeAll(keepingCapacity: true) }
    guard !line.isEmpty else {
      if hasData { event(data) }
      data.removeAll(keepingCapacity: true)
      hasData = false
      return true
    }
    guard let value = Self.value(of: line) else { return true }
    if hasData { data.append(10) }
    data.append(contentsOf: value)
    hasData = true
    return data.count <= Self.maximumData
  }

  /// The value of a line `data: …`; nil for other fields and comments.
  private static func value(of line: [UInt8]) -> ArraySlice<UInt8>? {
    let name = Array("data".utf8)
    guard line.starts(with: name) else { return nil }
    let rest = line[name.count...]
    guard let colon = rest.first else { return rest }
    guard colon == 58 else { return nil }
    let value = rest.dropFirst()
    return value.first == 32 ? value.dropFirst() : value
  }
}
