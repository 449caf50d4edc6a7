// SPDX-License-Identifier: Apache-2.0
internal import Devices
internal import Runtime

/// Numbers that come as lines of text, as a slow device that pushes.
///
/// Without names every line is one number. With several names a measurement is complete when each
/// has come, or when one comes again that has come already; the others are then as they were.
final class LinesDevice: SlowDevice {
  let device: String
  let quantities: [Quantity]
  let pushes = true
  var onOutcome: ((SlowOutcome) -> Void)?
  /// Lines that were too long, no number, or of an unknown name.
  var refused: Int64 { unreadable + source.overlong }

  private let id: String
  private let names: [[UInt8]]
  private let source: LineSource
  private var values = SIMD8<Double>(repeating: .nan)
  /// Bit n: quantity n has come, in this measurement and at all.
  private var present = 0
  private var known = 0
  private var unreadable: Int64 = 0
  private var hasTold = false
  private var services: AdapterServices?

  /// - Parameters:
  ///   - id: Of the input, for messages.
  ///   - quantities: What lines tell; one without a name for bare numbers.
  ///   - isNamed: Whether lines begin with names.
  ///   - source: Where they come from.
  init(id: String, quantities: [Quantity], isNamed: Bool, source: LineSource) {
    (self.id, self.quantities, self.source) = (id, quantities, source)
    names = isNamed ? quantities.map { Array($0.name.utf8) } : []
    device = source.path
    source.onLine = { self.take($0) }
    source.onEnd = { self.onOutcome?(.failed($0)) }
  }

  func measure(on services: AdapterServices) {
    self.services = services
    (present, known) = (0, 0)
    do throws(LineSource.Failure) { try source.open(on: services.reactor) } catch {
      onOutcome?(.failed(error.description))
    }
  }

  func close() { source.close() }

  func probe(_ services: AdapterServices) throws(AdapterProblem) -> String {
    do throws(LineSource.Failure) { return try source.probe() } catch {
      throw AdapterProblem("device", error.description)
    }
  }

  private func take(_ line: UnsafeRawBufferPointer) {
    guard let value = LineValue(line), let index = index(of: value.name) else {
      return refuse(line)
    }
    let all = (1 << quantities.count) - 1
    if present & (1 << index) != 0, known == all { complete() }
    values[index] = value.value
    present |= 1 << index
    known |= 1 << index
    if present == all { complete() }
  }

  private func complete() {
    present = 0
    onOutcome?(.values(values))
  }

  private func index(of name: UnsafeRawBufferPointer) -> Int? {
    guard !names.isEmpty else { return name.isEmpty ? 0 : nil }
    if names.count == 1, name.isEmpty { return 0 }
    return names.firstIndex { $0.elementsEqual(name) }
  }

  private func refuse(_ line: UnsafeRawBufferPointer) {
    unreadable += 1
    guard !hasTold else { return }
    hasTold = true
    let text = String(decoding: line.prefix(40), as: UTF8.self)
    let expected =
      names.isEmpty
      ? "a number" : "a name and a number, of \(NearWord.joined(quantities.map { $0.name }))"
    services?.log.warning(
      id, "\(device) says \"\(text)\"; expected \(expected). Further such lines are only counted")
  }
}
