// SPDX-License-Identifier: Apache-2.0
internal import Devices
package import MMP

extension NodeStatus {
  /// Writes the members of the status object.
  package func write(_ object: inout JSONWriter) {
    object.field("name", name)
    object.field("nodeId", nodeID)
    object.field("profile", profile)
    object.field("version", version)
    object.object("mesh") { mesh in
      mesh.field("id", meshID)
      mesh.field("address", address)
    }
    object.field("uptimeSeconds", uptimeSeconds)
    object.array("peers") { list in for peer in peers { list.object(peer.write) } }
    object.array("channels") { list in for channel in channels { list.object(channel.write) } }
    object.array("inputs") { list in for input in inputs { list.object(input.write) } }
    object.array("outputs") { list in for output in outputs { list.object(output.write) } }
    object.object("memory", memory.write)
    object.array("virtualNodes") { list in
      for node in virtualNodes { list.object(node.write) }
    }
    object.array("relays") { list in for relay in relays { list.object(relay.write) } }
    object.array("groups") { list in for group in groups { list.object(group.write) } }
    object.object("counters") { object in
      for counter in counters { object.field(counter.name, counter.value) }
    }
  }

  /// Reads what `write` wrote; what is missing keeps its default.
  package init(reading object: JSONValue) {
    name = object.string("name") ?? ""
    nodeID = object.string("nodeId") ?? ""
    profile = object.string("profile") ?? ""
    version = object.string("version") ?? ""
    meshID = object.object("mesh")?.string("id") ?? ""
    address = object.object("mesh")?.string("address") ?? ""
    uptimeSeconds = object.double("uptimeSeconds") ?? 0
    peers = elements(object.array("peers")) { Peer(reading: $0) }
    channels = elements(object.array("channels")) { Channel(reading: $0) }
    inputs = elements(object.array("inputs")) { Adapter(reading: $0) }
    outputs = elements(object.array("outputs")) { Adapter(reading: $0) }
    if let object = object.object("memory") { memory = Memory(reading: object) }
    virtualNodes = elements(object.array("virtualNodes")) { VirtualNode(reading: $0) }
    relays = elements(object.array("relays")) { Relay(reading: $0) }
    groups = elements(object.array("groups")) { Group(reading: $0) }
    var read: [Counter] = []
    object.object("counters")?.forEachMember { name, value in
      read.append(Counter(name: name, value: value.int ?? 0))
    }
    counters = read
  }
}

extension NodeStatus.Peer {
  func write(_ object: inout JSONWriter) {
    object.field("name", name)
    object.field("nodeId", nodeID)
    object.field("profile", profile)
    object.field("address", address)
    object.field("state", state)
    object.field("secure", secure)
    object.field("offsetSeconds", orNull: offset)
    object.field("boundSeconds", orNull: bound)
    object.field("delaySeconds", orNull: delay)
    object.field("pulses", pulses)
    object.field("coupling", coupling)
    object.field("drift", orNull: drift)
    if let lastSeen { object.field("lastSeen", lastSeen) }
    guard !availability.isEmpty else { return }
    object.field("connectivity", connectivity)
    object.field("availability", availability)
    object.field("memoryMegabytes", memory)
    object.array("adapters", of: adapters)
  }

  init(reading object: JSONValue) {
    name = object.string("name") ?? ""
    nodeID = object.string("nodeId") ?? ""
    profile = object.string("profile") ?? ""
    address = object.string("address") ?? ""
    state = object.string("state") ?? ""
    secure = object.bool("secure") ?? false
    offset = object.double("offsetSeconds")
    bound = object.double("boundSeconds")
    delay = object.double("delaySeconds")
    pulses = object.int("pulses") ?? 0
    lastSeen = object.int("lastSeen")
    connectivity = object.string("connectivity") ?? ""
    availability = object.string("availability") ?? ""
    memory = object.int("memoryMegabytes") ?? 0
    adapters = elements(object.array("adapters")) { $0.string ?? "" }
    coupling = object.string("coupling") ?? ""
    drift = object.double("drift")
  }
}

extension NodeStatus.Memory {
  func write(_ object: inout JSONWriter) {
    object.field("entries", entries)
    object.field("confidence", confidence)
    object.field("encoder", encoder)
    object.field("coherence", orNull: coherence)
    object.field("neuronCoherence", orNull: neuronCoherence)
  }

  init(reading object: JSONValue) {
    entries = Int(clamping: object.int("entries") ?? 0)
    confidence = object.double("confidence") ?? 0
    encoder = object.string("encoder") ?? ""
    coherence = object.double("coherence")
    neuronCoherence = object.double("neuronCoherence")
  }
}

extension NodeStatus.VirtualNode {
  func write(_ object: inout JSONWriter) {
    object.field("name", name)
    object.field("received", received)
    object.field("sent", sent)
    object.field("dropped", dropped)
  }

  init(reading object: JSONValue) {
    name = object.string("name") ?? ""
    received = object.int("received") ?? 0
    sent = object.int("sent") ?? 0
    dropped = object.int("dropped") ?? 0
  }
}

extension NodeStatus.Relay {
  func write(_ object: inout JSONWriter) {
    object.field("url", url)
    object.field("state", state)
    object.field("detail", detail)
    object.field("nodes", nodes)
  }

