// SPDX-License-Identifier: Apache-2.0
import Cognition
import Inputs
import Outputs
import PhaseSpace
import Runtime
import Testing

@testable import NodeCore

/// A configuration up to where its input may be wrong.
private let ear =
  "node: { name: x }\nmesh: { id: x }\ninputs:\n  - { type: microphone, id: a, device: d"

/// A whole configuration is read with its defaults, and each kind of mistake is named.
struct ConfigurationTests {
  static let whole = """
    node: { name: kitchen, profile: zero }
    mesh:
      id: home
      port: 0
      discovery: false
      peers: ["192.168.1.20:7001", "[fe80::1%lo]:7778"]
      pulse-rate: 10 Hz
    inputs:
      - { id: fan, type: microphone, device: "hw:CARD=Device", band: [40, 60], channel: hum }
      - { id: clap, type: microphone, device: null, encode: envelope, decision-tau: 5s }
    outputs:
      - { id: tone, type: speaker, device: default, mapping: seed, level: 0.25 }

    """

  private func parse(_ text: String) throws -> Configuration {
    try Configuration(parsing: Array(text.utf8), file: "t.yaml", paths: .system)
  }

  private func message(_ text: String) -> String {
    do {
      _ = try parse(text)
      return "accepted"
    } catch { return "\(error)" }
  }

  @Test func readsEverythingWithDefaults() throws {
    let configuration = try parse(Self.whole)
    #expect(configuration.node.profile == .zero)
    #expect(configuration.mesh.secretFile == "/etc/taumesh/mesh.key")
    #expect(configuration.mesh.peers.map { $0.port } == [7001, 7778])
    #expect(configuration.mesh.packetsPerSecond == 800)
    let fan = try #require(configuration.inputs[0].input as? Microphone).settings
    #expect(fan.frequency == 50 && fan.width == 20 && fan.rate == 16000)
    #expect(configuration.inputs[1].decisionTau == 5)
    #expect(configuration.inputs[1].input.channels[0].name == "envelope-2000mHz")
    let tone = try #require(configuration.outputs[0].output as? Speaker)
    #expect(tone.settings.mapping == .seed && configuration.inputs[0].share == .phase)
  }

  @Test(arguments: [
    ("node: { name: x }\n", "t.yaml:1: mesh: is missing"),
    ("mesh: { id: x }\n", "t.yaml:1: node: is missing"),
    ("node: { name: \"\" }\nmesh: { id: x }\n", "t.yaml:1: node.name: is missing"),
    ("node: { name: x, profile: pi5 }\nmesh: { id: x }\n", "t.yaml:1: node.profile: is \"pi5\""),
    ("node: { name: x }\nmesh: { id: \"a b\" }\n", "t.yaml:2: mesh.id: is \"a b\""),
    ("node: { name: x }\nmesh: { id: x, port: 70000 }\n", "t.yaml:2: mesh.port: is \"70000\""),
    ("node: { name: x }\nmesh: { id: x, peers: [host] }\n", "t.yaml:2: mesh.peers[0]: is \"host\""),
    ("node: { name: x }\nmesh: { id: x }\ninput: []\n", "t.yaml:3: input: is not a known key"),
    (
      ear + ", rate: 96000 }\n",
      "t.yaml:4: inputs[0].rate: is \"96000\"; expected a whole number from 8000 to 48000"
    ),
    (ear + ", freqency: 50 }\n", "t.yaml:4: inputs[0].freqency: is not a known key"),
    (ear + ", band: [60, 40] }\n", "t.yaml:4: inputs[0].band: expected [from, to]"),
    (
      ear + ", channels: 2, capture-channel: 2 }\n",
      "t.yaml:4: inputs[0].capture-channel: is \"2\"; expected a whole number from 0 to 1"
    ),
    (
      ear + " }\n  - { type: microphone, id: b, device: e }\n",
      "t.yaml:4: inputs: two inputs feed the channel analytic-50000mHz"
    ),
    (
      ear + " }\noutputs:\n  - { type: speaker, id: a, device: d }\n",
      "t.yaml:4: inputs: two adapters are called a"
    ),
    (
      "node: { name: x }\nmesh: { id: x }\noutputs:\n  - { id: a, device: d }\n",
      "t.yaml:4: outputs[0].type: is missing; expected one of display, motors,"
    ),
    ("node:\n\tname: x\n", "t.yaml:2: not YAML: a tab; expected spaces"),
    (
      "node: { name: x }\nmesh: { id: x, address: 0.0.0.0, peers: [\"[fe80::1%lo]:1\"] }\n",
      "t.yaml:2: mesh.peers[0]: is \"[fe80::1%lo]:1\", which the node does not reach"
    ),
    ("# \u{e4}\nnode: { name: x }\n \tmesh: x\n", "t.yaml:3: not YAML: a tab; expected spaces"),
  ])
  func refuses(_ text: String, _ start: String) {
    #expect(message(text).hasPrefix(start), "\(message(text))")
  }

  @Test func whoMayReachTheNodeIsConfigured() throws {
    let bare = "node: { name: x }\nmesh: { id: x }\n"
    let standard = try parse(bare).ipc
    #expect(standard.socket == "/run/taumesh/node.sock" && standard.mode == 0o660)
    #expect(standard.group == nil && !standard.isCompatible)
    let own = try parse(
      bare + "ipc: { socket: /run/x.sock, mode: 0600, group: 44, similarity: 0.5 }\n")
    #expect(own.ipc.socket == "/run/x.sock" && own.ipc.mode == 0o600 && own.ipc.group == 44)
    #expect(own.ipc.similarity == 0.5)
    #expect(
      message(bare + "ipc: { mode: 0888 }\n")
        == "t.yaml:3: ipc.mode: is \"0888\"; expected octal digits, such as 0660")
    #expect(
      message(bare + "ipc: { group: nobody-is-in-it }\n").hasPrefix(
        "t.yaml:3: ipc.group: is \"nobody-is-in-it\"; expected a group"))
  }

  @Test func theTemplateIsAValidConfiguration() throws {
    let text = ConfigurationTemplate.text(
      name: "kitchen", profile: "pi4", meshID: "home", owner: nil)
    let configuration = try parse(text)
    #expect(configuration.node.name == "kitchen" && configuration.node.profile == .pi4)
    let bare = text.split(separator: "\n").map { line in
      let isSection =
        line.hasPrefix("# ") && line.hasSuffix(":") && !line.dropFirst(2).contains(" ")
      return line.hasPrefix("# -") || line.hasPrefix("#   ") || isSection
        ? String(line.dropFirst(2)) : String(line)
    }
    let filled = bare.joined(separator: "\n").replacing("inputs: []", with: "inputs:")
      .replacing("outputs: []", with: "outputs:")
    let full = try parse(filled + "\n")
    #expect(full.inputs.count == 1 && full.outputs.count == 1)
    #expect(full.ipc.isCompatible && full.ipc.mode == 0o660 && full.ipc.group != nil)
    #expect(full.surface.port == 9001 && full.memory.coupling.entries == 128)
  }
}
