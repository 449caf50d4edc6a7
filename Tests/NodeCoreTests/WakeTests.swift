// SPDX-License-Identifier: Apache-2.0
import Devices
import MMP
import Mesh
import Runtime
import Testing

@testable import NodeCore

/// A surface process that only remembers what it is told.
private final class Recorder: SurfaceService {
  var opened: [SurfaceEndpoint] = []
  var closed: [UInt32] = []
  var sent: [(body: String, endpoint: UInt32)] = []
  var handlers: [(SurfaceReport) -> Void] = []

  func open(_ endpoint: SurfaceEndpoint, _ handler: @escaping (SurfaceReport) -> Void) -> UInt32 {
    opened.append(endpoint)
    handlers.append(handler)
    return UInt32(opened.count)
  }
  func ask(_ endpoint: UInt32) {}
  func send(_ json: [UInt8], through endpoint: UInt32) -> Bool {
    sent.append((String(decoding: json, as: UTF8.self), endpoint))
    return true
  }
  func send(_ frame: [UInt8], to node: String, through endpoint: UInt32) -> Bool { false }
  func close(_ endpoint: UInt32) { closed.append(endpoint) }
}

@Suite struct WakeTests {
  private static let apns = """
    apns: { key-file: /k, key-id: K, team-id: T, topic: x }
    """

  private func settings(_ lines: String) throws -> WakeSettings {
    let text = """
      node: { name: a }
      mesh: { id: m }
      wake:
      \(lines.split(separator: "\n").map { "  \($0)\n" }.joined())
      """
    return try Configuration(parsing: Array(text.utf8), file: "t.yaml", paths: .system).wake
  }

  private func service(_ lines: String) throws -> (WakeService, Recorder) {
    let services = AdapterServices(reactor: try Reactor())
    let recorder = Recorder()
    services.surface = recorder
    let wake = WakeService(
      try settings(lines), sender: (nodeID: "me", name: "kitchen"), services: services)
    return (wake, recorder)
  }

  private func phone(_ coupling: WakePolicy.Coupling = .aligned) -> WakeTarget {
    WakeTarget(
      nodeID: "p", name: "phone",
      channel: WakeChannel(platform: "apns", token: "a1", environment: "sandbox"),
      availability: .sleepy, coupling: coupling)
  }

  @Test func aMoodWakesThoseWhoAreAway() throws {
    let (wake, recorder) = try service(Self.apns)
    wake.absent = {
      [self.phone(), WakeTarget(nodeID: "q", name: "without a channel"), self.phone(.rejected)]
    }
    wake.broadcast(.mood)
    #expect(
      recorder.opened == [.apns(url: "", keyFile: "/k", keyID: "K", team: "T", topic: "x")])
    #expect(
      recorder.sent.map { $0.body } == [
        """
        {"number":1,"token":"a1","environment":"sandbox","from":"me","fromName":"kitchen",\
        "reason":"mood"}
        """
      ])
    #expect(wake.counters == WakeCounters(sent: 0, failed: 0, held: 1))
    recorder.handlers[0](.pushed(1, .sent, reason: ""))
    #expect(wake.counters.sent == 1)
    wake.broadcast(.mood)
    #expect(recorder.sent.count == 1, "its cooldown is not over")
  }

  @Test func aChannelThatIsGoneIsForgotten() throws {
    let (wake, recorder) = try service(Self.apns)
    var gone: [String] = []
    wake.onGone = { gone.append($0) }
    wake.wantsAttention(of: phone(), .message)
    recorder.handlers[0](.pushed(1, .failed, reason: "busy"))
    #expect(gone.isEmpty)
    wake.wantsAttention(of: phone(), .message)
    recorder.handlers[0](.pushed(9, .gone, reason: "none that was asked for"))
    #expect(gone.isEmpty)
    recorder.handlers[0](.pushed(2, .gone, reason: "Unregistered"))
    #expect(gone == ["p"])
    #expect(wake.counters == WakeCounters(sent: 0, failed: 2, held: 0))
  }

  @Test func whatIsNotConfiguredWakesNobody() throws {
    let (wake, recorder) = try service("cooldown: 1m")
    wake.wantsAttention(of: phone(), .message)
    #expect(recorder.opened.isEmpty && wake.counters == WakeCounters())
    wake.absent = { [self.phone()] }
    #expect(wake.wake("phone") == "phone: no way to wake it is known")
  }

  /// Whoever may send frames must not be able to drive this board's lines.
  @Test func nobodyElseNamesALine() throws {
    let (wake, _) = try service("cooldown: 1m")
    var target = phone()
    target.channel = WakeChannel(platform: "gpio", token: "GPIO17")
    wake.absent = { [target] }
    #expect(wake.wake("phone") == "phone: no way to wake it is known")
  }

  @Test func anEntryOfTheConfigurationGoesFirst() throws {
    let (wake, recorder) = try service(
      "\(Self.apns)\npeers: [{ name: phone, apns: ff, environment: production }]")
    wake.absent = { [self.phone()] }
    #expect(wake.wake("phone") == nil)
    #expect(recorder.sent[0].body.contains("\"token\":\"ff\",\"environment\":\"production\""))
  }

  @Test func aSurfaceThatEndsIsOpenedAnew() throws {
    let (wake, recorder) = try service("\(Self.apns)\ncooldown: 1s")
    wake.wantsAttention(of: phone(), .message)
    recorder.handlers[0](.failed("the surface process has ended"))
    #expect(recorder.closed == [1])
    var other = phone()
    other.nodeID = "r"
    wake.wantsAttention(of: other, .message)
    #expect(recorder.opened.count == 2 && recorder.sent.map { $0.endpoint } == [1, 2])
  }

  @Test func settingsAreRead() throws {
    let read = try settings(
      """
      cooldown: 10m
      per-hour: 5
      fcm: { service-account-file: /a.json }
      peers:
        - { name: nas, mac: "b8-27-eb-01-02-03" }
        - { name: pi, line: GPIO26, chip: c, active-low: true, pulse: 50ms }
      """)
    #expect(read.policy == WakePolicy.Settings(cooldown: 600_000_000_000, perHour: 5))
    #expect(read.fcm == WakeSettings.FCM(accountFile: "/a.json", url: "") && read.apns == nil)
    #expect(read.peers[0].channel == WakeChannel(platform: "wol", token: "b8-27-eb-01-02-03"))
    #expect(read.peers[1].pulse == 50_000_000 && read.peers[1].isActiveLow)
  }

  @Test(arguments: [
    ("cooldwn: 1m", "wake.cooldwn"), ("apns: { key-file: /k }", "wake.apns.key-id"),
    ("peers: [{ name: a }]", "wake.peers[0].name"),
    ("peers: [{ name: a, mac: 'b8:27' }]", "wake.peers[0].mac"),
    ("peers: [{ name: a, fcm: x, line: GPIO1 }]", "wake.peers[0].name"),
    ("per-hour: 0", "wake.per-hour"),
  ])
  func wrongSettingsAreRefused(lines: String, key: String) {
    #expect { _ = try settings(lines) } throws: { error in
      (error as? ConfigurationFailure)?.key == key
    }
  }
}
