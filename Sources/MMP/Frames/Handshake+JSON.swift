// SPDX-License-Identifier: Apache-2.0

/// Most entries kept of any list inside a handshake; more make it malformed.
private let longestList = 64

extension Handshake {
  func write(_ frame: inout JSONWriter) {
    frame.field("nodeId", nodeID)
    frame.field("name", name)
    if let version {
      frame.field("version", version)
      frame.array("extensions", of: extensions)
    }
    if let room { frame.field("room", room) }
    if let group { frame.field("group", group) }
    if let publicKey { frame.field("publicKey", publicKey) }
    if let e2ePublicKey { frame.field("e2ePublicKey", e2ePublicKey) }
    if let lifecycleRole { frame.field("lifecycleRole", lifecycleRole) }
    if let taumesh { frame.object("taumesh") { object in taumesh.write(&object) } }
  }

  init(reading frame: JSONValue) throws(FrameFailure) {
    guard let nodeID = frame.string("nodeId"), isName(nodeID) else {
      throw .field("nodeId", of: "handshake", expected: "a text of 1 to 64 bytes")
    }
    guard let name = frame.string("name"), isName(name) else {
      throw .field("name", of: "handshake", expected: "1 to 64 bytes, no control characters")
    }
    self.init(nodeID: nodeID, name: name)
    version = frame.string("version")
    extensions = try readTexts(frame, "extensions")
    room = frame.string("room")
    group = frame.string("group")
    publicKey = frame.string("publicKey")
    e2ePublicKey = frame.string("e2ePublicKey")
    lifecycleRole = frame.string("lifecycleRole")
    if let object = frame.object("taumesh") { taumesh = try NodeSummary(reading: object) }
  }
}

extension NodeSummary {
  func write(_ object: inout JSONWriter) {
    object.field("profile", profile)
    object.field("tick", tickMilliseconds)
    object.field("pulseInterval", pulseIntervalMilliseconds)
    object.field("version", version)
    object.field("boot", Int64(boot))
    object.array("inputs", of: inputs)
    object.array("outputs", of: outputs)
  }

  init(reading object: JSONValue) throws(FrameFailure) {
    guard let profile = object.string("profile"), isName(profile) else {
      throw .field("taumesh.profile", of: "handshake", expected: "a text of 1 to 64 bytes")
    }
    guard let tick = object.double("tick"), tick > 0, tick <= 1000 else {
      throw .field("taumesh.tick", of: "handshake", expected: "milliseconds in 0…1000")
    }
    guard let interval = object.double("pulseInterval"), interval > 0, interval <= 400 else {
      throw .field("taumesh.pulseInterval", of: "handshake", expected: "milliseconds in 0…400")
    }
    guard let version = object.string("version"), isName(version) else {
      throw .field("taumesh.version", of: "handshake", expected: "a text of 1 to 64 bytes")
    }
    guard let boot = object.int("boot"), let boot = UInt32(exactly: boot) else {
      throw .field("taumesh.boot", of: "handshake", expected: "a 32-bit number")
    }
    self.init(
      profile: profile, tickMilliseconds: tick, pulseIntervalMilliseconds: interval,
      version: version, boot: boot, inputs: try readTexts(object, "inputs"),
      outputs: try readTexts(object, "outputs"))
  }
}

/// Whether `text` can be a name on the wire: 1 to 64 bytes, no control characters.
func isName(_ text: String) -> Bool {
  guard (1...64).contains(text.utf8.count) else { return false }
  for byte in text.utf8 where byte < 0x20 || byte == 0x7F { return false }
  return true
}

/// Reads a list of names; an absent list is empty.
private func readTexts(
  _ object: JSONValue, _ key: StaticString
) throws(FrameFailure) -> [String] {
  guard let list = object[key.description], !list.isNull else { return [] }
  guard list.isArray, list.count <= longestList else {
    throw .field(key, of: "handshake", expected: "a list of at most 64 names")
  }
  var texts: [String] = []
  for index in 0..<list.count {
    guard let text = list[index]?.string, isName(text) else {
      throw .field(key, of: "handshake", expected: "names of 1 to 64 bytes")
    }
    texts.append(text)
  }
  return texts
}
