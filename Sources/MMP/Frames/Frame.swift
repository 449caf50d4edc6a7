// SPDX-License-Identifier: Apache-2.0

/// One MMP message: a JSON object with a `type`.
package enum Frame: Equatable, Sendable {
  case handshake(Handshake)
  case peerInfo(PeerInfo)
  case ping
  case pong
  case stateSync(StateSync)
  /// A type this version does not read; it is ignored.
  case unknown(type: String)

  package var type: String {
    switch self {
    case .handshake: "handshake"
    case .peerInfo: "peer-info"
    case .ping: "ping"
    case .pong: "pong"
    case .stateSync: "state-sync"
    case .unknown(let type): type
    }
  }

  /// Reads one frame's JSON text.
  package static func decode(
    _ text: UnsafeRawBufferPointer, limits: JSONLimits
  ) throws(FrameFailure) -> Frame {
    let outcome: Result<Frame, FrameFailure>
    do throws(JSONFailure) {
      outcome = try JSONDocument.read(text, limits: limits) { root in
        do throws(FrameFailure) { return .success(try read(root)) } catch {
          return .failure(error)
        }
      }
    } catch {
      throw .json(error)
    }
    return try outcome.get()
  }

  private static func read(_ root: JSONValue) throws(FrameFailure) -> Frame {
    guard root.isObject else { throw .notAnObject }
    guard let type = root.string("type") else { throw .noType }
    switch type {
    case "handshake": return .handshake(try Handshake(reading: root))
    case "peer-info": return .peerInfo(try PeerInfo(reading: root))
    case "ping": return .ping
    case "pong": return .pong
    case "state-sync": return .stateSync(try StateSync(reading: root))
    default: return .unknown(type: isName(type) ? type : "?")
    }
  }

  func write(_ frame: inout JSONWriter) {
    frame.field("type", type)
    switch self {
    case .handshake(let handshake): handshake.write(&frame)
    case .peerInfo(let info): info.write(&frame)
    case .stateSync(let state): state.write(&frame)
    case .ping, .pong, .unknown: break
    }
  }
}
