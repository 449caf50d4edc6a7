// SPDX-License-Identifier: Apache-2.0
internal import Devices

/// What others send to the node: HTTP POST and WebSocket at /input/ID, with the surface's token.
package enum ServedInputs {
  package static let http = InputType(
    "http", "numbers or phases posted to /input/ID with the surface's token",
    keys: [SurfaceKeys.encode] + SurfaceKeys.quantity + SlowInput.keys
  ) { values throws(AdapterProblem) in
    try input(values, "POST") { .posts(name: values.id, phases: $0) }
  }

  package static let websocket = InputType(
    "websocket", "messages of a WebSocket at /input/ID, with the surface's token",
    keys: [SurfaceKeys.encode] + SurfaceKeys.quantity + SlowInput.keys
  ) { values throws(AdapterProblem) in
    try input(values, "WebSocket") { .sockets(name: values.id, phases: $0) }
  }

  private static func input(
    _ values: AdapterValues, _ what: String, _ endpoint: (Bool) -> SurfaceEndpoint
  ) throws(AdapterProblem) -> any Input {
    let device = "\(what) /input/\(values.id)"
    guard values.text("encode") == "phase" else {
      let quantity = try SurfaceKeys.quantity(values)
      return try SlowInput(
        values, SurfaceDevice(device, quantity, endpoint(false), pushes: true))
    }
    return PhaseInput(values, device, endpoint(true))
  }
}
