// SPDX-License-Identifier: Apache-2.0
package import MMP

/// The applications behind one node: framing, registration, limits, and who is given what.
///
/// Peers see one node. What an application sends goes out under this node's id; what comes in is
/// routed to applications by what they said of themselves (`VirtualNodes+Routing`).
package struct VirtualNodes {
  /// Virtual nodes at most; one more is refused.
  package static let capacity = 16
  /// Connections that have not registered at most; at the bound the most silent gives way.
  package static let mostStrangers = 16

  package enum Effect: Equatable {
    /// One of the node's own requests, a line or frame of JSON with a `verb`, or nothing known.
    case control(connection: Int, [UInt8])
    /// What an application asks for; answer it with `answer`.
    case request(connection: Int, VirtualRequest)
    case send(connection: Int, [UInt8])
    /// Do not read from it until then, ns.
    case hold(connection: Int, until: Int64)
    case close(connection: Int, CloseReason)
  }

  package enum CloseReason: Equatable, CustomStringConvertible {
    case framing(FramingFailure)
    case gaveWay
    case notReading

    package var description: String {
      switch self {
      case .framing(let failure): failure.description
      case .gaveWay: "the most silent of \(VirtualNodes.mostStrangers)"
      case .notReading: "who asks does not read the answers"
      }
    }
  }

  package struct Counters: Equatable {
    /// Texts received, texts of them not looked at because there were too many, and those that
    /// mean nothing.
    package var received: UInt64 = 0
    package var refused: UInt64 = 0
    package var invalid: UInt64 = 0
    /// Texts sent, and events its slowness cost it.
    package var sent: UInt64 = 0
    package var dropped: UInt64 = 0
    /// Of the node alone: what came for nobody here.
    package var unrouted: UInt64 = 0
  }

  package struct Member {
    package let name: String
    package let counters: Counters
  }

  /// How alike a text and a profile must point, as a cosine, to concern each other.
  package var threshold: Float
  /// Where a text points, a vector of length 1; while there is none no profile counts.
  package var encode: ((String) -> [Float])?
  /// What `registered` says of the relay this node uses.
  package var relay: String?
  let nodeID: String
  let nodeName: String
  var connections: [VirtualConnection] = []
  var effects: [Effect] = []
  /// Of those who have left, and of strangers.
  package internal(set) var counters = Counters()
  private var lastNumber = 0

  package init(nodeID: String, nodeName: String, threshold: Float) {
    (self.nodeID, self.nodeName, self.threshold) = (nodeID, nodeName, threshold)
  }

  /// The virtual nodes, in the order of their connections.
  package var members: [Member] {
    connections.compactMap { connection in
      guard let name = connection.name else { return nil }
      var counters = connection.counters
      counters.dropped = connection.outbox.dropped
      return Member(name: name, counters: counters)
    }
  }

  /// A new connection, and its number.
  package mutating func opened(at now: Int64) -> Int {
    var strangers = 0
    var silent: VirtualConnection?
    for connection in connections where connection.name == nil {
      strangers += 1
      if connection.lastHeard < silent?.lastHeard ?? .max { silent = connection }
    }
    if strangers >= Self.mostStrangers, let silent { close(silent.number, .gaveWay) }
    lastNumber += 1
    connections.append(VirtualConnection(lastNumber, at: now))
    return lastNumber
  }

  /// The connection has ended.
  package mutating func closed(_ number: Int) {
    guard let index = index(of: number) else { return }
    let left = connections.remove(at: index)
    counters.received += left.counters.received
    counters.refused += left.counters.refused
    counters.invalid += left.counters.invalid
    counters.sent += left.counters.sent
    counters.dropped += left.outbox.dropped
  }

  /// Takes bytes; pull all effects before the next ones.
  package mutating func received(
    _ bytes: UnsafeRawBufferPointer, on number: Int, at now: Int64
  ) {
    guard let index = index(of: number) else { return }
    connections[index].lastHeard = now
    connections[index].decoder.append(bytes)
    if let until = connections[index].bytes.spend(Double(bytes.count), at: now) {
      effects.append(.hold(connection: number, until: until))
    }
  }

  /// The next thing to do; nil when there is nothing more to do now.
  package mutating func next(at now: Int64) -> Effect? {
    // An answer goes out before the next text is looked at: who asks waits for no one else.
    var place = 0
    while effects.isEmpty, place < connections.count {
      let number = connections[place].number
      do throws(FramingFailure) {
        if let text = try connections[place].nextText(at: now) {
          take(text, place, at: now)
        } else {
          place += 1
        }
      } catch { close(number, .framing(error)) }
    }
    return effects.isEmpty ? nil : effects.removeFirst()
  }

  /// The stream of a connection has given everything to the kernel.
  package mutating func drained(_ number: Int, at now: Int64) {
    guard let index = index(of: number), let bytes = connections[index].outbox.drained(at: now)
    else { return }
    effects.append(.send(connection: number, bytes))
  }

  /// How an application is answered: as it asks.
  package func framing(of number: Int) -> IPCDecoder.Framing {
    index(of: number).map { connections[$0].framing } ?? .lines
  }

  /// Answers a request with a text in the connection's framing.
  package mutating func answer(_ number: Int, _ text: [UInt8], at now: Int64) {
    guard let index = index(of: number) else { return }
    // Who has not registered has one answer at a time.
    guard connections[index].name != nil || !connections[index].outbox.isBusy else {
      return close(number, .notReading)
    }
    send(text, to: index, isEvent: false, at: now)
  }

  /// Name of a virtual node; nil for one that has not registered.
  package func name(of number: Int) -> String? {
    index(of: number).flatMap { connections[$0].name }
  }

  func index(of number: Int) -> Int? { connections.firstIndex { $0.number == number } }

  mutating func send(_ bytes: [UInt8], to index: Int, isEvent: Bool, at now: Int64) {
    let number = connections[index].number
    switch connections[index].outbox.add(bytes, isEvent: isEvent, at: now) {
    case .send: effects.append(.send(connection: number, bytes))
    case .kept: break
    case .close: return close(number, .notReading)
    }
    connections[index].counters.sent += 1
  }

  private mutating func close(_ number: Int, _ reason: CloseReason) {
    closed(number)
    effects.append(.close(connection: number, reason))
  }

  private mutating func take(_ text: [UInt8], _ index: Int, at now: Int64) {
    let number = connections[index].number
    let limits = JSONLimits(textBytes: IPCDecoder.memberLimit, arenaBytes: 256 << 10)
    let request = text.withUnsafeBytes { VirtualRequest(reading: $0, limits: limits) }
    guard let request else {
      connections[index].counters.invalid += 1
      // The daemon of the nodes in the field answers nothing to what it does not know.
      guard connections[index].name == nil, connections[index].framing == .lines else { return }
      return effects.append(.control(connection: number, text))
    }
    switch request.kind {
    case .control: effects.append(.control(connection: number, text))
    case .register: register(index, request, at: now)
    case .listen:
      connections[index].heard = request.heard
      answer(number, framing(of: number).text { Self.result("listen", &$0) }, at: now)
    case .ping: answer(number, framing(of: number).text { $0.field("type", "pong") }, at: now)
    default:
      guard connections[index].name != nil || connections[index].texts.take(1, at: now) else {
        connections[index].counters.refused += 1
        return
      }
      effects.append(.request(connection: number, request))
    }
  }

  private mutating func register(_ index: Int, _ request: VirtualRequest, at now: Int64) {
    let (number, framing) = (connections[index].number, connections[index].framing)
    guard connections[index].name != nil || members.count < Self.capacity else {
      let text = framing.text { object in
        object.field("type", "error")
        object.field("message", "this node has its \(Self.capacity) virtual nodes already")
      }
      return answer(number, text, at: now)
    }
    connections[index].name = request.text
    connections[index].profile = request.detail.map { encode?($0) ?? [] }
    connections[index].decoder.limit = IPCDecoder.memberLimit
    let text = framing.text { object in
      object.field("type", "registered")
      object.field("nodeId", nodeID)
      object.field("name", nodeName)
      object.field("relay", orNull: relay)
    }
    answer(number, text, at: now)
  }

  /// The head of a result, as the daemon writes it.
  package static func result(_ action: String, _ object: inout JSONWriter) {
    object.field("type", "result")
    object.field("action", action)
  }
}
