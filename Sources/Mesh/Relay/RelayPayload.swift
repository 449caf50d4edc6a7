// SPDX-License-Identifier: Apache-2.0
internal import MMP

/// What goes from node to node through a relay: frames of MMP as they are, and what two Taumesh
/// nodes say over their secure link, which the relay cannot read.
package enum RelayPayload: Equatable, Sendable {
  /// A part of a secure link's stream.
  case link(Piece)
  /// Sealed datagrams.
  case pulses([[UInt8]])
  /// A frame, as the bytes of its JSON.
  case frame

  /// The bytes that come next in one link's stream.
  package struct Piece: Equatable, Sendable {
    /// Drawn by the dialer for this link.
    package var stream: UInt32
    /// Which piece of its sender it is, from 0 on: a relay may drop some.
    package var number: UInt32
    package var bytes: [UInt8]
    /// The link is over; there are no bytes.
    package var isEnd: Bool

    package init(stream: UInt32, number: UInt32, bytes: [UInt8], isEnd: Bool = false) {
      (self.stream, self.number, self.bytes, self.isEnd) = (stream, number, bytes, isEnd)
    }
  }

  /// Most bytes of a link in one piece.
  package static let pieceBytes = 12 << 10
  /// Most datagrams in one message: a pulse for each channel, a ping and an answer.
  package static let mostDatagrams = 24
  private static let longestDatagram = 128
  private static let prefix = "x-taumesh-"

  /// The JSON of a piece.
  package static func text(_ piece: Piece) -> [UInt8] {
    RelayMessage.object("x-taumesh-link") { frame in
      frame.field("stream", Int64(piece.stream))
      if piece.isEnd {
        frame.field("end", true)
      } else {
        frame.field("n", Int64(piece.number))
        frame.field("data", ByteText.base64url(piece.bytes))
      }
    }
  }

  /// The JSON of sealed datagrams.
  package static func text(pulses: [[UInt8]]) -> [UInt8] {
    RelayMessage.object("x-taumesh-pulse") { frame in
      frame.array("data") { list in
        for datagram in pulses { list.value(ByteText.base64url(datagram)) }
      }
    }
  }

  /// Tells what `text` is; nil for what claims to be of Taumesh but means nothing.
  package init?(_ text: [UInt8]) {
    // A relay may have written the text anew, with blanks or in another order.
    let type = text.withUnsafeBytes { RelayEnvelope($0)?.text(.type, in: $0) }
    guard let type, type.hasPrefix(Self.prefix) else {
      self = .frame
      return
    }
    let limits = JSONLimits(textBytes: 2 * Self.pieceBytes, arenaBytes: 256 << 10)
    do throws(JSONFailure) {
      let payload = try JSONDocument.read(text, limits: limits) { Self.read($0) }
      guard let payload else { return nil }
      self = payload
    } catch { return nil }
  }

  private static func read(_ root: JSONValue) -> RelayPayload? {
    switch root.string("type") {
    case "x-taumesh-link":
      guard let stream = root.int("stream").flatMap({ UInt32(exactly: $0) }) else { return nil }
      if root.bool("end") == true {
        return .link(Piece(stream: stream, number: 0, bytes: [], isEnd: true))
      }
      guard let number = root.int("n").flatMap({ UInt32(exactly: $0) }),
        let bytes = bytes(root.string("data"), atMost: pieceBytes)
      else { return nil }
      return .link(Piece(stream: stream, number: number, bytes: bytes))
    case "x-taumesh-pulse":
      guard let list = root.array("data"), list.count <= mostDatagrams else { return nil }
      var datagrams: [[UInt8]] = []
      for index in 0..<list.count {
        guard let datagram = bytes(list[index]?.string, atMost: longestDatagram) else { return nil }
        datagrams.append(datagram)
      }
      return .pulses(datagrams)
    default: return nil
    }
  }

  /// Base64url without padding; nil for what is none, empty or longer.
  private static func bytes(_ text: String?, atMost limit: Int) -> [UInt8]? {
    guard let text else { return nil }
    let count = text.utf8.count * 3 / 4
    guard (1...limit).contains(count) else { return nil }
    return ByteText.bytes(base64: text.utf8, count: count)
  }
}
