// SPDX-License-Identifier: Apache-2.0
package import Runtime

/// The buses of one node, each with one worker, made when first asked for.
package final class Buses {
  private let reactor: Reactor
  private var workers: [BusWorker] = []

  package init(on reactor: Reactor) { self.reactor = reactor }

  /// The worker of a bus.
  package func worker(_ name: BusName) -> BusWorker {
    for worker in workers where worker.name == name { return worker }
    let worker = BusWorker(name, on: reactor)
    workers.append(worker)
    return worker
  }

  /// Gives all workers up.
  package func stop() {
    for worker in workers { worker.stop() }
    workers.removeAll()
  }
}
