// SPDX-License-Identifier: Apache-2.0
internal import MMP

/// One application's connection: a stranger until it has registered, then a virtual node.
struct VirtualConnection {
  /// Texts of a virtual node that are looked at, each second and at once.
  static let textsPerSecond = 50.0
  static let textsAtOnce = 200.0
  /// Bytes read from one application, each second and at once.
  static let bytesPerSecond = 1_048_576.0
  static let bytesAtOnce = 1_048_576.0

  let number: Int
  var decoder = IPCDecoder()
  /// nil until it has registered.
  var name: String?
  /// Where its cognitive profile points; nil without one.
  var profile: [Float]?
  /// A bit for each category that it listens to.
  var heard = VirtualRequest.everything
  var texts: Allowance
  var bytes: Allowance
  var outbox = Outbox()
  var counters = VirtualNodes.Counters()
  var lastHeard: Int64

  init(_ number: Int, at now: Int64) {
    (self.number, lastHeard) = (number, now)
    texts = Allowance(perSecond: Self.textsPerSecond, burst: Self.textsAtOnce, at: now)
    bytes = Allowance(perSecond: Self.bytesPerSecond, burst: Self.bytesAtOnce, at: now)
  }

  var framing: IPCDecoder.Framing { decoder.framing ?? .lines }

  /// The next text that is to be looked at; nil until more comes.
  mutating func nextText(at now: Int64) throws(FramingFailure) -> [UInt8]? {
    let isMember = name != nil
    var allowance = texts
    defer { texts = allowance }
    var text: [UInt8]?
    while text == nil {
      // A flood is counted, not parsed.
      let isThere = try decoder.next { bytes in
        if !isMember || allowance.take(1, at: now) { text = Array(bytes) }
      }
      guard isThere else { return nil }
      counters.received += 1
      if text == nil { counters.refused += 1 }
    }
    return text
  }
}
