// SPDX-License-Identifier: Apache-2.0
package import MMP

/// Who of the virtual nodes is given what comes from the mesh.
///
/// | what comes                  | who is given it                                              |
/// |-----------------------------|--------------------------------------------------------------|
/// | a message that names one    | the virtual nodes of that name, whatever their profile       |
/// | a message, mood or memory   | those whose cognitive profile is alike: the cosine of both   |
/// |                             | texts' vectors is at or above the threshold                  |
/// | … alike to no profile       | those that registered without a profile                      |
/// | peers that join and leave   | everyone                                                     |
///
/// A profile of which nothing can be told (no word of ASCII) counts as none.
extension VirtualNodes {
  /// Routes a frame that came from the peer `nodeID`, called `name`.
  ///
  /// An application that speaks in frames is given the frame itself, with `from` as the connection
  /// knows it; one that speaks in lines the daemon's event.
  ///
  /// `event` is what the daemon calls it.
  package mutating func deliver(
    _ frame: Frame, event: String, from nodeID: String, _ name: String, at now: Int64
  ) {
    var framed = frame
    var told = frame
    var text = ""
    var blocks: CMBCategories?
    var addressee: String?
    switch frame {
    case .message(var message):
      (text, addressee) = (message.content, message.toName)
      if message.fromName.isEmpty { message.fromName = name }
      message.from = nodeID
      framed = .message(message)
      message.from = message.fromName
      told = .message(message)
    case .mood(var mood):
      text = mood.context.map { "\(mood.mood) \($0)" } ?? mood.mood
      if mood.fromName.isEmpty { mood.fromName = name }
      mood.from = nodeID
      framed = .mood(mood)
      mood.from = mood.fromName
      told = .mood(mood)
    case .memoryShare(let memory): text = memory.content
    case .cmb(let block): blocks = block.cmb.categories
    default: return
    }
    let targets = addressee.map { named($0) } ?? concerned(by: text, blocks)
    guard !targets.isEmpty else {
      counters.unrouted += 1
      return
    }
    let names = told.type == "message" || told.type == "mood"
    for number in targets {
      guard let index = index(of: number) else { continue }
      if connections[index].framing == .frames {
        send(connections[index].framing.text(framed.write), to: index, isEvent: true, at: now)
        continue
      }
      tell(index, event, at: now) { data in
        if !names { data.field("from", name) }
        data.field("fromId", nodeID)
        told.write(&data)
      }
    }
  }

  /// Tells every virtual node of an event.
  package mutating func announce(
    _ event: String, at now: Int64, _ data: (inout JSONWriter) -> Void
  ) {
    for number in connections.filter({ $0.name != nil }).map({ $0.number }) {
      if let index = index(of: number) { tell(index, event, at: now, data) }
    }
  }

  /// Whether a virtual node of this name is here.
  package func isHere(_ name: String) -> Bool { !named(name).isEmpty }

  private func named(_ name: String) -> [Int] {
    connections.filter { $0.name == name }.map { $0.number }
  }

  /// Numbers of the connections that a text, or the categories of a memory block, concern.
  func concerned(by text: String, _ blocks: CMBCategories?) -> [Int] {
    var alike: [Int] = []
    var open: [Int] = []
    let common = blocks == nil ? encode?(text) : nil
    for connection in connections where connection.name != nil {
      guard let profile = connection.profile, encode != nil, Self.points(profile) else {
        open.append(connection.number)
        continue
      }
      let vector = common ?? blocks.flatMap { encode?($0.text(heardBy: connection.heard)) }
      if vector.map({ Self.cosine($0, profile) >= threshold }) ?? true {
        alike.append(connection.number)
      }
    }
    return alike.isEmpty ? open : alike
  }

  private mutating func tell(
    _ index: Int, _ event: String, at now: Int64, _ data: (inout JSONWriter) -> Void
  ) {
    let bytes = connections[index].framing.text { object in
      object.field("type", "event")
      object.field("event", event)
      object.object("data", data)
    }
    send(bytes, to: index, isEvent: true, at: now)
  }

  private static func points(_ vector: [Float]) -> Bool { vector.contains { $0 != 0 } }

  private static func cosine(_ a: [Float], _ b: [Float]) -> Float {
    var sum: Float = 0
    for index in 0..<min(a.count, b.count) { sum += a[index] * b[index] }
    return sum
  }
}

extension CMBCategories {
  /// What the categories say that `heard` has a bit for.
  fileprivate func text(heardBy heard: UInt8) -> String {
    var text = ""
    for name in Name.allCases where heard & 1 << name.rawValue != 0 {
      text += text.isEmpty ? self[name] : " " + self[name]
    }
    return text
  }
}
