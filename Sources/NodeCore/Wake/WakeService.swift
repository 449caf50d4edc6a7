// SPDX-License-Identifier: Apache-2.0
package import Devices
internal import MMP
package import Mesh
internal import Runtime

/// Wakes nodes that sleep: decides by `WakePolicy`, then pushes through Apple's or Google's service,
/// sends a magic packet, or pulses a line of this board.
///
/// A peer's own entry in the configuration goes before the channel it told of. A line is never
/// driven because somebody else says so.
package final class WakeService {
  /// Notifications of which nothing was heard yet, at most.
  static let capacity = 16

  /// The nodes that are known and not connected.
  package var absent: () -> [WakeTarget] = { [] }
  /// A node's channel is of no more use.
  package var onGone: (_ nodeID: String) -> Void = { _ in }

  private let settings: WakeSettings
  private let sender: (nodeID: String, name: String)
  private let services: AdapterServices
  private var policy: WakePolicy
  private var lines: [WakeLine] = []
  private var apns: UInt32?
  private var fcm: UInt32?
  private var number: Int64 = 0
  private var pending: [(number: Int64, node: String, name: String)] = []
  /// Who is in which slot, and how close those were who left last, at most `WakePolicy.capacity`.
  private var nodes: [(slot: Int, node: String)] = []
  private var couplings: [(node: String, coupling: WakePolicy.Coupling)] = []
  private(set) var counters = WakeCounters()

  /// `sender` is this node, as a woken one is told of it.
  package init(
    _ settings: WakeSettings, sender: (nodeID: String, name: String), services: AdapterServices
  ) {
    (self.settings, self.sender, self.services) = (settings, sender, services)
    policy = WakePolicy(settings.policy, at: services.reactor.now)
  }

  package func start() {
    for peer in settings.peers where peer.line != nil {
      lines.append(WakeLine(peer, reactor: services.reactor, log: services.log))
    }
  }

  package func stop() {
    for line in lines { line.close() }
    for endpoint in [apns, fcm] { if let endpoint { services.surface?.close(endpoint) } }
    (lines, pending, apns, fcm) = ([], [], nil, nil)
  }

  func joined(slot: Int, _ node: String) {
    nodes.removeAll { $0.slot == slot }
    nodes.append((slot, node))
  }

  func left(slot: Int, _ coupling: WakePolicy.Coupling) {
    guard let place = nodes.firstIndex(where: { $0.slot == slot }) else { return }
    let node = nodes.remove(at: place).node
    couplings.removeAll { $0.node == node }
    if couplings.count == WakePolicy.capacity { couplings.removeFirst() }
    couplings.append((node, coupling))
  }

  /// How close the node was when it left; unknown where it was not here since this node's start.
  func lastCoupling(of node: String) -> WakePolicy.Coupling {
    couplings.first { $0.node == node }?.coupling ?? .unknown
  }

  /// Something went out to the whole mesh: those who are not there to hear it may be woken.
  package func broadcast(_ reason: WakeReason) {
    for target in absent() { wantsAttention(of: target, reason) }
  }

  /// Something is there for `target`, which is not connected.
  package func wantsAttention(of target: WakeTarget, _ reason: WakeReason) {
    guard canWake(target) else { return }
    let decision = policy.decide(
      target.nodeID, for: reason, coupling: target.coupling, availability: target.availability,
      at: services.reactor.now)
    guard decision == .wake else {
      counters.held += 1
      return
    }
    if let problem = wake(target, reason.rawValue) { failed(target.nodeID, target.name, problem) }
  }

  /// Wakes the node of that name because a person wants it.
  ///
  /// - Returns: Why it is not woken; nil when the attempt has begun.
  package func wake(_ name: String) -> String? {
    let target =
      absent().first { $0.name == name || $0.nodeID == name }
      ?? (settings.peers.contains { $0.name == name } ? WakeTarget(nodeID: name, name: name) : nil)
    guard let target else { return "\(name): no node of that name that is away" }
    guard canWake(target) else { return "\(name): no way to wake it is known" }
    switch policy.spend(target.nodeID, at: services.reactor.now) {
    case .wake: break
    case .coolingDown: return "\(name) was woken a moment ago; `wake.cooldown` is not over"
    default: return "too many wakes this hour; `wake.per-hour` allows \(settings.policy.perHour)"
    }
    guard let problem = wake(target, WakeReason.message.rawValue) else { return nil }
    failed(target.nodeID, target.name, problem)
    return problem
  }

  /// The way this node has to it, if any: its own entry, or what it told of itself.
  private func channel(of target: WakeTarget) -> WakeChannel? {
    settings.peers.first { $0.name == target.name }?.channel ?? target.channel
  }

  private func canWake(_ target: WakeTarget) -> Bool {
    if lines.contains(where: { $0.peer == target.name }) { return true }
    return switch channel(of: target)?.platform {
    case "apns": settings.apns != nil
    case "fcm": settings.fcm != nil
    case "wol": true
    default: false
    }
  }

  /// - Returns: Why it is not woken; nil when it is, or what comes of it is told later.
  private func wake(_ target: WakeTarget, _ reason: String) -> String? {
    if let line = lines.first(where: { $0.peer == target.name }) {
      if let problem = line.pulse() { return problem }
    } else if let channel = channel(of: target) {
      guard channel.platform == "wol" else { return push(target, channel, reason) }
      if let problem = send(channel.token) { return problem }
    }
    succeeded(target.name)
    return nil
  }

  private func send(_ mac: String) -> String? {
    guard let packet = MagicPacket.bytes(for: mac) else { return "\(mac): no address of a card" }
    do throws(SystemError) {
      let count = try Broadcast.send(packet, port: MagicPacket.port)
      return count > 0 ? nil : "no network to send a magic packet to"
    } catch { return "\(error)" }
  }

  // Notifications.

  private func push(_ target: WakeTarget, _ channel: WakeChannel, _ reason: String) -> String? {
    guard let surface = services.surface, let endpoint = endpoint(channel.platform, surface)
    else { return "no surface process to push through" }
    number += 1
    var order = JSONWriter()
    order.object { order in
      order.field("number", number)
      order.field("token", channel.token)
      order.field("environment", channel.environment)
      order.field("from", sender.nodeID)
      order.field("fromName", sender.name)
      order.field("reason", reason)
    }
    if pending.count == Self.capacity { pending.removeFirst() }
    pending.append((number, target.nodeID, target.name))
    return surface.send(order.bytes, through: endpoint) ? nil : "the surface does not keep up"
  }

  private func endpoint(_ platform: String, _ surface: any SurfaceService) -> UInt32? {
    if platform == "apns", let service = settings.apns {
      apns =
        apns
        ?? surface.open(
          .apns(
            url: service.url, keyFile: service.keyFile, keyID: service.keyID, team: service.team,
            topic: service.topic)
        ) { self.take($0, isAPNs: true) }
      return apns
    }
    guard let service = settings.fcm else { return nil }
    fcm =
      fcm
      ?? surface.open(.fcm(url: service.url, accountFile: service.accountFile)) {
        self.take($0, isAPNs: false)
      }
    return fcm
  }

  private func take(_ report: SurfaceReport, isAPNs: Bool) {
    switch report {
    case .pushed(let number, let outcome, let reason):
      guard let place = pending.firstIndex(where: { $0.number == number }) else { return }
      let order = pending.remove(at: place)
      switch outcome {
      case .sent: succeeded(order.name)
      case .gone:
        onGone(order.node)
        failed(order.node, order.name, reason)
      case .failed: failed(order.node, order.name, reason)
      }
    case .failed(let reason):
      // The process has ended; the next wake opens it anew.
      guard let endpoint = isAPNs ? apns : fcm else { return }
      services.surface?.close(endpoint)
      if isAPNs { apns = nil } else { fcm = nil }
      services.log.warning("wake", reason)
    default: break
    }
  }

  private func succeeded(_ name: String) {
    counters.sent += 1
    services.log.info("wake", "\(name): sent")
  }

  private func failed(_ node: String, _ name: String, _ reason: String) {
    policy.forget(node)
    counters.failed += 1
    services.log.warning("wake", "\(name): \(reason)")
  }
}

/// What came of the wakes of a node since it started.
package struct WakeCounters: Equatable {
  package var sent: Int64 = 0
  package var failed: Int64 = 0
  /// Something was there for a node that could be woken, and the policy said no.
  package var held: Int64 = 0
}
