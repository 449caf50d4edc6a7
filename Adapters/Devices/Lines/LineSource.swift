// SPDX-License-Identifier: Apache-2.0
internal import CSystem
package import Runtime

/// Lines from standard input, a FIFO, a serial device, or a file at a pace of its own.
///
/// A FIFO whose writers have left waits for the next. A serial device may have been opened in the
/// middle of a line, which is dropped. A regular file gives a line every `pace` and ends with its
/// last. Everything else (/dev/null, folders) is refused: nothing tells when there is more to read.
package final class LineSource {
  /// What standard input is called.
  package static let standardInput = "stdin"
  /// Bytes taken in one turn of the reactor at most.
  private static let bytesPerTurn = 4096

  /// Why there are no lines, in words for the user.
  package struct Failure: Error, CustomStringConvertible {
    package let description: String
  }

  package let path: String
  /// Called with each line, without its end; its bytes are valid during the call.
  package var onLine: ((UnsafeRawBufferPointer) -> Void)?
  /// Called when there will be no more lines: unplugged, ended, or broken; it is closed already.
  package var onEnd: ((String) -> Void)?

  private let baud: Int
  private let pace: Int64
  private var descriptor: Int32 = -1
  /// One of TM_KIND_….
  private var kind = 0
  private var buffer = LineBuffer()
  private var reactor: Reactor?
  private var watch: Watch?
  private var timer: Timer?
  private var due: Int64 = 0

  /// - Parameters:
  ///   - path: `stdin`, or a path.
  ///   - baud: Of a serial device, bits per second.
  ///   - pace: Nanoseconds a line, for a regular file.
  package init(_ path: String, baud: Int, pace: Int64) {
    (self.path, self.baud, self.pace) = (path, baud, pace)
  }

  deinit { close() }

  package var isOpen: Bool { descriptor >= 0 }
  /// Lines that were longer than 256 bytes.
  package var overlong: Int64 { buffer.overlong }

  /// Opens it, to be told of every line from now on.
  package func open(on reactor: Reactor) throws(Failure) {
    guard !isOpen else { return }
    self.reactor = reactor
    do throws(Failure) { try follow(reactor) } catch {
      close()
      throw error
    }
  }

  /// Opens it for a moment.
  ///
  /// - Returns: What kind of source it is.
  package func probe() throws(Failure) -> String {
    defer { close() }
    try openDescriptor()
    switch kind {
    case TM_KIND_TERMINAL: return "serial device, \(baud) baud"
    case TM_KIND_FIFO: return path == Self.standardInput ? "a pipe" : "FIFO"
    case TM_KIND_SOCKET: return "a socket"
    default: return "file, a line every \(Double(pace) / 1e9) s"
    }
  }

  package func close() {
    if let watch { reactor?.unwatch(watch) }
    if let timer { reactor?.remove(timer) }
    (watch, timer) = (nil, nil)
    if descriptor > 0 { CSystem.close(descriptor) }
    descriptor = -1
  }

  private func follow(_ reactor: Reactor) throws(Failure) {
    try openDescriptor()
    buffer.restart(isInside: kind == TM_KIND_TERMINAL && path != Self.standardInput)
    guard kind != TM_KIND_REGULAR else {
      timer = reactor.makeTimer { self.nextLine() }
      due = reactor.now
      return nextLine()
    }
    try watchDescriptor(reactor)
  }

  private func watchDescriptor(_ reactor: Reactor) throws(Failure) {
    do throws(SystemError) {
      watch = try reactor.watch(descriptor, for: .readable) { _ in self.read() }
    } catch { throw Failure(description: "\(path) cannot be followed: \(error.name)") }
  }

  private func openDescriptor() throws(Failure) {
    if path == Self.standardInput {
      // It is shared with whoever started the program: neither made non-blocking nor closed.
      descriptor = 0
    } else {
      descriptor = tm_open(path, O_RDONLY | O_NOCTTY | O_NONBLOCK, 0)
      guard descriptor >= 0 else { throw failure("open") }
    }
    kind = Int(tm_file_kind(descriptor))
    guard kind != TM_KIND_OTHER else {
      throw Failure(
        description: "\(path) never tells when there is more to read; "
          + "expected a FIFO, a serial device, a file or stdin")
    }
    if kind == TM_KIND_TERMINAL, path != Self.standardInput,
      tm_serial_raw(descriptor, Int32(baud)) != 0
    {
      throw failure("set to \(baud) baud")
    }
  }

  private func failure(_ verb: String) -> Failure {
    Failure(description: "\(SystemError(verb, path, code: tm_errno()))")
  }

  /// Takes what there is; called when there is something, or nothing more.
  private func read() {
    guard let reactor else { return }
    let room = reactor.scratch
    let count = CSystem.read(descriptor, room.baseAddress, min(room.count, Self.bytesPerTurn))
    if count > 0 {
      return buffer.take(UnsafeRawBufferPointer(rebasing: room[..<count])) { onLine?($0) }
    }
    if count < 0, tm_errno() == EAGAIN || tm_errno() == EINTR { return }
    let reason = count < 0 ? "\(SystemError("read", path, code: tm_errno()))" : "\(path) has ended"
    guard count == 0 || kind == TM_KIND_TERMINAL else { return end(reason) }
    if kind == TM_KIND_TERMINAL, path != Self.standardInput {
      return end("\(path) was unplugged")
    }
    buffer.end { onLine?($0) }
    guard kind == TM_KIND_FIFO, path != Self.standardInput else { return end(reason) }
    waitForWriters(reactor)
  }

  /// Opens the FIFO anew before it is closed, so that it never lacks a reader.
  private func waitForWriters(_ reactor: Reactor) {
    let old = descriptor
    if let watch { reactor.unwatch(watch) }
    watch = nil
    descriptor = -1
    defer { CSystem.close(old) }
    do throws(Failure) {
      try openDescriptor()
      try watchDescriptor(reactor)
    } catch { end(error.description) }
  }

  /// The next line of a regular file, byte by byte to its end: lines are short and far between.
  private func nextLine() {
    guard let reactor, let timer else { return }
    due = max(due + pace, reactor.now)
    reactor.arm(timer, at: due)
    var isFound = false
    while !isFound, isOpen {
      let count = CSystem.read(descriptor, reactor.scratch.baseAddress, 1)
      guard count > 0 else {
        buffer.end { onLine?($0) }
        return end("\(path) has ended")
      }
      buffer.take(UnsafeRawBufferPointer(rebasing: reactor.scratch[..<1])) { line in
        isFound = true
        onLine?(line)
      }
    }
  }

  private func end(_ reason: String) {
    let tell = onEnd
    close()
    tell?(reason)
  }
}
