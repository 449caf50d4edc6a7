// SPDX-License-Identifier: Apache-2.0

import CSystem
import Runtime
import Testing

@Suite(.serialized) struct ProcessTests {
  @Test func theOutputAndTheExitStatusOfAChildArrive() throws {
    let reactor = try Reactor()
    var (heard, status) = ("", Int32(-1))
    var pending = 2
    func done() {
      pending -= 1
      if pending == 0 { reactor.stop() }
    }
    let child = try ChildProcess(
      reactor: reactor, ["sh", "-c", "echo one; echo \"$0\"; exit 7", "two words"],
      capturesOutput: true
    ) {
      status = $0
      done()
    }
    child.output?.onBytes = { heard += text($0) }
    child.output?.onEnd = { done() }
    try child.output?.start()
    #expect(reactor.run(atMost: 10 * second))
    #expect(heard == "one\ntwo words\n")
    #expect(status == 7)
  }

  /// Also shows that signals blocked here are not blocked there.
  @Test func aSignalledChildReportsTheSignal() throws {
    let reactor = try Reactor()
    let signals = try SignalSource(reactor: reactor, [.terminate]) { _ in }
    defer { signals.close() }
    var status: Int32 = -1
    let child = try ChildProcess(reactor: reactor, ["sleep", "60"], capturesOutput: false) {
      status = $0
      reactor.stop()
    }
    child.signal(.terminate)
    #expect(reactor.run(atMost: 10 * second))
    #expect(status == 128 + SIGTERM)
  }

  @Test func aProgramThatIsNotThereIsNamed() throws {
    let reactor = try Reactor()
    let error = #expect(throws: SystemError.self) {
      try ChildProcess(reactor: reactor, ["/no/such/program"], capturesOutput: true) { _ in }
    }
    #expect(error == SystemError("start", "/no/such/program", code: ENOENT))
  }

  /// The signals are sent to this thread: other threads of the test process have them unblocked.
  @Test func signalsAreEventsOfTheReactor() throws {
    let reactor = try Reactor()
    var seen: [SignalSource.Signal] = []
    let source = try SignalSource(reactor: reactor, [.hangUp, .terminate]) { signal in
      seen.append(signal)
      if seen.count == 2 { reactor.stop() }
    }
    raise(SIGTERM)
    raise(SIGHUP)
    #expect(reactor.run(atMost: 5 * second))
    #expect(Set(seen) == [.hangUp, .terminate])
    source.close()
  }

  @Test func theServiceManagerHearsEachMessage() throws {
    let folder = try TemporaryFolder()
    for path in [folder.path + "/notify", "@runtime-tests-\(getpid())"] {
      let manager = try datagramSocket(at: path)
      defer { close(manager) }
      let notifier = ServiceNotifier(path: path, watchdogMicroseconds: 30_000_000)
      #expect(notifier.watchdogNanoseconds == 15 * second)
      try notifier.ready()
      try notifier.status("3 peers")
      try notifier.watchdog()
      try notifier.stopping()
      var messages: [String] = []
      var buffer = [UInt8](repeating: 0, count: 100)
      for _ in 0..<4 {
        let count = recv(manager, &buffer, 100, Int32(MSG_DONTWAIT))
        messages.append(String(decoding: buffer[..<max(0, count)], as: UTF8.self))
      }
      #expect(messages == ["READY=1", "STATUS=3 peers", "WATCHDOG=1", "STOPPING=1"])
    }
    let error = #expect(throws: SystemError.self) {
      try ServiceNotifier(path: folder.path + "/nobody", watchdogMicroseconds: nil).ready()
    }
    #expect(error?.name == "ENOENT")
  }

  private func datagramSocket(at path: String) throws -> Int32 {
    let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    var length = MemoryLayout<sa_family_t>.size + path.utf8.count + 1
    if path.hasPrefix("@") {
      address.sun_path.0 = 0
      length -= 1
    }
    let result = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(length))
      }
    }
    try #require(result == 0)
    return descriptor
  }

  @Test func theEnvironmentIsWhatTheKernelSays() throws {
    #expect(try Environment.memory().residentKiB > 1000)
    #expect(try Environment.memory().anonymousKiB > 100)
    #expect(throws: SystemError.self) { try Environment.memory(of: -5) }
    #expect(Environment.executable.hasPrefix("/"))
    #expect(!Environment.arguments.isEmpty)
    #expect(Environment.allocations == nil, "this program is not linked to count")
    let first = try Entropy.bytes(32)
    #expect(first.count == 32)
    #expect(try Entropy.bytes(32) != first)
  }
}
