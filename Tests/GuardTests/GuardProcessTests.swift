// SPDX-License-Identifier: Apache-2.0
import Foundation
import Runtime
import Testing

@testable import Guard

/// The real guard process on a machine without motors.
///
/// What it says over its socket, how it ends, and who may take over from it. Wires themselves are seen on the emulated boards.
@Suite(.serialized) struct GuardProcessTests {
  private static let second: Int64 = 1_000_000_000

  /// A guard under test, with this side of its socket.
  private final class Subject {
    let reactor: Reactor
    let socket: RecordSocket
    let folder: String
    private(set) var child: ChildProcess?
    private(set) var status: Int32?
    private(set) var reports: [GuardReport] = []
    private(set) var failures: [String] = []
    var sequence: UInt64 = 0

    init(folder: String) throws {
      self.folder = folder
      reactor = try Reactor()
      let (ours, theirs) = try RecordSocket.pair()
      socket = ours
      let program = Folder.containing(Environment.executable) + "/taumesh"
      child = try ChildProcess(
        reactor: reactor, [program, "guard", folder], capturesOutput: false, socket: theirs
      ) { [unowned self] in
        status = $0
        reactor.stop()
      }
      theirs.close()
      _ = try reactor.watch(ours.descriptor, for: .readable) { [unowned self] _ in read() }
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private func read() {
      withUnsafeTemporaryAllocation(byteCount: 512, alignment: 8) { room in
        while case .record(let length) = socket.receive(room) {
          let record = UnsafeRawBufferPointer(rebasing: room[..<length])
          if let report = GuardReport(record) { reports.append(report) }
          if GuardRecord.kind(of: record) == .failure {
            failures.append(String(decoding: record[8...], as: UTF8.self))
          }
        }
      }
    }

    func announce(_ settings: [MotorSettings]) {
      for (index, motor) in settings.enumerated() {
        _ = motor.record(drive: index, of: settings.count).withUnsafeBytes { socket.send($0) }
      }
    }

    func send(_ first: Double) {
      sequence += 1
      let now = MonotonicClock.now
      let point = SetPoint(
        drive: 0, sequence: sequence, sent: now, deadline: now + second, first: first, second: 0)
      var bytes = [UInt8](repeating: 0, count: SetPoint.bytes)
      bytes.withUnsafeMutableBytes {
        point.write(to: $0)
        _ = socket.send(UnsafeRawBufferPointer($0))
      }
    }

    /// Runs until `condition` holds, at most 10 s.
    func until(_ condition: () -> Bool) -> Bool {
      for _ in 0..<1000 {
        if condition() { return true }
        _ = reactor.run(atMost: 10_000_000)
      }
      return condition()
    }

    func hasEnded() -> Bool { until { status != nil } }
  }

  /// A vehicle whose chip no machine has.
  private var absent: MotorSettings {
    func line(_ offset: Int) -> MotorPort { .line("no-such-chip:\(offset)", isActiveLow: false) }
    return MotorSettings(
      id: "wheels",
      sides: [
        .bridge(forward: line(1), backward: line(2), pwm: nil),
        .bridge(forward: line(3), backward: line(4), pwm: nil),
      ])
  }

  private func folder() throws -> String {
    let path = NSTemporaryDirectory() + "guard-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return path
  }

  @Test func whatIsNotThereIsNamedAndBarred() throws {
    let subject = try Subject(folder: folder())
    subject.announce([absent])
    #expect(subject.until { !subject.reports.isEmpty && !subject.failures.isEmpty })
    #expect(subject.failures[0].contains("no-such-chip:1"))
    #expect(subject.reports[0].isFailed && subject.reports[0].reason == .failed)
    subject.send(0.5)
    #expect(subject.until { subject.reports.last?.sequence == 1 })
    let last = try #require(subject.reports.last)
    #expect(last.reason == .failed && last.first == 0 && last.refusals == 1)
    subject.child?.signal(.terminate)
    #expect(subject.hasEnded() && subject.status == 0)
  }

  @Test func aGuardWhoseNodeIsGoneHoldsItsWiresAtRest() throws {
    let subject = try Subject(folder: folder())
    subject.announce([absent])
    #expect(subject.until { !subject.reports.isEmpty })
    subject.socket.close()
    subject.child?.signal(.hangUp)
    subject.child?.signal(.interrupt)
    #expect(!subject.reactor.run(atMost: Self.second / 2), "neither signal ends it")
    subject.child?.signal(.terminate)
    #expect(subject.hasEnded() && subject.status == 0)
  }

