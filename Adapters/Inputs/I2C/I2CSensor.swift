// SPDX-License-Identifier: Apache-2.0
package import Devices
internal import Runtime

/// A chip on an I²C bus as a slow device: identified, set up, and measured by jobs of its bus.
///
/// A chip that does not answer, answers nonsense or is late fails its measurement; the next one
/// begins with its identity again. Measurements allocate nothing.
package final class I2CSensor: SlowDevice {
  /// How long a job may take, its turn included: a hung bus gives up after a second by itself.
  static let patience: Int64 = 1_000_000_000

  private enum Phase {
    case closed, identifying, configuring, idle, triggering, converting, measuring
  }

  package let device: String
  package var quantities: [Quantity] { chip.quantities }
  package var onOutcome: ((SlowOutcome) -> Void)?

  private let chip: any I2CChip
  private let bus: BusName
  private let identification: BusJob
  private let configuration: BusJob?
  private let trigger: BusJob?
  private let measurement: BusJob
  private var phase = Phase.closed
  private var worker: BusWorker?
  private var client: BusClient?
  private var reactor: Reactor?
  private var timer: Timer?

  /// - Parameters:
  ///   - chip: What is at the address.
  ///   - bus: The bus it is on.
  ///   - address: Its 7-bit address.
  package init(_ chip: any I2CChip, on bus: BusName, address: Int) {
    (self.chip, self.bus) = (chip, bus)
    device = "\(bus) \(ChipProblem.hexadecimal(address))"
    identification = BusJob(address: address, chip.identification)
    measurement = BusJob(address: address, chip.measurement)
    let (configuration, trigger) = (chip.configuration, chip.trigger)
    self.configuration =
      configuration.isEmpty ? nil : BusJob(address: address, configuration)
    self.trigger = trigger.isEmpty ? nil : BusJob(address: address, trigger)
  }

  deinit { close() }

  package func measure(on services: AdapterServices) {
    open(services)
    switch phase {
    case .closed: submit(identification, .identifying)
    case .idle: begin()
    // Only one measurement at a time; its outcome is still to come.
    default: break
    }
  }

  package func close() {
    if let client { worker?.cancel(client) }
    if let timer { reactor?.remove(timer) }
    (worker, client, reactor, timer) = (nil, nil, nil, nil)
    phase = .closed
  }

  package func probe(_ services: AdapterServices) throws(AdapterProblem) -> String {
    _ = services
    let reply = BusWorker.run(identification, on: bus)
    if let failure = reply.failure {
      guard !failure.isNoBus else { throw AdapterProblem("bus", failure.text(bus, device)) }
      throw AdapterProblem("address", failure.text(bus, device))
    }
    do throws(ChipProblem) { try chip.identify(reply) } catch {
      throw AdapterProblem("address", "\(device): \(error)")
    }
    return "\(device): \(chip.name)"
  }
}

extension I2CSensor {
  private func open(_ services: AdapterServices) {
    guard worker == nil else { return }
    worker = services.buses.worker(bus)
    client = BusClient { [unowned(unsafe) self] reply in self.take(reply) }
    reactor = services.reactor
    if trigger != nil {
      timer = services.reactor.makeTimer { [unowned(unsafe) self] in
        self.submit(self.measurement, .measuring)
      }
    }
  }

  private func begin() {
    if let trigger { submit(trigger, .triggering) } else { submit(measurement, .measuring) }
  }

  private func submit(_ job: BusJob, _ phase: Phase) {
    guard let worker, let client else { return }
    self.phase = phase
    if let refusal = worker.submit(job, within: I2CSensor.patience, for: client) {
      fail(refusal.text(bus, device))
    }
  }

  private func take(_ reply: BusReply) {
    if let failure = reply.failure { return fail(failure.text(bus, device)) }
    do throws(ChipProblem) {
      switch phase {
      case .identifying:
        try chip.identify(reply)
        if let configuration { submit(configuration, .configuring) } else { begin() }
      case .configuring: begin()
      case .triggering: convert()
      case .measuring:
        let values = try chip.values(reply)
        phase = .idle
        onOutcome?(.values(values))
      case .closed, .idle, .converting: break
      }
    } catch { fail("\(device): \(error)") }
  }

  private func convert() {
    phase = .converting
    guard let timer, let reactor else { return }
    reactor.arm(timer, at: MonotonicClock.now + Int64(chip.conversion) * 1000)
  }

  /// The next measurement identifies the chip anew: another one may have been plugged in.
  private func fail(_ reason: String) {
    phase = .closed
    onOutcome?(.failed(reason))
  }
}
