// SPDX-License-Identifier: Apache-2.0
package import Devices
package import Runtime

/// The surface process, as the node holds it: started when an adapter first needs it, and again,
/// after a pause, whenever it ends.
///
/// Whatever goes on in it costs the node no more than `linesPerPeriod` short lines each period; a
/// surface that says more is not read until the next.
package final class SurfaceLink: SurfaceService {
  static let period: Int64 = 100_000_000
  static let linesPerPeriod = 200
  /// What waits for a surface that does not read; then it is ended and started again.
  static let queueLimit = 2 << 20
  /// Bodies for hooks are refused beyond.
  static let bodyLimit = 65_536

  private struct Endpoint {
    let number: UInt32
    let handler: (SurfaceReport) -> Void
    var isOpen: Bool
  }

  private let reactor: Reactor
  private let log: Log
  private let command: [String]
  private var endpoints: [Endpoint] = []
  private var lastNumber: UInt32 = 0
  private var process: ChildProcess?
  private var stream: ByteStream?
  private var line: [UInt8] = []
  /// Parts of a payload whose end is still to come.
  private var payload: [UInt8] = []
  private var lines = 0
  private var startedAt: Int64 = 0
  private var backoff = Backoff()
  private var restart: Timer?
  private var rest: Timer?
  private var isStopped = false

  /// `command` starts the process, which is joined to this one.
  package init(reactor: Reactor, log: Log, command: [String]) {
    (self.reactor, self.log, self.command) = (reactor, log, command)
  }

  /// The process id; nil while it does not run.
  package var processID: Int32? { process?.process }

  package func open(
    _ endpoint: SurfaceEndpoint, _ handler: @escaping (SurfaceReport) -> Void
  ) -> UInt32 {
    lastNumber += 1
    let number = lastNumber
    endpoints.append(Endpoint(number: number, handler: handler, isOpen: false))
    start()
    guard stream != nil else {
      // Told later, since whoever opens does not have the number yet.
      reactor.later { self.report(number, .failed("the surface process is not running")) }
      return number
    }
    send(SurfaceLine.open(endpoint, number))
    if let place = place(of: number) { endpoints[place].isOpen = true }
    return number
  }

  package func ask(_ endpoint: UInt32) {
    guard isOpen(endpoint) else {
      return reactor.later { self.report(endpoint, .failed("the surface process is not running")) }
    }
    send(SurfaceLine.ask(endpoint))
  }

  package func send(_ json: [UInt8], through endpoint: UInt32) -> Bool {
    guard isOpen(endpoint), let stream, stream.queuedBytes < Self.bodyLimit else { return false }
    send(SurfaceLine.send(json, endpoint))
    return true
  }

  package func send(_ frame: [UInt8], to node: String, through endpoint: UInt32) -> Bool {
    guard isOpen(endpoint), let stream, stream.queuedBytes < Self.bodyLimit else { return false }
    send(SurfaceLine.send(frame, to: node, endpoint))
    return true
  }

  package func close(_ endpoint: UInt32) {
    guard let place = place(of: endpoint) else { return }
    if endpoints[place].isOpen { send(SurfaceLine.close(endpoint)) }
    endpoints.remove(at: place)
  }

  /// Ends the process and starts no other.
  package func stop() {
    isStopped = true
    endpoints = []
    for timer in [restart, rest] { if let timer { reactor.remove(timer) } }
    (restart, rest) = (nil, nil)
    stream?.close()
    stream = nil
    process?.signal(.terminate)
    process = nil
  }

  private func place(of number: UInt32) -> Int? {
    endpoints.firstIndex { $0.number == number }
  }

  private func isOpen(_ number: UInt32) -> Bool {
    stream != nil && place(of: number).map { endpoints[$0].isOpen } ?? false
  }

  private func report(_ number: UInt32, _ report: SurfaceReport) {
    guard let place = place(of: number) else { return }
    endpoints[place].handler(report)
  }

  private func send(_ line: [UInt8]) { _ = stream?.send(line) }

  // The process.

  private func start() {
    guard process == nil, restart == nil, !isStopped else { return }
    let joined: ByteStream
    do throws(SystemError) {
      (process, joined) = try ChildProcess.start(
        reactor: reactor, command, queueLimit: Self.queueLimit
      ) { self.ended(status: $0) }
    } catch {
      log.error("surface", "\(error)")
      return pause()
    }
    startedAt = reactor.now
    (line, lines, payload) = ([], 0, [])
    stream = joined
    joined.onBytes = { self.received($0) }
    // Its exit is what counts; a stream that ends alone ends it.
    joined.onClose = { _ in self.lost() }
    joined.start()
  }

  private func ended(status: Int32) {
    process = nil
    lost()
    guard !isStopped else { return }
    log.warning("surface", "the process ended with status \(status)")
    pause()
  }

  /// The stream is of no more use.
  private func lost() {
    guard stream != nil else { return }
    stream?.close()
    stream = nil
    if let rest { reactor.remove(rest) }
    rest = nil
    process?.terminateAtOnce()
    let numbers = endpoints.filter { $0.isOpen }.map { $0.number }
    for place in endpoints.indices { endpoints[place].isOpen = false }
    for number in numbers { report(number, .failed("the surface process has ended")) }
  }

  private func pause() {
    let length = backoff.pause(workedNanoseconds: max(0, reactor.now - startedAt))
    restart = reactor.after(length) {
      self.restart = nil
      if !self.endpoints.isEmpty { self.start() }
    }
  }

  // What it says.

  private func received(_ bytes: UnsafeRawBufferPointer) {
    for byte in bytes {
      guard byte == 10 else {
        line.append(byte)
        continue
      }
      take()
      guard stream != nil else { return }
    }
    guard line.count <= SurfaceLine.longest else { return misbehaves("a line too long") }
    if lines >= Self.linesPerPeriod { takeRest() }
  }

  private func take() {
    lines += 1
    let parsed = SurfaceLine.report(line)
    let hasMore = SurfaceLine.hasMore(line)
    line.removeAll(keepingCapacity: line.capacity <= 2048)
    guard let (number, report) = parsed else { return misbehaves("a line that is none") }
    guard case .relay(.payload(let from, let part)) = report else {
      return self.report(number, report)
    }
    // Those of one payload follow each other.
    payload += part
    guard payload.count <= SurfaceLine.longestPayload else {
      return misbehaves("a payload too long")
    }
    guard !hasMore else { return }
    defer { payload = [] }
    self.report(number, .relay(.payload(from: from, payload)))
  }

  private func misbehaves(_ what: String) {
    log.warning("surface", "the process says \(what); it is started again")
    lost()
  }

  /// Reads nothing more until the next period.
  private func takeRest() {
    guard rest == nil, let stream else { return }
    stream.setReading(false)
    rest = reactor.after(Self.period) {
      self.rest = nil
      self.lines = 0
      self.stream?.setReading(true)
    }
  }
}
