// SPDX-License-Identifier: Apache-2.0
internal import Devices
internal import Runtime

/// One relay as the node uses it: who is there, and payloads to and from them.
///
/// The surface process makes the connection and keeps it; what it does is told here. Where that
/// process ends everyone is lost until it is back.
final class RelayLine {
  /// What `status` says of it.
  struct Standing {
    let url: String
    /// `connected`, `connecting` or `lost`.
    var state = "connecting"
    /// Why it is lost.
    var detail = ""
    var nodes = 0
  }

  private(set) var standing: Standing
  private let log: Log
  private let handler: (RelayReport) -> Void
  private var linkage: SurfaceLinkage?

  /// Connects at once, and again whenever that is needed.
  init(
    _ endpoint: SurfaceEndpoint, url: String, _ services: AdapterServices, log: Log,
    _ handler: @escaping (RelayReport) -> Void
  ) {
    standing = Standing(url: url)
    (self.log, self.handler) = (log, handler)
    linkage = SurfaceLinkage(
      endpoint, services,
      onReport: { report in
        if case .relay(let report) = report { self.take(report) }
      },
      onStatus: { status in
        if case .failed(let reason, _) = status { self.take(.lost(reason)) }
      })
  }

  /// Sends the JSON of a frame to a node at the relay; it is lost where that cannot be reached.
  func send(_ frame: [UInt8], to node: String) { linkage?.send(frame, to: node) }

  func close() {
    linkage?.close()
    linkage = nil
  }

  private func take(_ report: RelayReport) {
    switch report {
    case .entered:
      (standing.state, standing.detail) = ("connected", "")
      log.info("relay", "connected to \(standing.url)")
    case .lost(let reason):
      // Told once, however often it is tried again.
      if standing.state != "lost" || standing.detail != reason {
        log.warning("relay", "\(standing.url): \(reason)")
      }
      (standing.state, standing.detail, standing.nodes) = ("lost", reason, 0)
    case .joined(_, _, let isRelay): if !isRelay { standing.nodes += 1 }
    case .left: standing.nodes = max(0, standing.nodes - 1)
    case .payload: break
    }
    handler(report)
  }
}
