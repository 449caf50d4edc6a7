// SPDX-License-Identifier: Apache-2.0
import MMP
import Testing

@testable import NodeCore

/// What a node writes of itself is what the command line reads.
struct StatusTests {
  private func roundTrip(_ status: NodeStatus) throws -> NodeStatus {
    var json = JSONWriter()
    json.object { status.write(&$0) }
    return try JSONDocument.read(json.bytes, limits: .server) { NodeStatus(reading: $0) }
  }

  @Test func survivesTheWayThroughJSON() throws {
    var status = NodeStatus()
    (status.name, status.nodeID, status.profile) = ("kü\"che", "id", "zero")
    status.uptimeSeconds = 12.5
    var peer = NodeStatus.Peer()
    (peer.name, peer.state, peer.secure, peer.offset, peer.bound) =
      ("b", "fresh", true, 1e-6, 2e-5)
    (peer.coupling, peer.drift) = ("guarded", 0.4)
    status.peers = [peer, NodeStatus.Peer()]
    var channel = NodeStatus.Channel()
    (channel.name, channel.meanCoherence, channel.lockingIndex, channel.emergent) =
      ("hum", 0.9, 0.8, true)
    var member = NodeStatus.Member()
    (member.name, member.phase, member.locking) = ("b", -90, 0.99)
    channel.members = [member]
    status.channels = [channel]
    var tone = NodeStatus.Adapter()
    (tone.id, tone.frequency) = ("tone", 660)
    tone.tone = NodeStatus.Tone(fromFrame: 1, toFrame: 2, expectedHertz: 440.5)
    status.outputs = [tone]
    status.virtualNodes = [
      NodeStatus.VirtualNode(name: "coder", received: 3, sent: 2, dropped: 1)
    ]
    (status.memory.entries, status.memory.encoder) = (3, "f26f7a8508fdaaa5")
    status.memory.neuronCoherence = 0.5
    status.counters = [NodeStatus.Counter(name: "framesBad", value: 7)]
    let read = try roundTrip(status)
    #expect(read.name == status.name && read.uptimeSeconds == 12.5)
    #expect(read.peers.count == 2 && read.peers[0].offset == 1e-6 && read.peers[1].offset == nil)
    #expect(read.channels[0].emergent && read.channels[0].lockingIndex == 0.8)
    #expect(read.channels[0].commonPhase == nil)
    let node = try #require(read.virtualNodes.first)
    #expect(node.name == "coder" && node.received == 3 && node.sent == 2 && node.dropped == 1)
    #expect(read.channels[0].members[0].phase == -90)
    #expect(read.outputs[0].tone?.expectedHertz == 440.5)
    #expect(read.peers[0].coupling == "guarded" && read.peers[0].drift == 0.4)
    #expect(read.peers[1].drift == nil)
    #expect(read.memory.entries == 3 && read.memory.encoder == "f26f7a8508fdaaa5")
    #expect(read.memory.neuronCoherence == 0.5 && read.memory.coherence == nil)
    #expect(read.counters[0].value == 7)
  }
}
