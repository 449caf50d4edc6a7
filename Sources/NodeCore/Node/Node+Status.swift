// SPDX-License-Identifier: Apache-2.0
internal import Devices
internal import Inputs
internal import MMP
internal import Mesh
internal import Outputs
internal import PhaseSpace
internal import Runtime

extension Node {
  /// Answers a verb of the control socket; see `IPCServer.Answer`.
  func answer(_ request: ControlRequest, _ reply: inout JSONWriter) -> String? {
    switch request.verb {
    case "status":
      let status = report()
      reply.object("result") { status.write(&$0) }
    case "peers":
      let peers = mesh.peers(at: reactor.now, coupling.describe) + mesh.absentPeers()
      reply.array("result") { list in for peer in peers { list.object(peer.write) } }
    case "owner": return answerOwner(request, &reply)
    case "calibrate": return calibrate(&reply)
    case "remember", "recall", "mood", "send": return coupling.answer(request, &reply)
    case let verb where verb.hasPrefix("group"): return groups.answer(request, &reply)
    case "wake":
      if let problem = wake.wake(request["name"] ?? "") { return problem }
      reply.field("result", true)
    default:
      return "unknown verb \(request.verb); expected status, peers, owner, calibrate, remember, "
        + "recall, mood, send, wake, groups or group-…"
    }
    return nil
  }

  /// What the node says of itself now.
  func report() -> NodeStatus {
    var status = NodeStatus()
    status.name = configuration.node.name
    status.nodeID = identity.nodeID.description
    status.profile = configuration.node.profile.name.description
    status.meshID = configuration.mesh.id
    status.address = mesh.address.description
    status.uptimeSeconds = Double(reactor.now - startedAt) * 1e-9
    status.peers = mesh.peers(at: reactor.now, coupling.describe)
    status.memory = coupling.report
    status.channels = board.channels.map { report($0) }
    status.inputs = inputs.map { report($0) }
    status.outputs = outputs.map { report($0) }
    if let relay = mesh.relay?.standing {
      status.relays.append(
        NodeStatus.Relay(
          url: relay.url, state: relay.state, detail: relay.detail, nodes: Int64(relay.nodes)))
    }
    status.groups = groups.report
    status.counters = mesh.counters
    status.counters.append(.init(name: "pulsesOfUnknownChannels", value: board.refused))
    status.counters += coupling.counters
    report(ipc?.virtual, &status)
    status.counters.append(.init(name: "wakesSent", value: wake.counters.sent))
    status.counters.append(.init(name: "wakesFailed", value: wake.counters.failed))
    status.counters.append(.init(name: "wakesHeldBack", value: wake.counters.held))
    return status
  }

  private func report(_ virtual: VirtualNodes?, _ status: inout NodeStatus) {
    guard let virtual else { return }
    status.virtualNodes = virtual.members.map { member in
      let counters = member.counters
      return NodeStatus.VirtualNode(
        name: member.name, received: Int64(clamping: counters.received),
        sent: Int64(clamping: counters.sent),
        dropped: Int64(clamping: counters.refused + counters.invalid + counters.dropped))
    }
    let gone = virtual.counters
    status.counters.append(.init(name: "ipcInvalid", value: Int64(clamping: gone.invalid)))
    status.counters.append(.init(name: "ipcRefused", value: Int64(clamping: gone.refused)))
    status.counters.append(.init(name: "ipcUnrouted", value: Int64(clamping: gone.unrouted)))
  }

  private func report(_ channel: Channel) -> NodeStatus.Channel {
    let frequency = channel.estimator.settings.frequency
    var report = NodeStatus.Channel(name: channel.name, frequency: frequency, channel.state)
    if channel.own != nil {
      report.members.append(
        member(channel, slot: 0, configuration.node.name, identity.nodeID.description))
    }
    for slot in mesh.order where channel.estimator.isMember(slot: slot + 1) {
      let (name, nodeID) = mesh.name(of: slot)
      report.members.append(member(channel, slot: slot + 1, name, nodeID))
    }
    return report
  }

  private func member(_ channel: Channel, slot: Int, _ name: String, _ nodeID: String)
    -> NodeStatus.Member
  {
    var member = NodeStatus.Member()
    (member.name, member.nodeID, member.isSelf) = (name, nodeID, slot == 0)
    guard let state = channel.estimator.member(slot: slot) else { return member }
    (member.isFresh, member.coherence, member.quality) =
      (state.isFresh, state.coherence, state.quality)
    guard slot != 0 else {
      member.phase = 0
      return member
    }
    if channel.own != nil, let pair = channel.estimator.locking.pair(slot, 0) {
      member.phase = degrees(pair.phasor.angle)
      member.locking = min(1, pair.phasor.magnitude)
    }
    return member
  }

  private func report(_ feed: InputFeed) -> NodeStatus.Adapter {
    var report = NodeStatus.Adapter()
    (report.id, report.type, report.device) = (feed.input.id, feed.type, feed.input.device)
    report.channel = NearWord.joined(feed.input.channels.map { $0.name })
    describe(feed.input.status, feed.input.counters, &report)
    report.quality = feed.input.latest(0)?.quality
    report.frequency = feed.input.latest(0)?.frequency
    // A phase that turns with its carrier says nothing by itself; that of a trend does.
    if let sample = feed.input.latest(0), sample.frequency == 0, sample.quality > 0 {
      report.phase = degrees(sample.phasor.angle)
    }
    report.readings = feed.input.readings
    return report
  }

  private func report(_ feed: OutputFeed) -> NodeStatus.Adapter {
    var report = NodeStatus.Adapter()
    (report.id, report.type, report.device) =
      (feed.output.id, feed.settings.type.name, feed.output.device)
    report.channel = feed.settings.channel ?? board.channels.first?.name ?? ""
    describe(feed.output.status, feed.output.counters, &report)
    let now = feed.output.report
    (report.frequency, report.volume, report.readings) = (now.frequency, now.volume, now.readings)
    if let record = now.tone {
      report.tone = NodeStatus.Tone(
        fromFrame: record.fromFrame, toFrame: record.toFrame, expectedHertz: record.expectedHertz)
    }
    return report
  }

  private func describe(
    _ status: AdapterStatus, _ counters: AdapterCounters, _ report: inout NodeStatus.Adapter
  ) {
    (report.recoveries, report.failures) = (counters.overruns, counters.failures)
    switch status {
    case .stopped: report.state = "stopped"
    case .working(let detail): (report.state, report.detail) = ("working", detail)
    case .failed(let reason, _): (report.state, report.detail) = ("failed", reason)
    }
  }
}
