// SPDX-License-Identifier: Apache-2.0
internal import MMP
internal import Mesh
internal import Runtime

/// Carries out what `GroupTable` decides: advertises, tells members, keeps, and judges what comes.
///
/// Blocks of a group go to its members alone, and those of a member alone are taken. A node of
/// this mesh is a member over its secure link; one without such a link never is, unless the
/// configuration allows it.
final class GroupService {
  /// How long a block of someone not yet known as a member waits for the local network to show
  /// that it is one, ns; and how many may wait.
  static let waitTime: Int64 = 3_000_000_000
  static let waitCapacity = 16

  struct Waiting {
    let block: CMBFrame
    let slot: Int
    let nodeID: NodeID
    let due: Int64
  }

  /// A service of this node on the local network.
  struct Publication {
    let number: Int
    let group: GroupID
    let form: GroupForm
  }

  let reactor: Reactor
  let log: Log
  let mesh: MeshService
  let settings: GroupSettings
  let identity: Identity
  let nodeName: String
  let room: String
  private let path: String
  var table: GroupTable
  var journal = GroupJournal()
  var publications: [Publication] = []
  /// Types of services followed, by form.
  var following: [Int] = []
  var waiting: [Waiting] = []
  /// Takes groups to a relay; nil without one.
  let relay: GroupRelay?
  /// Hears of a member's block that is not about membership.
  var onBlock: ((CMBFrame, Int) -> Void)?
  /// Whether there are groups at all: until then nothing is looked at.
  var isIdle: Bool { table.memberships.isEmpty }
  private var timer: Timer?
  private var isSettling = false

  init(
    reactor: Reactor, configuration: Configuration, identity: Identity, path: String,
    mesh: MeshService, relay: GroupRelay?, log: Log
  ) {
    (self.reactor, self.mesh, self.path, self.log) = (reactor, mesh, path, log)
    (self.identity, self.relay) = (identity, relay)
    settings = configuration.groups
    (nodeName, room) = (configuration.node.name, configuration.mesh.id)
    table = GroupTable(own: MemberIdentity(of: identity.publicKey), hasRelay: relay != nil)
  }

  /// Returns to the groups this node was in when it stopped.
  func start() {
    timer = reactor.makeTimer { self.tick() }
    mesh.onGroupService = { self.take($0) }
    for group in GroupFile.load(path, log: log) {
      do throws(GroupTable.Refusal) {
        try table.join(group, isReturning: true, wall: wall, at: reactor.now)
      } catch { log.info("group", "\(Self.name(of: group)): \(error)") }
    }
    settle()
  }

  /// Stops without leaving: the groups are there again after the next start.
  func stop() {
    for membership in table.memberships { relay?.unregister(membership.group.id) }
    if let timer { reactor.remove(timer) }
    timer = nil
  }

  /// Milliseconds of the Unix epoch; only a group's end is measured by it.
  var wall: Int64 { MonotonicClock.wallTime / 1_000_000 }

  /// What a group is called in messages.
  static func name(of group: MeshGroup) -> String { group.label ?? group.id.description }

  private func tick() {
    table.tick(wall: wall, at: reactor.now)
    retryWaiting()
    settle()
  }

  /// Carries out all effects, greets new members, and sets the timer to what comes next.
  func settle() {
    guard !isSettling else { return }
    isSettling = true
    while let effect = table.next() { carryOut(effect) }
    greet()
    isSettling = false
    follow()
    guard let timer else { return }
    var next = table.deadline(wall: wall, at: reactor.now) ?? .max
    for entry in waiting { next = min(next, entry.due) }
    if next < .max { reactor.arm(timer, at: next) } else { reactor.disarm(timer) }
  }

  private func carryOut(_ effect: GroupTable.Effect) {
    switch effect {
    case .advertise(let group): advertise(group)
    case .withdraw(let id): withdraw(id)
    case .register(let group): register(group)
    case .unregister(let id): relay?.unregister(id)
    case .farewell(let group, let members): sayFarewell(group, members)
    case .event(let event): report(event)
    case .changed: save()
    }
  }

  private func report(_ event: GroupEvent) {
    journal.add(GroupJournal.Entry(event: event, time: wall))
    let name =
      table[event.group]?.group.label ?? table.ended.last { $0.group.id == event.group }?.group
      .label
      ?? event.group.description
    let member = event.member.map { " \($0)" } ?? ""
    if event.kind.isFailure {
      log.warning("group", "\(name): \(event.kind.text)\(member)")
    } else {
      log.info("group", "\(name): \(event.kind.text)\(member)")
    }
    retryWaiting()
  }

  private func save() {
    do throws(StateFile.Failure) {
      // One that is still being looked for is joined anew after a restart, not returned to.
      try GroupFile.save(table.memberships.filter { $0.isJoined }.map { $0.group }, to: path)
    } catch { log.error("group", "not kept over a restart: \(error)") }
  }
}
