// SPDX-License-Identifier: Apache-2.0
internal import Devices
internal import Inputs
internal import PhaseSpace
internal import Runtime

/// One measurement of a slow input, from the bytes of its device to phases: checked, compensated,
/// calibrated, and encoded for each quantity.
///
/// The bus itself is left out: its time is the wire's.
final class ReadingWork: Workload {
  private let device: ChipOnPaper
  private let input: SlowInput

  /// Nil where the bytes are not the chip's, or the input does not take them.
  init?(_ bytes: ChipBytes, _ services: AdapterServices) {
    device = ChipOnPaper(bytes)
    do throws(AdapterProblem) {
      let values = try AdapterValues(
        keys: InputType.commonKeys + SlowInput.keys, given: [("id", .one("bench"))])
      input = try SlowInput(values, device)
    } catch { return nil }
    guard device.isIdentified else { return nil }
    super.init()
    input.start(on: services)
  }

  deinit { input.stop() }

  override func work(_ count: Int) {
    for _ in 0..<count { device.measureOnce() }
    sink += input.latest(0)?.phasor.re ?? 0
  }

  /// Measurements that were not taken; none, or the figure means nothing.
  var refused: Int64 { input.counters.refused + input.counters.failures }
}

/// A chip whose bytes come from its datasheet, as often as wanted.
final class ChipOnPaper: SlowDevice {
  let device: String
  let quantities: [Quantity]
  let pushes = true
  var onOutcome: ((SlowOutcome) -> Void)?
  let isIdentified: Bool
  private let chip: any I2CChip
  private let measurement: BusReply

  init(_ bytes: ChipBytes) {
    (chip, device) = (bytes.chip, bytes.name)
    quantities = chip.quantities
    measurement = BusReply(bytes.measurement)
    do throws(ChipProblem) {
      try chip.identify(BusReply(bytes.identification))
      isIdentified = true
    } catch { isIdentified = false }
  }

  func measureOnce() {
    do throws(ChipProblem) { onOutcome?(.values(try chip.values(measurement))) } catch {
      onOutcome?(.failed(error.description))
    }
  }

  func measure(on services: AdapterServices) {}
  func close() {}
  func probe(_ services: AdapterServices) throws(AdapterProblem) -> String { device }
}
