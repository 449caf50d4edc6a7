// SPDX-License-Identifier: Apache-2.0
package import Devices
internal import Runtime

/// A line about the state of a channel now and then, to a file, a FIFO or standard output.
package final class TextLog: Output, KeptDevice {
  package let id: String
  package let device: String
  private let every: Int64
  private let limit: Int64
  private var writer: LineWriter
  private var keeper: DeviceKeeper?
  private var file: LineFile?
  private var log: Log?
  private var writtenAt: Int64 = 0
  private var isFull = false

  private init(_ values: AdapterValues) {
    (id, device) = (values.id, values.text("path"))
    every = values.nanoseconds("every")
    limit = Int64(values.integer("limit")) * 1024
    writer = LineWriter(values.text("style") == "json" ? .json : .plain)
    keeper = DeviceKeeper(self)
  }

  package static var type: OutputType {
    OutputType(
      "text", "lines about the mesh state to a file, a FIFO or standard output",
      keys: [
        .required("path", .text, "the file or FIFO; - is standard output"),
        .optional("style", .choice(["json", "plain"]), default: "json", "of a line"),
        .optional("every", .duration(0.1...86400), default: "1s", "least pause between lines"),
        .optional(
          "limit", .integer(1...1_048_576), default: "1024",
          "KiB of a file; one that is full is kept as PATH.1"),
      ]
    ) { values throws(AdapterProblem) in TextLog(values) }
  }

  package var follows: String? { nil }
  package var report: OutputReport { OutputReport() }
  package var status: AdapterStatus { keeper?.status ?? .stopped }
  /// `frames` were written, `overruns` dropped.
  package var counters: AdapterCounters { keeper?.counters ?? AdapterCounters() }
  package var onStatusChange: ((AdapterStatus) -> Void)? {
    get { keeper?.onStatusChange }
    set { keeper?.onStatusChange = newValue }
  }

  package func start(on services: AdapterServices) {
    log = services.log
    keeper?.start(on: services.reactor)
  }

  package func apply(_ situation: OutputSituation) {
    guard let file, situation.now - writtenAt >= every else { return }
    writtenAt = situation.now
    let outcome = WallClock.withText { time in
      writer.line(situation, at: time) { file.append($0) }
    }
    switch outcome {
    case .written:
      keeper?.counters.frames += 1
      if isFull { log?.info(id, "\(device) takes lines again") }
      isFull = false
    case .dropped: keeper?.counters.overruns += 1
    case .fileSystemFull:
      keeper?.counters.overruns += 1
      if !isFull { log?.warning(id, "no room for \(device); lines are dropped until there is") }
      isFull = true
    case .failed(let code): keeper?.fail("\(SystemError("write", device, code: code))")
    }
  }

  package func stop(_ finished: @escaping () -> Void) {
    keeper?.stop()
    finished()
  }

  package func probe(_ services: AdapterServices) throws(AdapterProblem) -> String {
    _ = try LineFile(device, limit: limit)
    return "\(device) can be written"
  }

  package func openDevice() throws(AdapterProblem) -> String? {
    file = try LineFile(device, limit: limit)
    writtenAt = MonotonicClock.now - every
    return device
  }

  package func closeDevice() { file = nil }
}
