// SPDX-License-Identifier: Apache-2.0
internal import Devices
internal import MMP
internal import Mesh
internal import Runtime

/// The way of the mesh through a relay.
extension MeshService {
  /// Reaches peers through the relay of the configuration, where it names one.
  func useRelay(_ configuration: Configuration, _ identity: Identity, _ services: AdapterServices) {
    guard let place = configuration.mesh.relay else { return }
    let endpoint = SurfaceEndpoint.relay(
      url: place.url, nodeID: identity.nodeID.description, name: configuration.node.name,
      tokenFile: place.tokenFile, group: nil)
    relay = RelayLine(endpoint, url: place.url, services, log: log) { self.take($0) }
  }

  private func take(_ report: RelayReport) {
    let now = reactor.now
    switch report {
    case .entered: break
    case .lost:
      relayNode = nil
      peering.relayDown(at: now)
    case .joined(let nodeID, let name, let isRelay):
      if isRelay {
        relayNode = nodeID
        log.debug("relay", "the relay is \(name) (\(nodeID))")
      } else {
        peering.relayJoined(nodeID, at: now)
      }
    case .left(let nodeID): peering.relayLeft(nodeID, at: now)
    case .payload(let from, let frame): take(frame, from: from, at: now)
    }
    pump()
  }

  private func take(_ frame: [UInt8], from node: String, at now: Int64) {
    guard node != relayNode else { return greetRelay(frame) }
    let datagrams = peering.relayed(frame, from: node, { self.seed() }, at: now)
    for datagram in datagrams {
      datagram.withUnsafeBytes { received($0, at: MonotonicClock.now) }
    }
  }

  /// The relay is a peer of its own: its handshake is answered, its gossip handed on.
  private func greetRelay(_ text: [UInt8]) {
    let frame: Frame
    do throws(FrameFailure) {
      frame = try text.span.bytes.withUnsafeBytes { bytes throws(FrameFailure) in
        try Frame.decode(bytes, limits: .zero)
      }
    } catch { return }
    switch frame {
    case .handshake: tellRelay(.handshake(peering.ownHandshake))
    case .ping: tellRelay(.pong)
    case .peerInfo(let info): onRelayGossip?(info)
    default: break
    }
  }

  /// Sends a frame to the relay itself, as to any peer.
  func tellRelay(_ frame: Frame) {
    guard let relay, let relayNode else { return }
    do throws(FramingFailure) {
      relay.send(Array(try FrameEncoder.encode(frame).dropFirst(4)), to: relayNode)
    } catch {
      // Longer than a frame may be: nobody would take it.
    }
  }

  /// Sends the datagrams that are due to peers behind the relay.
  func sendRelayed() {
    while let due = peering.pulses.nextRelayed(at: MonotonicClock.now) {
      guard let name = peering.relayName(due.peer) else { continue }
      relay?.send(RelayPayload.text(pulses: due.datagrams), to: name)
    }
  }

  /// Serves the relay of the configuration in the surface process, where it has one.
  static func serveRelay(
    _ configuration: Configuration, _ services: AdapterServices, log: Log
  ) -> SurfaceLinkage? {
    guard configuration.relay != nil else { return nil }
    var told = ""
    return SurfaceLinkage(
      .relayServer, services, onReport: { _ in },
      onStatus: { status in
        guard told != status.description else { return }
        told = status.description
        switch status {
        case .failed: log.warning("relay", told)
        case .working, .stopped: log.info("relay", told)
        }
      })
  }
}
