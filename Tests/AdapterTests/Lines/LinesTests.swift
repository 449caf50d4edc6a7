// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import Devices
@testable import Inputs
@testable import Runtime

/// Inputs of type `lines` on real FIFOs, terminals and files.
@Suite struct LinesTests {
  private let folder: String
  private let services: AdapterServices

  init() throws {
    folder = NSTemporaryDirectory() + "taumesh-lines-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    services = AdapterServices(reactor: try Reactor())
  }

  @Test func aFIFOGoesOnWhenWritersComeAndGo() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = folder + "/fifo"
    #expect(mkfifo(path, 0o600) == 0)
    let input = try Self.made([("device", .one(path))])
    input.start(on: services)
    #expect(input.status.isWorking)
    for round in 0..<5 {
      let writer = open(path, O_WRONLY | O_NONBLOCK)
      #expect(writer >= 0)
      Self.write("\(round)\nno number\n\(round).5", to: writer)
      run()
      close(writer)
      run()
    }
    #expect(input.counters.blocks == 10)
    #expect(input.counters.refused == 5)
    #expect(input.counters.failures == 0)
    #expect(input.readings.first?.value == 4.5)
    input.stop()
  }

  @Test func namesGoWithTheirQuantities() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = folder + "/fifo"
    #expect(mkfifo(path, 0o600) == 0)
    let input = try Self.made([
      ("device", .one(path)), ("names", .many(["temperature", "pressure"])),
      ("noise-floor", .many(["0.1", "0.3"])), ("range", .many(["-40", "85", "300", "1100"])),
      ("unit", .many(["°C", "hPa"])), ("channel", .one("yard")),
    ])
    #expect(input.channels.map { $0.name } == ["yard-temperature", "yard-pressure"])
    input.start(on: services)
    let writer = open(path, O_WRONLY | O_NONBLOCK)
    Self.write("pressure 1000\ntemperature=20\n", to: writer)
    run()
    #expect(input.readings.map { $0.value } == [20, 1000])
    #expect(input.readings.map { $0.unit } == ["°C", "hPa"])
    // One of them comes twice: the other is as it was.
    Self.write("temperature 21\ntemperature 22\nwind 4\n3\n", to: writer)
    run()
    #expect(input.readings.map { $0.value } == [21, 1000])
    #expect(input.counters.refused == 2)
    // Three implausible measurements are a failure.
    for _ in 0..<3 { Self.write("temperature 900\npressure 1000\n", to: writer) }
    run()
    #expect(!input.status.isWorking)
    close(writer)
    input.stop()
  }

  /// A pseudo-terminal is a serial device as far as termios and hang-ups go.
  @Test func aSerialDeviceIsUnpluggedAndPluggedIn() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = folder + "/tty"
    var board = try Self.plug(path)
    let input = try Self.made([("device", .one(path)), ("baud", .one("9600"))])
    input.start(on: services)
    #expect(input.status.isWorking, "\(input.status)")
    // What comes first may be the end of a line.
    Self.write("2.5\r\n12.5\r\n13.5\r\n", to: board)
    run()
    #expect(input.counters.blocks == 2)
    #expect(input.readings.first?.value == 13.5)
    unlink(path)
    close(board)
    run()
    #expect(input.status.description == "failed: \(path) was unplugged")
    run(atMost: 700_000_000)
    #expect(input.status.description.hasPrefix("failed: cannot open \(path)"))
    board = try Self.plug(path)
    run(atMost: 1_300_000_000)
    #expect(input.status.isWorking, "\(input.status)")
    Self.write("\n7\n", to: board)
    run()
    #expect(input.readings.first?.value == 7)
    #expect(input.counters.failures == 2)
    close(board)
    input.stop()
  }

  @Test func aFileGivesALineAtItsPaceAndThenEnds() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = folder + "/recording"
    try "1\n2\n3\n4".write(toFile: path, atomically: true, encoding: .utf8)
    let input = try Self.made([("device", .one(path)), ("every", .one("20ms"))])
    input.start(on: services)
    #expect(input.counters.blocks == 1)
    run(atMost: 150_000_000)
    #expect(input.counters.blocks == 4)
    #expect(input.status.description == "failed: \(path) has ended")
    input.stop()
  }

  @Test func whatCannotBeFollowedIsRefused() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for path in ["/dev/null", folder, folder + "/nothing"] {
      let input = try Self.made([("device", .one(path))])
      input.start(on: services)
      #expect(!input.status.isWorking)
      let words = path.hasSuffix("nothing") ? "ENOENT" : "expected a FIFO"
      #expect(input.status.description.contains(words), "\(input.status)")
      #expect(throws: AdapterProblem.self) { try input.probe(services) }
      input.stop()
    }
  }

  @Test func configurationsThatDoNotFitAreRefused() {
    let device: (String, GivenValue) = ("device", .one("stdin"))
    for (given, key) in [
      ([device, ("baud", .one("9601"))], "baud"),
      ([device, ("range", .many(["1", "0"]))], "range"),
      ([device, ("range", .many(["1", "2", "3"]))], "range"), ([], "device"),
      ([device, ("unit", .many(["m", "s"]))], "unit"),
    ] as [([(String, GivenValue)], String)] {
      do throws(AdapterProblem) {
        _ = try Self.made(given)
        Issue.record("\(key) was taken")
      } catch { #expect(error.key == key) }
    }
    #expect(throws: AdapterProblem.self) {
      try Lines.type.input([("id", .one("x")), device])
    }
  }

  private func run(atMost nanoseconds: Int64 = 30_000_000) {
    _ = services.reactor.run(atMost: nanoseconds)
  }

  private static func made(
    _ given: [(String, GivenValue)]
  ) throws(AdapterProblem) -> any Input {
    var given = given + [("id", .one("board"))]
    if !given.contains(where: { $0.0 == "noise-floor" }) {
      given.append(("noise-floor", .one("0.1")))
    }
    return try Lines.type.input(given)
  }

  private static func write(_ text: String, to descriptor: Int32) {
    let bytes = Array(text.utf8)
    #expect(Foundation.write(descriptor, bytes, bytes.count) == bytes.count)
  }

  /// A pseudo-terminal whose other end is at `path`.
  private static func plug(_ path: String) throws -> Int32 {
    let board = open("/dev/ptmx", O_RDWR | O_NOCTTY)
    // TIOCSPTLCK and TIOCGPTN of <asm-generic/ioctls.h>: unlock the other end, and its number.
    var (lock, number) = (Int32(0), Int32(-1))
    let isThere =
      ioctl(board, 0x4004_5431, &lock) == 0 && ioctl(board, 0x8004_5430, &number) == 0
    #expect(isThere)
    #expect(symlink("/dev/pts/\(number)", path) == 0)
    return board
  }
}
