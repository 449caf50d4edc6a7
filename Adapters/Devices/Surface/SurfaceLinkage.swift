// SPDX-License-Identifier: Apache-2.0
internal import Runtime

/// An endpoint of the surface that is opened again, after a pause, whenever it fails.
package final class SurfaceLinkage {
  private let endpoint: SurfaceEndpoint
  private let services: AdapterServices
  private let onReport: (SurfaceReport) -> Void
  private let onStatus: (AdapterStatus) -> Void
  private var number: UInt32?
  private var backoff = Backoff()
  private var workingSince: Int64?
  private var retry: Timer?

  /// Opens `endpoint` at once; `onStatus` is told when it begins or ceases to work, `onReport` of
  /// everything else.
  package init(
    _ endpoint: SurfaceEndpoint, _ services: AdapterServices,
    onReport: @escaping (SurfaceReport) -> Void, onStatus: @escaping (AdapterStatus) -> Void
  ) {
    (self.endpoint, self.services) = (endpoint, services)
    (self.onReport, self.onStatus) = (onReport, onStatus)
    open()
  }

  /// Ends it; nothing more is reported.
  package func close() {
    if let retry { services.reactor.remove(retry) }
    if let number { services.surface?.close(number) }
    (retry, number) = (nil, nil)
  }

  /// Sends the JSON of a frame to a node at the relay; it is lost where that cannot be reached.
  package func send(_ frame: [UInt8], to node: String) {
    if let number { _ = services.surface?.send(frame, to: node, through: number) }
  }

  private func open() {
    retry = nil
    guard let surface = services.surface else { return fail("this node has no surface process") }
    number = surface.open(endpoint) { self.take($0) }
  }

  private func take(_ report: SurfaceReport) {
    switch report {
    case .failed(let reason): fail(reason)
    case .ready(let what):
      if workingSince == nil { workingSince = services.reactor.now }
      onStatus(.working(what))
    case .value, .phasor, .token, .sent, .relay, .pushed: onReport(report)
    }
  }

  private func fail(_ reason: String) {
    close()
    let now = services.reactor.now
    let pause = backoff.pause(workedNanoseconds: workingSince.map { now - $0 } ?? 0)
    workingSince = nil
    onStatus(.failed(reason: reason, retryAt: now + pause))
    retry = services.reactor.after(pause) { self.open() }
  }
}