  @Test func aSuccessorTakesOver() throws {
    let folder = try folder()
    let old = try Subject(folder: folder)
    old.announce([absent])
    #expect(old.until { !old.reports.isEmpty })
    let new = try Subject(folder: folder)
    new.announce([absent])
    #expect(new.until { !new.reports.isEmpty })
    #expect(old.hasEnded() && old.status == 0, "it was asked to rest and end")
    // Even from one that is stopped.
    kill(try #require(new.child).process, SIGSTOP)
    let last = try Subject(folder: folder)
    last.announce([absent])
    #expect(last.until { !last.reports.isEmpty })
    #expect(new.hasEnded() && new.status == 137)
    last.child?.signal(.terminate)
    #expect(last.hasEnded())
  }

  @Test func neutralFromOutsideEndsItAndDrivesWhatItDrove() throws {
    let subject = try Subject(folder: folder())
    subject.announce([absent])
    #expect(subject.until { !subject.reports.isEmpty })
    let pass = NeutralPass.run(folder: subject.folder, configured: [])
    #expect(pass.lockProblem == nil && pass.outcomes.map { $0.id } == ["wheels"])
    #expect(pass.outcomes[0].problems.count == 4, "every wire is tried and named")
    #expect(pass.outcomes[0].problems[3].contains("no-such-chip:4"))
    #expect(subject.hasEnded() && subject.status == 0)
  }

  @Test func settingsThatAreNotUnderstoodEndIt() throws {
    var servo = absent
    servo.sides = [.servo(.line("GPIO17", isActiveLow: false))]
    for record in [servo.record(drive: 0, of: 1), absent.record(drive: 1, of: 2), [1, 2, 3]] {
      let subject = try Subject(folder: folder())
      _ = record.withUnsafeBytes { subject.socket.send($0) }
      #expect(subject.hasEnded() && subject.status == 1)
    }
  }

  @Test func aNodeThatSaysNothingAndGoesLeavesNothingBehind() throws {
    let subject = try Subject(folder: folder())
    subject.socket.close()
    #expect(subject.hasEnded() && subject.status == 0)
  }

  @Test func withoutANodeThereIsNoGuard() throws {
    let program = Folder.containing(Environment.executable) + "/taumesh"
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = ["guard", try folder()]
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 2)
  }
}

@Suite struct PWMChannelTests {
  private func chip() throws -> String {
    let root = NSTemporaryDirectory() + "pwm-\(UUID().uuidString)"
    let device = root + "/devices/fe20c000.pwm"
    let files = FileManager.default
    for channel in 0...1 {
      let folder = root + "/pwmchip0/pwm\(channel)"
      try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
      for (file, text) in [("duty_cycle", "90000"), ("enable", "1"), ("period", "100000")] {
        try text.write(toFile: "\(folder)/\(file)", atomically: false, encoding: .utf8)
      }
    }
    try files.createDirectory(atPath: device, withIntermediateDirectories: true)
    try files.createSymbolicLink(
      atPath: root + "/pwmchip0/device", withDestinationPath: "../devices/fe20c000.pwm")
    return root
  }

  private func number(_ file: String, in root: String) throws -> Int {
    let text = try String(contentsOfFile: "\(root)/pwmchip0/pwm1/\(file)", encoding: .utf8)
    // A plain file keeps what a shorter text does not overwrite: only the number counts.
    return try #require(Int(text.prefix { $0.isNumber }))
  }

  /// Plain files stand for the kernel's here: they show what is written, not what a kernel makes of it.
  @Test func aChannelIsFoundByItsDeviceAndTurnedOffFirst() throws {
    let root = try chip()
    #expect(PWMChannel.chips(root).map { $0.name } == ["fe20c000.pwm"])
    #expect(throws: MotorFailure.self) { try PWMChannel.chip("pwmchip0", root) }
    for name in ["", "fe20c000.pwm"] {
      let channel = try PWMChannel(chip: name, channel: 1, frequency: 50, root: root)
      #expect(try number("enable", in: root) == 0)
      #expect(try number("period", in: root) == 20_000_000)
      #expect(channel.neutral(at: 0))
      #expect(try number("duty_cycle", in: root) / 10_000 == 0)
    }
  }

  @Test func dutyAndNeutralAreWritten() throws {
    let root = try chip()
    let channel = try PWMChannel(chip: "", channel: 1, frequency: 50, root: root)
    #expect(channel.set(0.075, at: 0))
    #expect(try number("duty_cycle", in: root) == 1_500_000)
    #expect(try number("enable", in: root) == 1)
    #expect(channel.neutral(at: 0))
    #expect(try number("enable", in: root) == 0)
    #expect(try number("duty_cycle", in: root) == 500_000, "0 over the 1 of 1500000")
  }
}
