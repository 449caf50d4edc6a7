// SPDX-License-Identifier: Apache-2.0

internal import CSystem

/// A program started by this one, watched by the reactor.
package final class ChildProcess {
  private static let pollNanoseconds: Int64 = 20_000_000

  /// The process id.
  package let process: Int32
  /// Its standard output, when it was asked for; to be given handlers and started.
  package let output: ChildOutput?

  private let reactor: Reactor
  private var onExit: ((Int32) -> Void)?
  private var descriptor: Int32
  private var watch: Watch?
  private var timer: Timer?

  /// Starts `arguments[0]`, looked up in PATH, with default signals; its standard output comes
  /// by `output` when captured.
  ///
  /// `socket` is its way to talk back, if it has one: its descriptor 3.
  /// `onExit` is called once with its exit status, 128 + signal when a signal ended it.
  package convenience init(
    reactor: Reactor, _ arguments: [String], capturesOutput: Bool, socket: RecordSocket? = nil,
    onExit: @escaping (Int32) -> Void
  ) throws(SystemError) {
    try self.init(
      reactor: reactor, arguments, capturesOutput: capturesOutput,
      joined: socket?.descriptor ?? -1, onExit: onExit)
  }

  /// Starts `arguments[0]` joined to us by a stream, to be given handlers and started.
  ///
  /// The child finds its end with `ByteStream.joined`.
  package static func start(
    reactor: Reactor, _ arguments: [String], queueLimit: Int, onExit: @escaping (Int32) -> Void
  ) throws(SystemError) -> (ChildProcess, ByteStream) {
    var ends: [Int32] = [-1, -1]
    guard tm_stream_pair(&ends) == 0 else { throw SystemError.last("make", "a pair of sockets") }
    let stream = ByteStream(
      reactor: reactor, adopting: ends[0], peerName: arguments.first ?? "", queueLimit: queueLimit)
    defer { close(ends[1]) }
    let process = try ChildProcess(
      reactor: reactor, arguments, capturesOutput: false, joined: ends[1], onExit: onExit)
    return (process, stream)
  }

  private init(
    reactor: Reactor, _ arguments: [String], capturesOutput: Bool, joined: Int32,
    onExit: @escaping (Int32) -> Void
  ) throws(SystemError) {
    var pipe: Int32 = -1
    process = ChildProcess.spawn(arguments, joined, capturesOutput, &pipe)
    guard process > 0 else { throw SystemError.last("start", arguments.first ?? "nothing") }
    (self.reactor, self.onExit) = (reactor, onExit)
    output = capturesOutput ? ChildOutput(reactor: reactor, adopting: pipe) : nil
    descriptor = tm_process_descriptor(process)
    if descriptor >= 0 {
      watch = try reactor.watch(descriptor, for: .readable) { _ in self.reap() }
    } else {
      pollForExit()
    }
  }

  /// Sends a signal, as long as the process has not been waited for.
  package func signal(_ signal: SignalSource.Signal) {
    if onExit != nil { kill(process, signal.number) }
  }

  /// Ends the process at once (SIGKILL).
  package func terminateAtOnce() {
    if onExit != nil { kill(process, SIGKILL) }
  }

  private static func spawn(
    _ arguments: [String], _ joined: Int32, _ capturesOutput: Bool, _ pipe: inout Int32
  ) -> Int32 {
    var list: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) }
    list.append(nil)
    defer { for argument in list { free(argument) } }
    return list.withUnsafeBufferPointer {
      capturesOutput
        ? tm_spawn_joined($0.baseAddress, joined, &pipe)
        : tm_spawn_joined($0.baseAddress, joined, nil)
    }
  }

  // Kernels before 5.3 have no process descriptors: look now and then.
  private func pollForExit() {
    timer = reactor.after(ChildProcess.pollNanoseconds) {
      self.reap()
      if self.onExit != nil { self.pollForExit() }
    }
  }

  private func reap() {
    var status: Int32 = 0
    guard let onExit, tm_process_reap(process, &status) != 0 else { return }
    if let watch { reactor.unwatch(watch) }
    if descriptor >= 0 { close(descriptor) }
    (descriptor, watch, self.onExit) = (-1, nil, nil)
    onExit(status)
  }
}
