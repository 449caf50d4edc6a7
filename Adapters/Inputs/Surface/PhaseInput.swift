// SPDX-License-Identifier: Apache-2.0
package import Devices
package import PhaseSpace
internal import Runtime

/// Phasors that another program computed and sends: the seed's phase broadcast.
///
/// Their time is when they came: another machine's clock says nothing here.
package final class PhaseInput: Input {
  package let id: String
  package let device: String
  package let channels: [InputChannel]
  package private(set) var status = AdapterStatus.stopped
  package private(set) var counters = AdapterCounters()
  package var onStatusChange: ((AdapterStatus) -> Void)?
  package var readings: [Reading] { [] }

  private let endpoint: SurfaceEndpoint
  private var sample: PhaseSample?
  private var link: SurfaceLinkage?

  init(_ values: AdapterValues, _ device: String, _ endpoint: SurfaceEndpoint) {
    (id, self.device, self.endpoint) = (values.id, device, endpoint)
    let name = values.optionalText("channel") ?? "phase-\(values.id)"
    channels = [
      InputChannel(name, frequency: 0, noiseBandwidth: 0.5 / values.duration("every"))
    ]
  }

  package func latest(_ channel: Int) -> PhaseSample? { sample }

  package func start(on services: AdapterServices) {
    guard link == nil else { return }
    link = SurfaceLinkage(
      endpoint, services, onReport: { self.take($0, services) }, onStatus: { self.tell($0) })
  }

  package func stop() {
    link?.close()
    link = nil
    status = .stopped
  }

  package func probe(_ services: AdapterServices) throws(AdapterProblem) -> String {
    "\(device), through `taumesh surface`"
  }

  private func take(_ report: SurfaceReport, _ services: AdapterServices) {
    guard case .phasor(let re, let im, let coherence) = report else { return }
    counters.blocks += 1
    let phasor = Phasor(re: re, im: im)
    sample = PhaseSample(
      time: services.reactor.now, phasor: phasor.unit ?? .zero,
      quality: phasor.unit == nil ? 0 : min(1, phasor.magnitude) * coherence, frequency: 0)
  }

  private func tell(_ status: AdapterStatus) {
    if case .failed = status { counters.failures += 1 }
    self.status = status
    onStatusChange?(status)
  }
}
