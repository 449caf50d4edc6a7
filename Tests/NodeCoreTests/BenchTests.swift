// SPDX-License-Identifier: Apache-2.0
import Devices
import Foundation
import MMP
import Mesh
import PhaseSpace
import Runtime
import Testing

@testable import NodeCore

/// The benchmarks do what they say they time, and report under the names they promise.
///
/// None of these tests looks at how long anything took.
struct BenchTests {
  /// As little as there can be.
  private static var quick: BenchEffort {
    var effort = BenchEffort()
    (effort.roundNanoseconds, effort.rounds) = (1, 1)
    (effort.meshes, effort.countedTurns) = ([3, 5], 3)
    (effort.hopRounds, effort.hopsPerRound, effort.frames) = (2, 5, 200)
    return effort
  }

  private static let keys = [
    "allocs_per_block", "allocs_per_pulse", "allocs_per_reading", "allocs_per_tick", "anon_kb",
    "frames_per_second", "ns_frame_decode", "ns_frame_encode", "ns_mesh_state", "ns_per_reading",
    "ns_per_sample",
    "ns_pulse_open", "ns_pulse_seal",
    "pingpong_p50_ns", "pingpong_p99_ns", "pulse_p50_ns", "pulse_p99_ns", "rss_kb",
  ]

  private func json(_ report: BenchReport) throws -> [String: Any] {
    var writer = JSONWriter()
    writer.object(report.write)
    let parsed = try JSONSerialization.jsonObject(with: Data(writer.bytes))
    return try #require(parsed as? [String: Any])
  }

  @Test func quantilesAreNearestRanks() {
    var samples = Samples(capacity: 100)
    #expect(samples.quantile(0.5) == nil)
    for value in (1...100).reversed() { samples.add(Int64(value)) }
    samples.add(1000)
    #expect(samples.values.count == 100)
    #expect(samples.quantile(0.5) == 50)
    #expect(samples.quantile(0.99) == 99)
    #expect(samples.quantile(1) == 100)
    #expect(samples.quantile(0) == 1)
    var one = Samples(capacity: 1)
    one.add(7)
    #expect(one.quantile(0.5) == 7)
    #expect(one.quantile(0.99) == 7)
  }

  @Test func everyKeyIsThereEvenWithoutAFigure() throws {
    let object = try json(BenchReport())
    #expect(object.keys.sorted() == Self.keys)
    #expect(object.values.allSatisfy { $0 is NSNull })
  }

  @Test func timesAreReportedByPart() throws {
    var bench = Bench(only: "ns_", effort: Self.quick) { _ in }
    try bench.run()
    let object = try json(bench.report)
    #expect(object.keys.sorted() == Self.keys)
    let encoders = try #require(object["ns_per_sample"] as? [String: Double])
    #expect(encoders.keys.sorted() == ["analytic", "analytic-tracking", "envelope", "seed"])
    let meshes = try #require(object["ns_mesh_state"] as? [String: Double])
    #expect(meshes.keys.sorted() == ["3", "5"])
    let readings = try #require(object["ns_per_reading"] as? [String: Double])
    #expect(readings.count >= 16 && readings["BME280"] != nil, "\(bench.report.missing)")
    for key in ["ns_pulse_seal", "ns_pulse_open", "ns_frame_encode", "ns_frame_decode"] {
      #expect(object[key] is NSNumber, "\(key)")
    }
    #expect(object["pulse_p50_ns"] is NSNull)
    #expect(object["rss_kb"] is NSNull)
  }

