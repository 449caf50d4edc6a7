// SPDX-License-Identifier: Apache-2.0

/// The relay that this machine serves, beside the inputs of its node.
final class RelayServerEndpoint: Endpoint {
  private let source: RelayService.Source
  private var service: RelayService?

  init(_ line: NodeLine, _ source: @escaping RelayService.Source, _ desk: Desk) {
    self.source = source
    super.init(line.endpoint, desk)
  }

  override func open() {
    do throws(RelayFailure) {
      let settings = try source()
      let service = try RelayService(settings, reactor: desk.reactor, log: desk.log)
      self.service = service
      desk.node.ready(number, "serves at \(settings.address) port \(service.port)")
    } catch { desk.node.failed(number, error.description) }
  }

  override func close() {
    service?.stop()
    service = nil
  }
}
