// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import NodeCore

@Suite struct RelaySettingsTests {
  private func configuration(_ mesh: String = "", _ sections: String = "")
    throws(ConfigurationFailure) -> Configuration
  {
    let text = """
      node: { name: a, profile: zero }
      mesh: { id: home\(mesh) }
      \(sections)
      """
    return try Configuration(
      parsing: Array(text.utf8), file: "taumesh.yaml", paths: .under("state"))
  }

  @Test func nothingIsRelayedUnlessAsked() throws {
    let plain = try configuration()
    #expect(plain.mesh.relay == nil)
    #expect(plain.relay == nil)
  }

  @Test func relayOfTheMeshIsAWebSocket() throws {
    let place = try configuration(", relay: { url: \"wss://relay.example/x\", token-file: t }")
    #expect(place.mesh.relay?.url == "wss://relay.example/x")
    #expect(place.mesh.relay?.tokenFile == "t")
    #expect(throws: ConfigurationFailure.self) {
      _ = try configuration(", relay: { url: \"http://relay.example\" }")
    }
    #expect(throws: ConfigurationFailure.self) {
      _ = try configuration(", relay: { token-file: t }")
    }
  }

  @Test func servedRelayHasDefaultsAndLimits() throws {
    let relay = try #require(try configuration("", "relay: { heartbeat: 20s, groups: true }").relay)
    #expect(relay.address == "0.0.0.0")
    #expect(relay.port == 9002)
    #expect(relay.heartbeat == 20)
    #expect(relay.heartbeatTimeout == 10)
    #expect(relay.servesGroups)
    #expect(relay.connections == 1024)
    for wrong in ["port: 70000", "address: relay.example", "heartbeat: 0s", "tokens: x"] {
      #expect(throws: ConfigurationFailure.self) {
        _ = try configuration("", "relay: { \(wrong) }")
      }
    }
  }
}