  @Test func onlyMeasuresWhatItNames() throws {
    var bench = Bench(only: "ns_frame", effort: Self.quick) { _ in }
    try bench.run()
    #expect(
      Set(bench.report.figures.map { $0.key }) == [
        .nanosecondsFrameEncode, .nanosecondsFrameDecode,
      ])
  }

  @Test func goalsAreThoseOfThePlan() {
    var report = BenchReport()
    #expect(report.goal(.pulseMedian) == nil)
    report.add(.pingPongMedian, 10_000)
    #expect(report.goal(.pulseMedian) == 15_000)
    #expect(report.goal(.residentKiB) == 3072)
    #expect(report.goal(.anonymousKiB) == 1024)
    #expect(report.goal(.allocationsPerTick) == 0)
    #expect(report.goal(.nanosecondsPulseSeal) == nil)
  }

  @Test func pulsesAreOpenedAndFramesReadAsOftenAsTimed() throws {
    let pair = try #require(PulsePair())
    pair.first.measure()
    let pulse = try #require(pair.first.board.channels[0].pulse())
    let key = try #require(Key32([UInt8](repeating: 3, count: 32)))
    let open = try #require(PulseOpenWork(key, pulse))
    open.prepare(5)
    open.work(5)
    #expect(open.opened == 5)
    open.work(5)
    #expect(open.opened == 5, "the same datagrams again are replays")
    let decode = FrameDecodeWork(try FrameEncoder.encode(FrameEncodeWork.handshake))
    decode.work(4)
    #expect(decode.decoded == 4)
  }

  @Test func pulsesOfAPairReachTheOtherEstimator() throws {
    let pair = try #require(PulsePair())
    for _ in 0..<1000 {
      pair.first.measure()
      pair.second.measure()
      #expect(pair.exchange() == 2)
      pair.first.tick()
    }
    let state = pair.first.board.channels[0].state
    #expect(state.memberCount == 2)
    #expect(state.lockingIndex > 0.99)
  }

  @Test func hopsAlternateAndAllComeBack() throws {
    let reactor = try Reactor()
    let partner = try HopPartner(reactor: reactor, pair: try #require(PulsePair()))
    defer { partner.close() }
    let pair = try #require(PulsePair())
    let hops = try Hops(
      reactor: reactor, pair: pair, effort: Self.quick, ports: partner.ports)
    defer { hops.close() }
    hops.start()
    #expect(reactor.run(atMost: 20_000_000_000))
    #expect(hops.isDone)
    #expect(hops.plain.values.count == 10)
    #expect(hops.sealed.values.count == 10)
    #expect(pair.first.path.pulses(of: 0).received == 15, "a round to warm up and two that count")
    var bench = Bench(only: nil, effort: Self.quick) { _ in }
    bench.take(hops)
    let object = try json(bench.report)
    for key in ["pulse_p50_ns", "pulse_p99_ns", "pingpong_p50_ns", "pingpong_p99_ns"] {
      #expect(object[key] is NSNumber, "\(key)")
    }
  }

  @Test func thePartnersLineIsTwoPorts() {
    #expect(HopBench.ports(Array("17 4711\n".utf8)) == HopPartner.Ports(plain: 17, sealed: 4711))
    #expect(HopBench.ports(Array("17\n".utf8)) == nil)
    #expect(HopBench.ports(Array("17 70000\n".utf8)) == nil)
    #expect(HopBench.ports([]) == nil)
  }

  @Test func whatIsNotCountedHasAReasonAndNoFigure() throws {
    // Tests are not linked to count allocations.
    #expect(Environment.allocations == nil)
    var bench = Bench(only: "allocs_", effort: Self.quick) { _ in }
    try bench.run()
    #expect(bench.report.figures.isEmpty)
    #expect(bench.report.missing.count == 1)
    let count = AllocationCount(effort: Self.quick)
    #expect(count.perPulse() == nil)
    #expect(count.perTick() == nil)
  }

  @Test func everyLineBecomesAValue() throws {
    let work = try #require(LineWork(AdapterServices(reactor: try Reactor())))
    work.work(7)
    #expect(work.values == 7)
  }

  @Test func sessionAndFolderLeaveNothingBehind() throws {
    var path = ""
    var process: Int32 = 0
    #expect(throws: BenchFailure(description: "given up")) {
      try Bench.inSession { session, folder throws(BenchFailure) in
        path = folder.path
        #expect(FileManager.default.fileExists(atPath: "\(path)/alsa.conf"))
        process = try session.start(["/bin/sleep", "1000"]) { _ in }.process
        throw BenchFailure(description: "given up")
      }
    }
    #expect(!path.isEmpty && !FileManager.default.fileExists(atPath: path))
    #expect(process > 0 && kill(process, 0) != 0)
  }

  @Test func removingAFolderFollowsNoLink() throws {
    let outside = try Folder.makeTemporary("taumesh-bench-test")
    let inside = try Folder.makeTemporary("taumesh-bench-test")
    defer { Folder.remove(outside) }
    try StateFile.write("\(outside)/kept", [1])
    try FileManager.default.createSymbolicLink(
      atPath: "\(inside)/link", withDestinationPath: outside)
    try Folder.create("\(inside)/a/b")
    Folder.remove(inside)
    #expect(!FileManager.default.fileExists(atPath: inside))
    #expect(FileManager.default.fileExists(atPath: "\(outside)/kept"))
  }
}
