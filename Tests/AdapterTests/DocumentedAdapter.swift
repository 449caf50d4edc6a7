// SPDX-License-Identifier: Apache-2.0
package import Devices
package import Inputs
internal import Runtime

/// How busy the machine is: the load average of the last minute.
package final class LoadAverage: SlowDevice {
  package static var type: InputType {
    InputType("load", "the machine's load average", keys: SlowInput.keys(every: "5s")) {
      values throws(AdapterProblem) in try SlowInput(values, LoadAverage())
    }
  }

  package let device = "/proc/loadavg"
  package let quantities = [Quantity("load", unit: "", range: 0...10_000, noiseFloor: 0.05)]
  package var onOutcome: ((SlowOutcome) -> Void)?

  package func measure(on services: AdapterServices) {
    let load = read()
    onOutcome?(load.map { .values(SIMD8(repeating: $0)) } ?? .failed("\(device) holds no number"))
  }

  package func close() {}

  package func probe(_ services: AdapterServices) throws(AdapterProblem) -> String {
    guard let load = read() else { throw AdapterProblem("", "\(device) holds no number") }
    return "\(device): \(load)"
  }

  private func read() -> Double? {
    guard let bytes = try? StateFile.read(device, limit: 128) else { return nil }
    return NumberText.split(String(decoding: bytes.prefix { $0 != 32 }, as: UTF8.self)).0
  }
}
