// SPDX-License-Identifier: Apache-2.0
package import Runtime

/// What the adapters of one node share, handed to each when it starts.
package final class AdapterServices {
  package let reactor: Reactor
  package let log: Log
  /// The configuration file and the folder of the node's state, for processes of adapters.
  package let configurationPath: String
  package let statePath: String
  /// The folder of sockets and whatever else need not outlive the machine's run.
  package let runPath: String
  /// The I²C buses and what else blocks, each with its worker.
  package let buses: Buses
  /// HTTP, WebSocket and MQTT, through a process of their own; nil where there is none.
  package var surface: (any SurfaceService)?
  private var parts: [AnyObject] = []

  package init(
    reactor: Reactor, log: Log = Log(), configurationPath: String = "", statePath: String = "",
    runPath: String = "."
  ) {
    (self.reactor, self.log) = (reactor, log)
    (self.configurationPath, self.statePath) = (configurationPath, statePath)
    self.runPath = runPath
    buses = Buses(on: reactor)
  }

  /// The I²C bus /dev/i2c-`number`.
  package func bus(_ number: Int) -> BusWorker { buses.worker(.i2c(number)) }

  /// The one `Part` that adapters share, made by whichever asks first.
  package func shared<Part: AnyObject>(_ make: () -> Part) -> Part {
    for part in parts {
      if let part = part as? Part { return part }
    }
    let part = make()
    parts.append(part)
    return part
  }
}
