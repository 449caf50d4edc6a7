// SPDX-License-Identifier: Apache-2.0
package import Devices
package import Guard
package import PhaseSpace
internal import Runtime

/// Wheels or servos: the node says where they may go, the guard process moves and stops them.
///
/// Every set-point passes the gate first; where the gate is closed the guard is told to rest. The
/// life of a set-point ends `stop-after` after the pulse it rests on was measured here, whatever
/// becomes of the node meanwhile.
package final class Motors: Output {
  /// Set-points are not sent more often.
  private static let leastInterval: Int64 = 20_000_000
  /// How often a rest is repeated, so that a guard that does not answer is noticed.
  private static let restInterval: Int64 = 250_000_000

  package let settings: MotorsSettings
  package private(set) var status = AdapterStatus.stopped
  package private(set) var counters = AdapterCounters()
  package var onStatusChange: ((AdapterStatus) -> Void)?
  /// What the guard said last; nil while there is no guard.
  package private(set) var newest: GuardReport?
  /// What keeps the gate closed; nil while it is open or nothing was applied.
  package private(set) var obstacle: MotorGate.Obstacle?

  private let gate: MotorGate
  private var link: GuardLink?
  private var log: Log?
  private var drive = 0
  private var sequence: UInt64 = 0
  private var sentAt: Int64 = 0
  private var wasRest = false

  package init(_ settings: MotorsSettings) {
    self.settings = settings
    let source: MotorGate.Source =
      switch settings.follow {
      case nil: .mesh
      case "self": .own
      default: .peer
      }
    gate = MotorGate(source: source, stopAfter: settings.motor.stopAfter)
  }

  package var id: String { settings.motor.id }
  package var follows: String? { settings.follow }
  package var isUrgent: Bool { true }

  package var device: String {
    var text = ""
    for port in settings.motor.ports { text += text.isEmpty ? "\(port)" : " \(port)" }
    return text
  }

  package var report: OutputReport {
    var report = OutputReport()
    guard let newest else { return report }
    if settings.motor.sides.count == 1 {
      report.readings.append(Reading("speed", newest.first, ""))
    } else {
      report.readings.append(Reading(isSteered ? "velocity" : "left", newest.first, ""))
      report.readings.append(Reading(isSteered ? "rotation" : "right", newest.second, ""))
    }
    report.readings.append(Reading("stops", Double(newest.neutrals), ""))
    report.readings.append(Reading("refusals", Double(newest.refusals), ""))
    if let count = newest.allocations {
      report.readings.append(Reading("allocations", Double(count), ""))
    }
    return report
  }

  /// Whether its sides are velocity and rotation themselves.
  private var isSteered: Bool {
    if case .servo = settings.motor.sides[0] { return true }
    return false
  }

  package func start(on services: AdapterServices) {
    log = services.log
    let link = services.shared { GuardLink(services) }
    self.link = link
    drive = link.join(self)
  }

  package func apply(_ situation: OutputSituation) {
    guard link != nil else { return }
    let evidence = gate.source == .mesh ? ofMesh(situation) : ofFollowed(situation)
    let obstacle = gate.obstacle(evidence)
    if obstacle != self.obstacle { tell(obstacle) }
    self.obstacle = obstacle
    guard obstacle == nil, let evidence, let age = evidence.age else { return rest() }
    move(settings.mapping.drive(evidence.phasor, coherence: evidence.coherence), age: age)
  }

  package func stop(_ finished: @escaping () -> Void) {
    guard let link else { return finished() }
    rest(isUrgent: true)
    self.link = nil
    change(to: .stopped)
    link.leave(self, finished)
  }

  package func probe(_ services: AdapterServices) throws(AdapterProblem) -> String {
    do throws(MotorFailure) { return try MotorProbe.examine(settings.motor) } catch {
      throw AdapterProblem("", "\(error)")
    }
  }
}

extension Motors {
  /// What speaks for the mesh as a whole.
  private func ofMesh(_ situation: OutputSituation) -> MotorGate.Evidence? {
    guard let state = situation.state else { return nil }
    var evidence = MotorGate.Evidence()
    evidence.isEmergent = state.isEmergent
    // Pulses that count come over secure links alone, from keys that are the newest of their
    // identities; without any there is no age, and the gate is closed.
    (evidence.isSecure, evidence.isEpochCurrent) = (true, true)
    evidence.age = situation.pulseAge
    evidence.coherence = state.meanCoherence
    evidence.nEffective = state.effectiveSamples
    evidence.phasor = state.globalPhasor
    return evidence
  }

  /// What speaks for the peer that is followed, or for this node itself.
  private func ofFollowed(_ situation: OutputSituation) -> MotorGate.Evidence? {
    guard let followed = situation.followed else { return nil }
    var evidence = MotorGate.Evidence()
    evidence.isEmergent = situation.state?.isEmergent ?? false
    evidence.isSecure = followed.isSecure
    evidence.isEpochCurrent = followed.isEpochCurrent
    evidence.age = followed.age
    evidence.coherence = followed.coherence
    evidence.nEffective = followed.nEffective
    evidence.phasor = followed.phasor
    return evidence
  }

  private func tell(_ obstacle: MotorGate.Obstacle?) {
    log?.info("motors", obstacle.map { "\(id) rests: \($0)" } ?? "\(id) may move")
  }

  private func move(_ wanted: OutputMapping.Drive, age: Int64) {
    let now = MonotonicClock.now
    let interval = min(Motors.leastInterval, settings.motor.stopAfter / 4)
    // A little less than the interval, so that a beat that is early by a hair is not lost.
    guard wasRest || now - sentAt >= interval - interval / 8 else { return }
    let (first, second) = isSteered ? (wanted.velocity, wanted.rotation) : wheels(wanted)
    send(
      SetPoint(
        drive: drive, sequence: 0, sent: now,
        deadline: now + settings.motor.stopAfter - max(0, age),
        first: first, second: second))
  }

  /// Both wheels; the only one takes the velocity.
  private func wheels(_ wanted: OutputMapping.Drive) -> (Double, Double) {
    settings.motor.sides.count == 1 ? (wanted.velocity, 0) : wanted.sides
  }

  private func rest(isUrgent: Bool = false) {
    let now = MonotonicClock.now
    guard isUrgent || !wasRest || now - sentAt >= Motors.restInterval else { return }
    send(
      SetPoint(
        drive: drive, sequence: 0, sent: now, deadline: now, first: 0, second: 0, isRest: true))
  }

  private func send(_ point: SetPoint) {
    var point = point
    sequence += 1
    point.sequence = sequence
    (sentAt, wasRest) = (point.sent, point.isRest)
    counters.frames += 1
    link?.send(point)
  }

  private func change(to status: AdapterStatus) {
    guard self.status != status else { return }
    self.status = status
    onStatusChange?(status)
  }
}

extension Motors: GuardClient {
  func take(_ report: GuardReport) {
    let before = newest
    newest = report
    counters.wakeUps += 1
    if !report.isFailed { change(to: .working("guarded")) }
    if report.isStopped, before?.isStopped != true {
      log?.warning("motors", "\(id): emergency stop")
    } else if report.reason == .deadline, before?.reason != .deadline {
      log?.warning("motors", "\(id) stopped: \(NeutralReason.deadline)")
    }
  }

  func fail(_ reason: String, retryAt: Int64) {
    counters.failures += 1
    change(to: .failed(reason: reason, retryAt: retryAt))
  }
}
