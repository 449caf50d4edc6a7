// SPDX-License-Identifier: Apache-2.0

/// One MMP message: a JSON object with a `type`.
package enum Frame: Equatable, Sendable {
  case handshake(Handshake)
  case stateSync(StateSync)
  case peerInfo(PeerInfo)
  case memoryShare(MemoryShare)
  case cmb(CMBFrame)
  case mood(MoodSignal)
  case message(Message)
  case wake(WakeSignal)
  case wakeChannel(WakeChannel)
  case ping
  case pong
  case cmbFetch(CMBFetch)
  case cmbFetchResult(CMBFetchResult)
  case error(ErrorFrame)
  case owner(OwnerNews)
  /// A type this version does not read; it is ignored.
  case unknown(type: String)

  package var type: String {
    switch self {
    case .handshake: "handshake"
    case .stateSync: "state-sync"
    case .peerInfo(let info): info.carrier.type
    case .memoryShare: "memory-share"
    case .cmb: "cmb"
    case .mood: "mood"
    case .message: "message"
    case .wake: "wake"
    case .wakeChannel: "wake-channel"
    case .ping: "ping"
    case .pong: "pong"
    case .cmbFetch: "cmb-fetch"
    case .cmbFetchResult: "cmb-fetch-result"
    case .error: "error"
    case .owner: OwnerNews.type.description
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
    case "state-sync": return .stateSync(try StateSync(reading: root))
    case "peer-info": return .peerInfo(try PeerInfo(reading: root))
    case "memory-share": return .memoryShare(try MemoryShare(reading: root))
    case "cmb": return .cmb(try CMBFrame(reading: root))
    case "mood": return .mood(try MoodSignal(reading: root))
    case "message": return .message(try Message(reading: root))
    case "wake": return .wake(try WakeSignal(reading: root))
    case "wake-channel":
      guard let channel = WakeChannel(reading: root) else {
        throw .field("token", of: "wake-channel", expected: "a platform and a token")
      }
      return .wakeChannel(channel)
    // A heartbeat whose news cannot be read is a heartbeat all the same.
    case "ping":
      return root.array("peers") == nil ? .ping : .peerInfo(try PeerInfo(reading: root, on: .ping))
    case "pong":
      return root.array("peers") == nil ? .pong : .peerInfo(try PeerInfo(reading: root, on: .pong))
    case "cmb-fetch": return .cmbFetch(try CMBFetch(reading: root))
    case "cmb-fetch-result": return .cmbFetchResult(try CMBFetchResult(reading: root))
    case "error": return .error(try ErrorFrame(reading: root))
    case OwnerNews.type.description: return .owner(try OwnerNews(reading: root))
    default: return .unknown(type: isName(type) ? type : "?")
    }
  }

  /// Writes the members of the frame's object.
  package func write(_ frame: inout JSONWriter) {
    frame.field("type", type)
    switch self {
    case .handshake(let handshake): handshake.write(&frame)
    case .stateSync(let state): state.write(&frame)
    case .peerInfo(let info): info.write(&frame)
    case .memoryShare(let memory): memory.write(&frame)
    case .cmb(let block): block.write(&frame)
    case .mood(let mood): mood.write(&frame)
    case .message(let message): message.write(&frame)
    case .wake(let signal): signal.write(&frame)
    case .wakeChannel(let channel): channel.write(&frame)
    case .cmbFetch(let request): request.write(&frame)
    case .cmbFetchResult(let result): result.write(&frame)
    case .error(let error): error.write(&frame)
    case .owner(let news): news.write(&frame)
    case .ping, .pong, .unknown: break
    }
  }
}
