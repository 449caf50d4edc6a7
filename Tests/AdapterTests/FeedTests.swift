// SPDX-License-Identifier: Apache-2.0

import Devices
import Foundation
import PhaseSpace
import Testing

extension AdapterTests {
  /// The rendered feeds lock as they should, by our encoder and by a simulation of its own.
  @Suite struct FeedTests {
    @Test func humLocksTwoFeedsAndNotTheThird() throws {
      let locking = try locking([])
      #expect(locking[0] >= 0.9)
      #expect(locking[1] <= 0.5 && locking[2] <= 0.5)
    }

    @Test func humInAllFeedsLocksAllAndNoneLocksNothing() throws {
      #expect(try locking(["--all-hum"]).allSatisfy { $0 >= 0.9 })
      // The negative control: the same recordings, repeated, do not lock by themselves.
      #expect(try locking(["--no-hum"]).allSatisfy { $0 <= 0.5 })
    }

    @Test func delayTurnsTheSecondFeedByAQuarter() throws {
      let lab = try SoundLab()
      let plain = try render([], in: lab)[0]
      let late = try render(["--delay-ms", "hum-2:5"], in: lab)[0]
      let turned = late.degrees - plain.degrees
      #expect(abs(turned - (turned / 360).rounded() * 360 - 90) < 10)
    }

    @Test func wrongNodeIsRefused() throws {
      let lab = try SoundLab()
      let (status, output) = try script(
        "Boards/instrument/render-feeds", arguments(["--delay-ms", "x:5"], lab))
      #expect(status == 1 && output.contains("expected one of hum-1, hum-2, other"))
    }

    private struct Pair: Decodable {
      let last: Double
      let degrees: Double
    }

    private struct Check: Decodable {
      let locking: [Pair]
    }

    /// The locking of the pairs 1–2, 1–3 and 2–3 at the end, by our encoder, checked by the other.
    private func locking(_ options: [String]) throws -> [Double] {
      let lab = try SoundLab()
      let expected = try render(options, in: lab)
      let tracks = try ["hum-1", "hum-2", "other"].map { try phasors(lab, "\($0).raw") }
      let pairs = [(0, 1), (0, 2), (1, 2)].map { meanLocking(tracks[$0], tracks[$1]) }
      for (ours, theirs) in zip(pairs, expected) {
        #expect(abs(ours - theirs.last) < 0.05, "\(ours), expected \(theirs.last)")
      }
      return pairs
    }

    private func render(_ options: [String], in lab: SoundLab) throws -> [Pair] {
      let (status, output) = try script("Boards/instrument/render-feeds", arguments(options, lab))
      try #require(status == 0, "\(output)")
      let (checked, json) = try script("Tests/scripts/check-feeds", ["--json", lab.folder])
      try #require(checked == 0, "\(json)")
      return try JSONDecoder().decode(Check.self, from: Data(json.utf8)).locking
    }

    private func arguments(_ options: [String], _ lab: SoundLab) -> [String] {
      ["--seconds", "20", "--rate", "8000", "--seed", "7", "--output", lab.folder] + options
    }

    /// The band's phasors, a hundred a second, as a microphone's encoder yields them.
    private func phasors(_ lab: SoundLab, _ file: String) throws -> [Phasor] {
      let sound = samples(
        try lab.read(file), format: .int16, channels: 1, channel: 0
      ).map { Float($0) }
      var encoder = AnalyticEncoder(AnalyticSettings(rate: 8000, frequency: 50, width: 4))
      return stride(from: 0, to: sound.count, by: 80).map { start in
        let reading = encoder.process(Array(sound[start..<min(start + 80, sound.count)]))
        return reading.phasor
      }
    }

    private func meanLocking(_ a: [Phasor], _ b: [Phasor]) -> Double {
      var mean = Integrator(tau: 5)
      for (u, v) in zip(a, b) { mean.add(u * v.conjugate, dt: 0.01) }
      return mean.mean.magnitude
    }

    /// Runs a script of the project; returns its status and all it wrote.
    private func script(_ name: String, _ arguments: [String]) throws -> (Int32, String) {
      let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      let process = Process()
      process.executableURL = tests.appendingPathComponent("../../\(name)").standardized
      process.arguments = arguments
      let pipe = Pipe()
      (process.standardOutput, process.standardError) = (pipe, pipe)
      try process.run()
      let output = pipe.fileHandleForReading.readDataToEndOfFile()
      process.waitUntilExit()
      return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }
  }
}
