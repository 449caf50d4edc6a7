// SPDX-License-Identifier: Apache-2.0
internal import Cognition
internal import MMP
internal import Mesh

extension Node {
  /// Lets moods and messages wake nodes that are not there to hear them.
  func connectWaking() {
    wake.absent = { self.absentTargets() }
    wake.onGone = { self.mesh.peering.forgetWakeChannel(of: $0) }
    coupling.onUnheard = { reason, receiver in
      guard let receiver else { return self.wake.broadcast(reason) }
      for target in self.absentTargets() where target.name == receiver || target.nodeID == receiver
      {
        self.wake.wantsAttention(of: target, reason)
      }
    }
  }

  private func absentTargets() -> [WakeTarget] {
    let present = mesh.order.compactMap { mesh.peering[$0]?.handshake.nodeID }
    var targets: [WakeTarget] = []
    for record in mesh.peering.directory.records where !present.contains(record.nodeID) {
      targets.append(
        WakeTarget(
          nodeID: record.nodeID, name: record.name, channel: record.wakeChannel,
          availability: record.card?.description.availability,
          coupling: wake.lastCoupling(of: record.nodeID)))
    }
    return targets
  }

  /// Keeps how close a peer was that is about to leave; to be called before its slot is given up.
  func keepCoupling(slot: Int) {
    let (state, drift) = coupling.engine.coupling(of: slot) ?? (.unknown, nil)
    let last: WakePolicy.Coupling =
      switch state {
      case .aligned: .aligned
      case .guarded: .guarded
      // Who went before a state of it was known may care for a mood all the same.
      case .rejected: drift == nil ? .unknown : .rejected
      case .unknown: .unknown
      }
    wake.left(slot: slot, last)
  }
}
