// SPDX-License-Identifier: Apache-2.0

/// Who asks a bus: one device, with what is called for its jobs.
package final class BusClient {
  let handler: BusWorker.Handler

  /// A client whose jobs are answered to `handler`, on the reactor's thread.
  package init(_ handler: @escaping BusWorker.Handler) { self.handler = handler }
}
