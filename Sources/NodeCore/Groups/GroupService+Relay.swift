// SPDX-License-Identifier: Apache-2.0
internal import Devices
internal import MMP
internal import Mesh
internal import Runtime

/// Groups beyond the local network.
extension GroupService {
  func register(_ group: MeshGroup) {
    relay?.register(group) { report in
      self.take(report, group.id)
      self.settle()
    }
  }

  private func take(_ report: RelayReport, _ id: GroupID) {
    let now = reactor.now
    switch report {
    case .entered: table.relayIsUp(id, at: now)
    case .lost(let reason):
      if reason.hasPrefix(RelayClient.tokenRefused) {
        table.relayRejectedToken(id)
      } else {
        table.relayIsDown(id, at: now)
      }
    case .joined(let name, _, let isRelay):
      guard !isRelay else { return }
      let nodeID = NodeID(foreign: name)
      let identity = slot(of: nodeID).flatMap { sender($0)?.node.identity }
      table.relayJoined(id, nodeID, identity: identity, at: now)
    case .left(let name): table.relayLeft(id, NodeID(foreign: name), at: now)
    case .payload(let name, let text): take(text, from: NodeID(foreign: name), channel: id)
    }
  }

  private func slot(of nodeID: NodeID) -> Int? {
    mesh.order.first { mesh.peering[$0]?.nodeID == nodeID }
  }

  /// A frame in the clear, of a member without a secure link; what group it is of must be the
  /// channel's own.
  private func take(_ text: [UInt8], from nodeID: NodeID, channel: GroupID) {
    guard settings.allowsPlaintext, slot(of: nodeID) == nil else { return }
    let frame: Frame
    do throws(FrameFailure) {
      frame = try text.span.bytes.withUnsafeBytes { bytes throws(FrameFailure) in
        try Frame.decode(bytes, limits: .zero)
      }
    } catch { return }
    guard case .cmb(let block) = frame, case .group(let id) = GroupBlock.scope(of: block.cmb) else {
      return
    }
    judge(block, id, GroupSender(identity: nil, nodeID: nodeID, channel: channel), key: nil)
  }

  /// Greets the members that only the group's channel of the relay reaches.
  func greetThroughRelay(_ membership: GroupTable.Membership, _ block: () -> CMB) {
    guard settings.allowsPlaintext, relay != nil else { return }
    for member in membership.present where member.isOnRelay {
      guard let nodeID = member.nodeID, slot(of: nodeID) == nil,
        table.mustGreet(
          membership.group.id, GroupSender(identity: member.identity, nodeID: nodeID))
      else { continue }
      sendThroughRelay(block(), to: [member], in: membership.group.id)
    }
  }

  /// Sends a block to the members that only the group's channel of the relay reaches.
  ///
  /// - Returns: To how many it went.
  @discardableResult
  func sendThroughRelay(_ block: CMB, to members: [GroupMember], in id: GroupID) -> Int {
    guard settings.allowsPlaintext, let relay else { return 0 }
    var count = 0
    for member in members where member.isOnRelay {
      guard let nodeID = member.nodeID, slot(of: nodeID) == nil else { continue }
      do throws(FramingFailure) {
        let frame = try FrameEncoder.encode(.cmb(CMBFrame(block, timestamp: wall)))
        relay.send(Array(frame.dropFirst(4)), to: nodeID, in: id)
        count += 1
      } catch { return count }
    }
    return count
  }
}
