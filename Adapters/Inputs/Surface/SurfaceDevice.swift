// SPDX-License-Identifier: Apache-2.0
internal import Devices

/// A number that comes through the surface: pushed by others, or fetched when it is asked for.
final class SurfaceDevice: SlowDevice {
  let device: String
  let quantities: [Quantity]
  let pushes: Bool
  var onOutcome: ((SlowOutcome) -> Void)?

  private let endpoint: SurfaceEndpoint
  private var service: (any SurfaceService)?
  private var number: UInt32?

  /// The number behind `endpoint`; where `pushes`, values come by themselves.
  init(_ device: String, _ quantity: Quantity, _ endpoint: SurfaceEndpoint, pushes: Bool) {
    (self.device, quantities) = (device, [quantity])
    (self.endpoint, self.pushes) = (endpoint, pushes)
  }

  func measure(on services: AdapterServices) {
    guard let surface = services.surface else {
      onOutcome?(.failed("this node has no surface process"))
      return
    }
    service = surface
    if number == nil { number = surface.open(endpoint) { self.take($0) } }
    if !pushes, let number { surface.ask(number) }
  }

  func close() {
    if let number { service?.close(number) }
    number = nil
  }

  func probe(_ services: AdapterServices) throws(AdapterProblem) -> String {
    "\(device), through `taumesh surface`; nothing is connected to by doctor"
  }

  private func take(_ report: SurfaceReport) {
    switch report {
    case .value(let value): onOutcome?(.values(SIMD8(repeating: value)))
    case .failed(let reason): onOutcome?(.failed(reason))
    case .ready, .phasor, .token, .sent, .relay, .pushed: break
    }
  }
}
