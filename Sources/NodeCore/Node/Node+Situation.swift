// SPDX-License-Identifier: Apache-2.0
internal import MMP
internal import Mesh
internal import Outputs
internal import PhaseSpace

extension Node {
  /// How the channel of an output stands now.
  func situation(of feed: OutputFeed, at now: Int64) -> OutputSituation {
    var situation = OutputSituation(now: now)
    guard let index = feed.channel(board) else { return situation }
    let channel = board.channels[index]
    situation.channel = channel.name
    if channel.state.memberCount > 0 { situation.state = channel.state }
    situation.pulseAge = channel.newestPulse.map { now - $0 }
    if let name = feed.output.follows { situation.followed = followed(name, channel, at: now) }
    return situation
  }

  /// What an output that follows `name` may know of it; nil while it is not in the channel.
  private func followed(_ name: String, _ channel: Channel, at now: Int64)
    -> OutputSituation.Followed?
  {
    guard let slot = slot(of: name, in: channel),
      let member = channel.estimator.member(slot: slot), let time = member.newestTime
    else { return nil }
    var phasor = channel.estimator.phasor(slot: slot, at: now)
    if slot != 0, channel.estimator.settings.frequency > 0 {
      // Against a boot-time clock an angle means nothing: against our own carrier it does.
      let own = channel.own == nil ? nil : channel.estimator.phasor(slot: 0, at: now)
      phasor = own.flatMap { own in phasor.map { $0 * own.conjugate } }
    }
    return OutputSituation.Followed(
      phasor: phasor, age: now - time, coherence: member.coherence,
      nEffective: member.effectiveSamples, isSecure: slot == 0 || mesh.isSecure(slot: slot - 1),
      isEpochCurrent: slot == 0 || mesh.peering.isEpochCurrent(slot - 1))
  }

  /// The member of `channel` that is called `name`: 0 for this node itself.
  private func slot(of name: String, in channel: Channel) -> Int? {
    if name == "self" { return channel.own == nil ? nil : 0 }
    return mesh.order.first { mesh.name(of: $0).0 == name }.map { $0 + 1 }
  }
}
