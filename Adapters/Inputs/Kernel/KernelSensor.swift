// SPDX-License-Identifier: Apache-2.0
package import Devices
internal import Runtime

/// A sensor behind files of the kernel as a slow device.
///
/// Reading such a file is a measurement over some bus in the kernel, which may take most of a second
/// (1-Wire) or hang, so a worker reads it. Measurements allocate nothing but the text of the file.
package final class KernelSensor: SlowDevice {
  /// How long reading may take, waiting for other sensors of the same bus included.
  static let patience: Int64 = 10_000_000_000

  package var device: String { source.device }
  package var quantities: [Quantity] { source.quantities }
  package var onOutcome: ((SlowOutcome) -> Void)?

  private let source: any KernelSource
  private var worker: BusWorker?
  private var client: BusClient?
  private var job = BusJob()
  private var isBusy = false

  package init(_ source: any KernelSource) { self.source = source }

  deinit { close() }

  package func measure(on services: AdapterServices) {
    guard !isBusy else { return }
    if worker == nil {
      do throws(ChipProblem) { try open(services) } catch {
        return fail("\(device): \(error)")
      }
    }
    guard let worker, let client else { return }
    isBusy = true
    if let refusal = worker.submit(job, within: KernelSensor.patience, for: client) {
      fail(refusal.text(worker.name, device))
    }
  }

  package func close() {
    if let client { worker?.cancel(client) }
    (worker, client, isBusy) = (nil, nil, false)
  }

  package func probe(_ services: AdapterServices) throws(AdapterProblem) -> String {
    _ = services
    do throws(ChipProblem) {
      let files = try source.find()
      let reply = BusWorker.run(BusJob(KernelSensor.steps(files)), on: files.bus)
      if let failure = reply.failure {
        throw ChipProblem(failure.text(files.bus, device))
      }
      _ = try source.values(reply)
      return files.found
    } catch { throw AdapterProblem("", "\(device): \(error)") }
  }

  private func open(_ services: AdapterServices) throws(ChipProblem) {
    let files = try source.find()
    job = BusJob(KernelSensor.steps(files))
    worker = services.buses.worker(files.bus)
    client = BusClient { [unowned(unsafe) self] reply in self.take(reply) }
  }

  private static func steps(_ files: KernelFiles) -> [BusStep] {
    files.paths.map { .readFile($0) }
  }

  private func take(_ reply: BusReply) {
    isBusy = false
    if let failure = reply.failure {
      return fail(failure.text(worker?.name ?? .sensorFiles, device))
    }
    do throws(ChipProblem) {
      let values = try source.values(reply)
      onOutcome?(.values(values))
    } catch { fail("\(device): \(error)") }
  }

  /// The files are looked for again: the sensor may come back under another number.
  private func fail(_ reason: String) {
    close()
    onOutcome?(.failed(reason))
  }
}
