// SPDX-License-Identifier: Apache-2.0

/// What waits for one application to read.
///
/// At the bound events give way, the oldest first, then whoever asks without reading is closed;
/// so is a reader that takes nothing for `patience`.
struct Outbox {
  static let mostTexts = 64
  static let mostBytes = 65_536
  /// How long a reader may take nothing, ns.
  static let patience: Int64 = 30_000_000_000

  enum Outcome: Equatable { case send, kept, close }

  private(set) var dropped: UInt64 = 0
  private var waiting: [(bytes: [UInt8], isEvent: Bool)] = []
  private var waitingBytes = 0
  /// Since when the stream has bytes that the application has not taken; nil when it has none.
  private var busySince: Int64?

  /// Whether what was sent last has not been taken yet.
  var isBusy: Bool { busySince != nil }

  /// Takes a text: `send` it now, it is `kept` (or has been dropped), or `close` the connection.
  mutating func add(_ bytes: [UInt8], isEvent: Bool, at now: Int64) -> Outcome {
    guard let busySince else {
      self.busySince = now
      return .send
    }
    guard now - busySince < Self.patience else { return .close }
    waiting.append((bytes, isEvent))
    waitingBytes += bytes.count
    while waiting.count > 1, waiting.count > Self.mostTexts || waitingBytes > Self.mostBytes {
      guard let oldest = waiting.firstIndex(where: { $0.isEvent }) else { return .close }
      waitingBytes -= waiting.remove(at: oldest).bytes.count
      dropped += 1
    }
    return .kept
  }

  /// Everything sent has been taken: what is to be sent next.
  mutating func drained(at now: Int64) -> [UInt8]? {
    guard !waiting.isEmpty else {
      busySince = nil
      return nil
    }
    busySince = now
    let first = waiting.removeFirst().bytes
    waitingBytes -= first.count
    return first
  }
}
