// SPDX-License-Identifier: Apache-2.0
package import Devices
internal import PhaseSpace
internal import Runtime

/// Posts the mesh state of a channel as JSON: the seed's `{coherence, phase}`.
///
/// A report every so often, and at once when the coherence has changed by more than configured.
/// What the other end does not take is tried again by the surface, a few times, and then dropped.
package final class Webhook: Output {
  package static let type = OutputType(
    "webhook", "posts {coherence, phase} of a channel to a URL",
    keys: [
      .required("url", .text, "http://… or https://…; certificates are checked"),
      .optional("key-file", .text, "a file (mode 0600) sent as Authorization: Bearer"),
      .optional("every", .duration(0.1...3600), default: "10s", "time between reports"),
      .optional(
        "change", .number(0.001...1, unit: ""), "a change of coherence that is reported at once"),
      .optional("timeout", .duration(0.1...60), default: "5s", "time the other end has"),
    ]
  ) { values throws(AdapterProblem) in try Webhook(values) }

  /// Reports of changes are not closer together than this, nanoseconds.
  static let closest: Int64 = 100_000_000

  package let id: String
  package let device: String
  package let follows: String? = nil
  package private(set) var status = AdapterStatus.stopped
  package private(set) var counters = AdapterCounters()
  package var onStatusChange: ((AdapterStatus) -> Void)?

  private let endpoint: SurfaceEndpoint
  private let every: Int64
  private let change: Double?
  private var services: AdapterServices?
  private var number: UInt32?
  private var nextOpening = Int64.min
  private var backoff = Backoff()
  private var lastReport = Int64.min
  private var lastCoherence = 0.0
  private var wasEmergent = false
  private var dropped = 0

  private init(_ values: AdapterValues) throws(AdapterProblem) {
    id = values.id
    device = try values.url("url", schemes: ["http", "https"])
    (every, change) = (values.nanoseconds("every"), values.optionalNumber("change"))
    endpoint = .hook(
      url: device, keyFile: values.optionalText("key-file"),
      timeoutMilliseconds: Int(values.duration("timeout") * 1000))
  }

  package var report: OutputReport {
    var report = OutputReport()
    report.readings = [
      Reading("sent", Double(counters.blocks), ""),
      Reading("dropped", Double(dropped), ""),
    ]
    return report
  }

  package func start(on services: AdapterServices) {
    self.services = services
    open(at: services.reactor.now)
  }

  package func apply(_ situation: OutputSituation) {
    guard services != nil, isDue(situation) else { return }
    lastReport = situation.now
    lastCoherence = situation.state?.meanCoherence ?? 0
    wasEmergent = situation.state?.isEmergent ?? false
    if number == nil, situation.now >= nextOpening { open(at: situation.now) }
    guard let number, services?.surface?.send(WebhookBody.json(situation), through: number) == true
    else { return refused(at: situation.now) }
  }

  package func stop(_ finished: @escaping () -> Void) {
    if let number { services?.surface?.close(number) }
    (number, services) = (nil, nil)
    status = .stopped
    finished()
  }

  package func probe(_ services: AdapterServices) throws(AdapterProblem) -> String {
    "\(device), through `taumesh surface`; nothing is posted by doctor"
  }

  private func isDue(_ situation: OutputSituation) -> Bool {
    guard lastReport != Int64.min else { return true }
    let age = situation.now - lastReport
    if age >= every { return true }
    guard let change, age >= Self.closest else { return false }
    let state = situation.state
    return ((state?.meanCoherence ?? 0) - lastCoherence).magnitude > change
      || state?.isEmergent ?? false != wasEmergent
  }

  private func open(at now: Int64) {
    guard let surface = services?.surface else {
      return tell(.failed(reason: "this node has no surface process", retryAt: now + every))
    }
    number = surface.open(endpoint) { self.take($0) }
  }

  /// The surface has gone, or does not keep up: it is opened again after a pause.
  private func refused(at now: Int64) {
    dropped += 1
    counters.overruns += 1
    guard let old = number else { return }
    services?.surface?.close(old)
    number = nil
    nextOpening = now + backoff.pause(workedNanoseconds: 0)
    tell(.failed(reason: "the surface process takes nothing", retryAt: nextOpening))
  }

  private func take(_ report: SurfaceReport) {
    switch report {
    case .sent(let dropped):
      counters.blocks += 1
      self.dropped += dropped
      counters.overruns += Int64(dropped)
      backoff = Backoff()
      if !status.isWorking { tell(.working("posts to \(device)")) }
    case .failed(let reason):
      counters.failures += 1
      tell(.failed(reason: reason, retryAt: lastReport + every))
    case .ready, .value, .phasor, .token, .relay, .pushed: break
    }
  }

  private func tell(_ status: AdapterStatus) {
    self.status = status
    onStatusChange?(status)
  }
}