  init(reading object: JSONValue) {
    url = object.string("url") ?? ""
    state = object.string("state") ?? ""
    detail = object.string("detail") ?? ""
    nodes = object.int("nodes") ?? 0
  }
}

extension NodeStatus.Group {
  func write(_ object: inout JSONWriter) {
    object.field("id", id)
    object.field("label", label)
    object.field("state", state)
    object.field("members", members)
    object.field("lan", lan)
    object.field("relay", relay)
    object.field("expires", expires)
    object.field("failure", failure)
  }

  package init(reading object: JSONValue) {
    id = object.string("id") ?? ""
    label = object.string("label") ?? ""
    state = object.string("state") ?? ""
    members = object.int("members") ?? 0
    lan = object.string("lan") ?? ""
    relay = object.string("relay") ?? ""
    expires = object.string("expires") ?? ""
    failure = object.string("failure") ?? ""
  }
}

extension NodeStatus.Member {
  func write(_ object: inout JSONWriter) {
    object.field("name", name)
    object.field("nodeId", nodeID)
    object.field("self", isSelf)
    object.field("fresh", isFresh)
    object.field("coherence", coherence)
    object.field("quality", quality)
    object.field("phaseDegrees", orNull: phase)
    object.field("locking", orNull: locking)
  }

  init(reading object: JSONValue) {
    name = object.string("name") ?? ""
    nodeID = object.string("nodeId") ?? ""
    isSelf = object.bool("self") ?? false
    isFresh = object.bool("fresh") ?? false
    coherence = object.double("coherence") ?? 0
    quality = object.double("quality") ?? 0
    phase = object.double("phaseDegrees")
    locking = object.double("locking")
  }
}

extension NodeStatus.Channel {
  /// Writes the members of the channel's object.
  package func write(_ object: inout JSONWriter) {
    object.field("name", name)
    object.field("frequency", frequency)
    object.field("decisionSeconds", decisionSeconds)
    object.field("meanCoherence", meanCoherence)
    object.field("orderParameter", orderParameter)
    object.field("commonPhaseDegrees", orNull: commonPhase)
    object.field("lockingIndex", orNull: lockingIndex)
    object.field("n", n)
    object.field("nEffective", nEffective)
    object.field("significance", significance)
    object.field("emergent", emergent)
    object.field("we", we)
    object.array("members") { list in for member in members { list.object(member.write) } }
  }

  init(reading object: JSONValue) {
    name = object.string("name") ?? ""
    frequency = object.double("frequency") ?? 0
    decisionSeconds = object.double("decisionSeconds") ?? 0
    meanCoherence = object.double("meanCoherence") ?? 0
    orderParameter = object.double("orderParameter") ?? 0
    commonPhase = object.double("commonPhaseDegrees")
    lockingIndex = object.double("lockingIndex")
    n = Int(clamping: object.int("n") ?? 0)
    nEffective = object.double("nEffective") ?? 0
    significance = object.double("significance") ?? 1
    emergent = object.bool("emergent") ?? false
    we = object.bool("we") ?? false
    members = elements(object.array("members")) { NodeStatus.Member(reading: $0) }
  }
}

extension NodeStatus.Adapter {
  func write(_ object: inout JSONWriter) {
    object.field("id", id)
    object.field("type", type)
    object.field("device", device)
    object.field("channel", channel)
    object.field("state", state)
    object.field("detail", detail)
    object.field("recoveries", recoveries)
    object.field("failures", failures)
    object.array("readings") { list in
      for reading in readings {
        list.object { object in
          object.field("name", reading.name)
          object.field("value", reading.value)
          object.field("unit", reading.unit)
        }
      }
    }
    if let quality { object.field("quality", quality) }
    if let frequency { object.field("frequencyHertz", frequency) }
    if let phase { object.field("phaseDegrees", phase) }
    if let volume { object.field("volume", volume) }
    guard let tone else { return }
    object.field("fromFrame", tone.fromFrame)
    object.field("toFrame", tone.toFrame)
    object.field("expectedHertz", tone.expectedHertz)
  }

  init(reading object: JSONValue) {
    id = object.string("id") ?? ""
    type = object.string("type") ?? ""
    device = object.string("device") ?? ""
    channel = object.string("channel") ?? ""
    state = object.string("state") ?? ""
    detail = object.string("detail") ?? ""
    recoveries = object.int("recoveries") ?? 0
    failures = object.int("failures") ?? 0
    readings = elements(object.array("readings")) { object in
      Reading(
        object.string("name") ?? "", object.double("value") ?? 0, object.string("unit") ?? "")
    }
    quality = object.double("quality")
    frequency = object.double("frequencyHertz")
    phase = object.double("phaseDegrees")
    volume = object.double("volume")
    guard let from = object.int("fromFrame"), let to = object.int("toFrame"),
      let hertz = object.double("expectedHertz")
    else { return }
    tone = NodeStatus.Tone(fromFrame: from, toFrame: to, expectedHertz: hertz)
  }
}

/// The elements of a JSON list, read one by one.
private func elements<Element>(_ list: JSONValue?, _ read: (JSONValue) -> Element) -> [Element] {
  guard let list else { return [] }
  var elements: [Element] = []
  for index in 0..<list.count {
    if let value = list[index] { elements.append(read(value)) }
  }
  return elements
}
