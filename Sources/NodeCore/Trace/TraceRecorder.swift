// SPDX-License-Identifier: Apache-2.0
internal import Runtime

/// Writes a phasor trace while the node runs.
///
/// For replaying a run elsewhere, not for keeping: it stops at `limit` bytes, and a disk that
/// fails ends the recording, never the node.
final class TraceRecorder {
  static let limit = 64 << 20

  private let log: Log
  private let path: String
  private var file: OutputFile?
  private var pending: [UInt8] = []
  private var written = 0

  private init(path: String, file: OutputFile, log: Log) {
    (self.path, self.file, self.log) = (path, file, log)
  }

  static func open(_ path: String, log: Log) throws(Node.Failure) -> TraceRecorder {
    do throws(SystemError) {
      return TraceRecorder(path: path, file: try OutputFile(path), log: log)
    } catch { throw Node.Failure(description: "\(error)") }
  }

  func take(_ event: TraceEvent) {
    guard file != nil else { return }
    pending.append(contentsOf: event.line.utf8)
    if pending.count >= 32 << 10 { flush() }
  }

  func close() {
    flush()
    file?.close()
    file = nil
  }

  private func flush() {
    guard let file, !pending.isEmpty else { return }
    written += pending.count
    let isWritten = file.write(pending)
    pending.removeAll(keepingCapacity: true)
    guard !isWritten || written > Self.limit else { return }
    log.warning("trace", "\(path): recording ended after \(written) bytes")
    file.close()
    self.file = nil
  }
}
