// SPDX-License-Identifier: Apache-2.0

import Devices
import Foundation
import Runtime
import Testing

/// The worker of a bus on real files: a FIFO that nobody writes to is a bus that hangs.
@Suite struct BusWorkerTests {
  /// A bus on a reactor of its own, and the answers to one client in their order.
  private final class Lab {
    let reactor: Reactor
    let bus: BusWorker
    let folder: URL
    var answers: [String] = []
    private var released: [Int32] = []
    var client = BusClient { _ in }

    init(_ name: BusName = .sensorFiles) throws {
      reactor = try Reactor()
      bus = BusWorker(name, on: reactor)
      folder = FileManager.default.temporaryDirectory.appending(path: "bus-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      client = BusClient { [unowned self] reply in
        answers.append(reply.failure.map { $0.text(bus.name, "sensor") } ?? reply.text)
      }
    }

    deinit {
      bus.stop()
      for file in released { close(file) }
      try? FileManager.default.removeItem(at: folder)
    }

    func path(_ name: String) -> String { folder.appending(path: name).path }

    func file(_ name: String, _ text: String) throws -> String {
      try text.write(toFile: path(name), atomically: false, encoding: .utf8)
      return path(name)
    }

    /// A file that cannot be opened for reading until somebody opens it for writing.
    func hanging(_ name: String) -> String {
      #expect(mkfifo(path(name), 0o600) == 0)
      return path(name)
    }

    /// Lets whoever waits for the file read a 9, without waiting for anybody.
    func release(_ path: String) {
      let file = open(path, O_RDWR | O_NONBLOCK)
      #expect(file >= 0 && write(file, "9", 1) == 1)
      // Closed when nobody reads it any more; the reader would find nothing otherwise.
      released.append(file)
    }

    func submit(_ steps: [BusStep], within seconds: Double = 20) -> BusFailure? {
      bus.submit(BusJob(steps), within: Int64(seconds * 1e9), for: client)
    }

    /// Runs the reactor until there are so many answers.
    func await(_ count: Int) {
      let deadline = MonotonicClock.now + 30_000_000_000
      while answers.count < count, MonotonicClock.now < deadline {
        _ = reactor.run(atMost: 5_000_000)
      }
      #expect(answers.count == count)
    }
  }

  @Test func jobsAreDoneInTheirOrder() throws {
    let lab = try Lab()
    let (one, two) = (try lab.file("one", "21000\n"), try lab.file("two", "7\n"))
    #expect(lab.submit([.readFile(one), .wait(microseconds: 500), .readFile(two)]) == nil)
    #expect(lab.submit([.readFile(two)]) == nil)
    lab.await(2)
    #expect(lab.answers == ["21000\n7\n", "7\n"])
  }

  @Test func failedStepEndsTheJobAndIsNamed() throws {
    let lab = try Lab()
    var failure: BusFailure?
    lab.client = BusClient { reply in
      failure = reply.failure
      lab.answers.append(reply.text)
    }
    let one = try lab.file("one", "1")
    _ = lab.submit([.readFile(one), .readFile(lab.path("missing")), .readFile(one)])
    lab.await(1)
    #expect(failure == BusFailure(code: ENOENT, step: 1))
  }

  @Test func hungBusIsLateThenServesAgain() throws {
    let lab = try Lab()
    let (fifo, file) = (lab.hanging("fifo"), try lab.file("file", "5"))
    _ = lab.submit([.readFile(fifo)], within: 0.05)
    _ = lab.submit([.readFile(file)], within: 0.05)
    lab.await(2)
    let late = "sensor is late: sensor files hangs or is busy"
    #expect(lab.answers == [late, late])
    #expect(lab.bus.lateJobs == 2)
    // The bus comes back: what was late is neither answered again nor begun.
    lab.release(fifo)
    _ = lab.submit([.readFile(file)])
    lab.await(3)
    #expect(lab.answers.last == "5")
  }

  @Test func busTakesAsManyJobsAsItsRingHolds() throws {
    let lab = try Lab()
    let (fifo, file) = (lab.hanging("fifo"), try lab.file("file", "5"))
    #expect(lab.submit([.readFile(fifo)]) == nil)
    for _ in 1..<16 { #expect(lab.submit([.readFile(file)]) == nil) }
    #expect(lab.submit([.readFile(file)]) == .full)
    lab.release(fifo)
    lab.await(16)
    #expect(lab.answers == ["9"] + [String](repeating: "5", count: 15))
    #expect(lab.submit([.readFile(file)]) == nil)
  }

  /// Late answers give no place free that the worker still holds: the ring cannot overflow.
  @Test func lateJobsStillFillTheRing() throws {
    let lab = try Lab()
    let fifo = lab.hanging("fifo")
    #expect(lab.submit([.readFile(fifo)]) == nil)
    for _ in 1..<16 { #expect(lab.submit([.readFile(fifo)], within: 0.01) == nil) }
    lab.await(15)
    #expect(lab.submit([.readFile(fifo)]) == .full)
    lab.release(fifo)
  }

  @Test func cancelledClientIsNotCalled() throws {
    let lab = try Lab()
    let file = try lab.file("file", "5")
    _ = lab.submit([.readFile(file)])
    lab.bus.cancel(lab.client)
    var answers = 0
    let other = BusClient { _ in answers += 1 }
    _ = lab.bus.submit(BusJob([.readFile(file)]), within: 20_000_000_000, for: other)
    while answers == 0 { _ = lab.reactor.run(atMost: 5_000_000) }
    #expect(lab.answers.isEmpty)
  }

  @Test func missingBusSaysWhatToDo() throws {
    let lab = try Lab(.i2c(222))
    #expect(lab.submit([.readByte(0)]) == nil)
    lab.await(1)
    #expect(lab.answers[0].hasPrefix("cannot open /dev/i2c-222:"))
    let reply = BusWorker.run(BusJob(address: 0x76, [.readByte(0xD0)]), on: .i2c(222))
    #expect(reply.failure?.isNoBus == true)
  }

  @Test func workersAreMadeOncePerBus() throws {
    let buses = Buses(on: try Reactor())
    #expect(buses.worker(.i2c(1)) === buses.worker(.i2c(1)))
    #expect(buses.worker(.i2c(1)) !== buses.worker(.i2c(0)))
    buses.stop()
  }
}
