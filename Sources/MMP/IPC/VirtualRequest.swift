// SPDX-License-Identifier: Apache-2.0

/// What a local application asks of its node: MMP's own frames, and the requests of the daemon of
/// the nodes in the field, which share their `type`s.
///
/// Whatever a sender says of itself (`from`, `fromName`, `createdBy`, `timestamp`, a key) is not
/// read: to peers there is one node.
package struct VirtualRequest: Equatable, Sendable {
  package enum Kind: Sendable {
    case register, message, send, mood, remember, cmb, recall, status, peers, metrics, catchup
    case listen, ping, memoryShare
    /// Not a type: one of this node's own requests, told by its `verb`.
    case control

    init?(_ type: String) {
      switch type {
      case "register": self = .register
      case "message": self = .message
      case "send": self = .send
      case "mood": self = .mood
      case "remember": self = .remember
      case "cmb": self = .cmb
      case "recall": self = .recall
      case "status": self = .status
      case "peers": self = .peers
      case "metrics": self = .metrics
      case "catchup": self = .catchup
      case "listen": self = .listen
      case "ping": self = .ping
      case "memory-share": self = .memoryShare
      default: return nil
      }
    }

    /// The `type` on the wire.
    package var text: String {
      switch self {
      case .register: "register"
      case .message: "message"
      case .send: "send"
      case .mood: "mood"
      case .remember: "remember"
      case .cmb: "cmb"
      case .recall: "recall"
      case .status: "status"
      case .peers: "peers"
      case .metrics: "metrics"
      case .catchup: "catchup"
      case .listen: "listen"
      case .ping: "ping"
      case .memoryShare: "memory-share"
      case .control: "verb"
      }
    }
  }

  /// Most keys of parents and most tags read of one request.
  package static let longest = 32
  package static let mostResults: Int64 = 1000

  package var kind: Kind
  /// The name, content, mood or query.
  package var text = ""
  /// The cognitive profile, the addressee or the context.
  package var detail: String?
  package var tags: [String] = []
  package var parents: [String] = []
  package var categories: CMBCategories?
  /// At most so many results; nil for all.
  package var limit: Int?
  /// Of `listen`: a bit for each category whose weight is above 0.
  package var heard = everything

  package static let everything: UInt8 = 0x7F

  /// Reads one JSON text; nil for what is neither, or lacks what it cannot do without.
  package init?(reading bytes: UnsafeRawBufferPointer, limits: JSONLimits) {
    var read: VirtualRequest?
    do throws(JSONFailure) {
      try JSONDocument.read(bytes, limits: limits) { read = VirtualRequest($0) }
    } catch { return nil }
    guard let read else { return nil }
    self = read
  }

  private init?(_ root: JSONValue) {
    guard root["verb"] == nil else {
      kind = .control
      return
    }
    guard let type = root.string("type"), let kind = Kind(type) else {
      return nil
    }
    self.kind = kind
    let main: StaticString =
      switch kind {
      case .register: "name"
      case .message, .remember, .memoryShare: "content"
      case .send: "message"
      case .mood: "mood"
      default: "query"
      }
    text = root.string(main.description) ?? ""
    detail = root.string("cognitiveProfile") ?? root.string("to") ?? root.string("context")
    tags = root.texts("tags", atMost: Self.longest)
    parents = root.texts("parents", atMost: Self.longest)
    limit = root.int("limit").map { Int(max(0, min($0, Self.mostResults))) }
    if kind == .listen, let weights = root.object("categoryWeights") {
      for name in CMBCategories.Name.allCases where weights.double(name.text) ?? 1 <= 0 {
        heard &= ~(1 << name.rawValue)
      }
    }
    if let block = kind == .cmb ? root.object("cmb") : root {
      let said = block.object("categories") ?? block.object("fields")
      do throws(FrameFailure) { categories = try said.map(CMBCategories.init(reading:)) } catch {
        return nil
      }
    }
    guard isComplete else { return nil }
  }

  private var isComplete: Bool {
    switch kind {
    case .register: isName(text)
    case .message, .send, .mood, .memoryShare: !text.isEmpty
    case .remember: !text.isEmpty || !(categories?.isEmpty ?? true)
    case .cmb: !(categories?.isEmpty ?? true)
    default: true
    }
  }
}
