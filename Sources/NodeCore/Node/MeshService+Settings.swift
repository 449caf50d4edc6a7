// SPDX-License-Identifier: Apache-2.0
internal import Inputs
internal import MMP
internal import Mesh
internal import Outputs
internal import PhaseSpace
internal import Runtime

extension PeeringSettings {
  /// What a configuration and the keys make of a node's part in its mesh.
  init(
    _ configuration: Configuration, identity: Identity, ledger: OwnerLedger, key: MeshKey,
    boot: UInt32,
    udpPort: UInt16, memory: NodeMemory, jitterSeed: UInt64
  ) {
    let (mesh, profile) = (configuration.mesh, configuration.node.profile)
    let rate = PulseRate(
      rate: mesh.pulseRate, slowest: min(mesh.pulseRate, 5),
      packetsPerSecond: Double(mesh.packetsPerSecond), fanOut: profile.limits.peers)
    // What is not shared is not even named.
    let shared = configuration.inputs.filter { $0.share != .none }
      .flatMap { $0.input.channels.map { $0.name } }
    let summary = NodeSummary(
      profile: profile.name.description, tickMilliseconds: profile.tickSeconds * 1e3,
      pulseIntervalMilliseconds: rate.announcedMilliseconds, version: Version.current, boot: boot,
      inputs: shared,
      outputs: configuration.outputs.map { $0.id })
    let handshake = Handshake(
      nodeID: identity.nodeID.description, name: configuration.node.name, room: mesh.id,
      publicKey: identity.publicKeyText, taumesh: summary)
    var connection = ConnectionSettings(
      identity: identity, key: key, handshake: handshake, udpPort: udpPort,
      frames: profile.frameLimits)
    connection.allowPlaintext = mesh.allowPlaintext
    connection.silence = Int64(mesh.silence * 1e9)
    connection.pingAfter = connection.silence / 3
    connection.foreignSilence = Int64(mesh.plaintextSilence * 1e9)
    connection.link.output = profile.limits.writeQueueBytes
    self.init(
      connection: connection,
      configured: mesh.peers.map { PeerEndpoint(host: $0.host, port: $0.port) },
      capacity: profile.limits.peers, channels: shared.count, rate: rate,
      jitterSeed: jitterSeed)
    secureNodes = memory.secureNodes
    (known, cardSequence) = (memory.peers, memory.cardSequence)
    timeToLive = Int64(mesh.peerMemory * 1000)
    tellsWakeChannels = mesh.tellsWakeChannels
    description = PeerDescription(configuration)
    self.ledger = ledger
  }
}

extension PeerDescription {
  /// What a node with this configuration says of itself; inputs not shared are not told of.
  fileprivate init(_ configuration: Configuration) {
    var adapters: [String] = []
    let shared = configuration.inputs.filter { $0.share != .none }.map { $0.type.name }
    for type in shared + configuration.outputs.map({ $0.type.name })
    where !adapters.contains(type) {
      adapters.append(type)
    }
    self.init(
      profile: configuration.node.profile.name.description, memory: Self.machineMemory,
      adapters: adapters, connectivity: DefaultRoute.isWireless ? .wireless : .wired,
      availability: configuration.node.availability)
  }

  /// MB, as the kernel says; 0 where it does not.
  private static var machineMemory: UInt32 {
    do throws(StateFile.Failure) {
      let content = try StateFile.read("/proc/meminfo", limit: 65_536) ?? []
      let words = content.prefix { $0 != 10 }.split(separator: 32)
      guard words.count > 1 else { return 0 }
      return (UInt32(String(decoding: words[1], as: UTF8.self)) ?? 0) / 1024
    } catch { return 0 }
  }
}

extension TauProfile {
  /// What frames of peers may cost on this class of board.
  fileprivate var frameLimits: FrameLimits {
    switch name {
    case .zero: .zero
    case .pi2: .pi2
    case .pi4, .server, .cloud: .server
    }
  }
}
