// SPDX-License-Identifier: Apache-2.0
internal import Devices
internal import Inputs
internal import PhaseSpace

/// A line of text on its way to a phasor: cut, read, calibrated, encoded, and asked for.
final class LineWork: Workload {
  private let source = LineFeed()
  private let input: SlowInput

  /// Nil where no input can be made; a fault of the program.
  init?(_ services: AdapterServices) {
    do throws(AdapterProblem) {
      let values = try AdapterValues(
        keys: InputType.commonKeys + SlowInput.keys, given: [("id", .one("bench"))])
      input = try SlowInput(values, source)
    } catch { return nil }
    super.init()
    input.start(on: services)
  }

  deinit { input.stop() }

  override func work(_ count: Int) {
    for _ in 0..<count {
      source.feed()
      sink += input.latest(0)?.quality ?? 0
    }
  }

  /// Values that were taken in.
  var values: Int64 { input.counters.blocks }
}

/// A slow device whose lines come when asked for.
private final class LineFeed: SlowDevice {
  let device = "bench"
  let quantities = [Quantity("value", unit: "", range: -1e6...1e6, noiseFloor: 0.1)]
  let pushes = true
  var onOutcome: ((SlowOutcome) -> Void)?
  private var buffer = LineBuffer()
  private let text: [UInt8] = Array("21.5\n21.75\n".utf8)
  private var isSecond = false

  func measure(on services: AdapterServices) {}

  func close() {}

  func probe(_ services: AdapterServices) throws(AdapterProblem) -> String { device }

  func feed() {
    isSecond.toggle()
    text.withUnsafeBytes { bytes in
      let part = UnsafeRawBufferPointer(rebasing: isSecond ? bytes[..<5] : bytes[5...])
      buffer.take(part) { line in
        guard let value = LineValue(line) else { return }
        onOutcome?(.values(SIMD8(repeating: value.value)))
      }
    }
  }
}
