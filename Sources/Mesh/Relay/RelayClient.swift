// SPDX-License-Identifier: Apache-2.0
internal import MMP

/// A node's side of one relay: connects, says who it is, stays alive, comes back.
///
/// Pure: pull `next` until `nil` after every call and carry it out; call `tick` at `deadline`.
/// After a failure it connects again after 1 s, doubling to the cap, with up to a tenth more at
/// random; a connection that stood for 30 s starts the series anew (MMP 0.2.0 §1.3). A relay that
/// says that another connection has taken this node's place is not fought with: it is left alone
/// for `truce`.
package struct RelayClient: Sendable {
  package enum Effect: Equatable, Sendable {
    /// Open a WebSocket, then report `opened` or `ended`.
    case connect
    case send([UInt8])
    /// Close the WebSocket and report nothing more of it.
    case disconnect
    /// The relay has let this node in; everyone who is there is told of as `joined`.
    case up
    /// Someone is there. The relay itself is marked as such where it says so.
    case joined(nodeID: String, name: String, isRelay: Bool)
    case left(nodeID: String)
    /// A frame, as the bytes of its JSON.
    case payload(from: String, [UInt8])
    /// Everyone is out of reach; why.
    case down(String)
  }

  package enum State: Equatable, Sendable {
    /// Until the time given, nanoseconds.
    case waiting(Int64)
    case connecting
    case joining
    case up
  }

  package struct Settings: Sendable {
    package var nodeID: String
    package var name: String
    /// Sent in `relay-auth` (of the same value as the header's, for relays that read only one).
    package var token: String?
    package var group: String?
    /// Longest wait between two attempts, nanoseconds; 60 s for a group (Mesh Group 0.1.0 §4.2).
    package var longestRetry = 30 * Nanoseconds.second

    package init(nodeID: String, name: String) { (self.nodeID, self.name) = (nodeID, name) }
  }

  package static let shortestRetry = Nanoseconds.second
  package static let stableAfter = 30 * Nanoseconds.second
  package static let pongInterval = 20 * Nanoseconds.second
  package static let silence = 60 * Nanoseconds.second
  /// A WebSocket that has not been made by then never will, nanoseconds.
  static let connectTimeout = 20 * Nanoseconds.second
  /// How long a relay that has replaced this connection is left alone, nanoseconds.
  package static let truce = 300 * Nanoseconds.second
  /// How the reason of `down` begins where the token is at fault.
  package static let tokenRefused = "the relay refuses the token"
  /// Most peers taken of one list.
  static let mostPeers = 1024

  package private(set) var state: State
  /// Messages of the relay that mean nothing.
  package private(set) var malformed: UInt64 = 0
  private let settings: Settings
  private var jitter: Jitter
  private var attempts = 0
  private var since: Int64 = 0
  private var lastHeard: Int64 = 0
  private var nextPong: Int64 = 0
  private var complaint: String?
  private var effects: [Effect] = []
  private var nextEffect = 0

  /// Begins to connect at once; `seed` is any random number and spreads the retries.
  package init(_ settings: Settings, seed: UInt64, now: Int64) {
    (self.settings, jitter) = (settings, Jitter(seed: seed))
    state = .waiting(now)
  }

  package mutating func next() -> Effect? {
    guard nextEffect < effects.count else {
      effects.removeAll(keepingCapacity: effects.count <= 16)
      nextEffect = 0
      return nil
    }
    nextEffect += 1
    return effects[nextEffect - 1]
  }

  /// When `tick` is next worth calling, nanoseconds.
  package var deadline: Int64 {
    switch state {
    case .waiting(let due): due
    case .connecting: since + Self.connectTimeout
    case .joining, .up: min(nextPong, lastHeard + Self.silence)
    }
  }

  package mutating func tick(at now: Int64) {
    switch state {
    case .waiting(let due):
      guard now >= due else { return }
      (state, since) = (.connecting, now)
      effects.append(.connect)
    case .connecting:
      guard now >= since + Self.connectTimeout else { return }
      effects.append(.disconnect)
      lose("the relay does not answer", at: now)
    case .joining, .up:
      guard now < lastHeard + Self.silence else {
        effects.append(.disconnect)
        return lose("nothing heard of the relay for 60 s", at: now)
      }
      guard now >= nextPong else { return }
      nextPong = now + Self.pongInterval
      effects.append(.send(RelayMessage.pong))
    }
  }

  /// The WebSocket stands.
  package mutating func opened(at now: Int64) {
    guard state == .connecting else { return }
    (state, since, lastHeard) = (.joining, now, now)
    nextPong = now + Self.pongInterval
    complaint = nil
    authenticate()
  }

  /// The WebSocket could not be made, or has ended; `code` is that of its close frame, 0 for none.
  package mutating func ended(code: Int, _ reason: String, at now: Int64) {
    if case .waiting = state { return }
    switch RelayClose(rawValue: code) {
    case .replaced:
      lose("another connection took this node's place at the relay", at: now)
      state = .waiting(now + Self.truce)
    case .badToken:
      lose(Self.tokenRefused + (complaint.map { ": \($0)" } ?? ""), at: now, atLeast: 30)
    case .tooYoung: lose("this node is connected to the relay already", at: now, atLeast: 6)
    default: lose(complaint ?? reason, at: now)
    }
  }

  /// Sends a frame's JSON to a node at the relay, or to everyone there.
  package mutating func send(_ frame: UnsafeRawBufferPointer, to nodeID: String?) {
    guard state == .up else { return }
    effects.append(.send(RelayMessage.envelope(RelayMessage.prefix(to: nodeID), frame)))
  }

  package mutating func send(_ frame: [UInt8], to nodeID: String?) {
    frame.withUnsafeBytes { send($0, to: nodeID) }
  }

  package mutating func received(_ text: [UInt8], at now: Int64) {
    text.withUnsafeBytes { received($0, at: now) }
  }

  package mutating func received(_ text: UnsafeRawBufferPointer, at now: Int64) {
    guard state == .joining || state == .up else { return }
    lastHeard = now
    guard let envelope = RelayEnvelope(text) else {
      malformed += 1
      return
    }
    if let payload = envelope[.payload] {
      guard let from = envelope.text(.from, in: text), state == .up,
        text[payload.lowerBound] == UInt8(ascii: "{")
      else {
        malformed += 1
        return
      }
      effects.append(.payload(from: from, Array(text[payload])))
      return
    }
    switch envelope.text(.type, in: text) {
    case "relay-ping": effects.append(.send(RelayMessage.pong))
    case "relay-reauth": authenticate()
    case "relay-peers", "relay-peer-joined", "relay-peer-left", "relay-error": read(text)
    default: malformed += 1
    }
  }

  private mutating func authenticate() {
    var hello = RelayHello(nodeID: settings.nodeID, name: settings.name)
    (hello.token, hello.group) = (settings.token, settings.group)
    effects.append(.send(hello.bytes))
  }

  private mutating func read(_ text: UnsafeRawBufferPointer) {
    var found: [Effect] = []
    var isList = false
    var error: String?
    do throws(JSONFailure) {
      try JSONDocument.read(text, limits: RelayMessage.limits) { root in
        switch root.string("type") {
        case "relay-peers":
          isList = true
          let list = root.array("peers")
          for index in 0..<min(list?.count ?? 0, Self.mostPeers) {
            guard let peer = list?[index], peer.bool("offline") != true,
              let joined = Self.joined(peer)
            else { continue }
            found.append(joined)
          }
        case "relay-peer-joined": if let joined = Self.joined(root) { found.append(joined) }
        case "relay-peer-left":
          if let nodeID = relayName(root, "nodeId") { found.append(.left(nodeID: nodeID)) }
        default:
          error = String(decoding: (root.string("message") ?? "").utf8.prefix(120), as: UTF8.self)
        }
      }
    } catch {
      malformed += 1
      return
    }
    if let error { complaint = "the relay says: \(error)" }
    if isList, state == .joining {
      state = .up
      effects.append(.up)
    }
    if state == .up { effects.append(contentsOf: found) }
  }

  private static func joined(_ peer: JSONValue) -> Effect? {
    guard let nodeID = relayName(peer, "nodeId"), let name = relayName(peer, "name") else {
      return nil
    }
    return .joined(nodeID: nodeID, name: name, isRelay: peer.bool("relay") ?? false)
  }

  private mutating func lose(_ reason: String, at now: Int64, atLeast seconds: Int64 = 0) {
    let stood = state == .up || state == .joining
    if stood, now - since >= Self.stableAfter { attempts = 0 }
    let doubled = Self.shortestRetry << Int64(min(attempts, 10))
    attempts += 1
    let wait = max(min(doubled, settings.longestRetry), seconds * Nanoseconds.second)
    state = .waiting(now + wait + Int64(Double(wait) * 0.1 * jitter.fraction()))
    effects.append(.down(reason))
  }
}
