// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import Mesh

@Suite struct ClockOffsetTests {
  private struct Vector: Decodable {
    let t: [Double]
    let offset: Double
    let delay: Double
  }

  private struct Clock: Decodable { let ntp: [Vector] }
  private struct Groups: Decodable { let clock: Clock }
  private struct File: Decodable { let groups: Groups }

  @Test func exchangesOfTheVectors() throws {
    let url = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../vectors/tau-vectors.json")
    let file = try JSONDecoder().decode(File.self, from: try Data(contentsOf: url))
    #expect(file.groups.clock.ntp.count == 3)
    for vector in file.groups.clock.ntp {
      let t = vector.t.map { Int64(($0 * 1e9).rounded()) }
      let exchange = ClockExchange(sent: t[0], peerReceived: t[1], peerSent: t[2], received: t[3])
      let reading = try #require(exchange.reading)
      #expect(abs(Double(reading.offset) * 1e-9 - vector.offset) < 2e-9)
      #expect(abs(Double(reading.delay) * 1e-9 - vector.delay) < 2e-9)
    }
  }

  /// A peer `offset` ahead, running `skew` fast, over a path of 2 ms ± 0.5 ms each way.
  private struct Path {
    var random: SplitMix64
    var offset: Double
    var skew: Double
    var way: ClosedRange<Double> = 1.5e-3...2.5e-3

    func peer(_ local: Double) -> Int64 { Int64(((local * (1 + skew) + offset) * 1e9).rounded()) }

    mutating func exchange(at sent: Double) -> ClockExchange {
      let arrival = sent + random.uniform(way)
      let answer = arrival + random.uniform(0...1e-4)
      let back = answer + random.uniform(way)
      return ClockExchange(
        sent: Int64((sent * 1e9).rounded()), peerReceived: peer(arrival), peerSent: peer(answer),
        received: Int64((back * 1e9).rounded()))
    }
  }

  private func times(_ count: Int) -> [Double] {
    (0..<count).map { (index: Int) -> Double in
      index < 64 ? 100 + Double(index) * 3 / 64 : 103 + Double(index - 63)
    }
  }

  @Test func errorsStaySmallAndWithinTheirBound() throws {
    var (early, settled): ([Double], [Double]) = ([], [])
    for seed in 0..<200 {
      var random = SplitMix64(seed: UInt64(seed))
      let skew = random.uniform(-100e-6...100e-6)
      let offset = random.uniform(-1e6...1e6)
      var path = Path(random: random, offset: offset, skew: skew)
      var clock = ClockOffset()
      for (index, time) in times(400).enumerated() {
        clock.add(path.exchange(at: time))
        guard index >= 7 else {
          #expect(clock.estimate == nil)
          continue
        }
        let later = time + 0.5
        let local = try #require(clock.peerToLocal(path.peer(later)))
        let error = abs(Double(local) * 1e-9 - later)
        let bound = Double(try #require(clock.estimate).errorBound(at: local)) * 1e-9
        #expect(error <= bound, "seed \(seed), exchange \(index)")
        #expect(clock.estimate?.isFull == (index >= 63))
        if index == 63 { early.append(error) }
        if index == 399 {
          settled.append(error)
          #expect(abs(try #require(clock.estimate).skew - skew) < 2e-6)
          #expect(bound < 3e-3)
        }
      }
      #expect(clock.steps == 0)
    }
    // One reading alone errs by 0.2 ms (standard deviation of half a difference of two uniforms).
    #expect(early.sorted()[198] < 0.4e-3)
    #expect(settled.sorted()[198] < 0.13e-3)
  }

  @Test func slowReadingsDoNotPull() throws {
    var path = Path(random: SplitMix64(seed: 1), offset: 5, skew: 0)
    var clock = ClockOffset()
    for (index, time) in times(200).enumerated() {
      var exchange = path.exchange(at: time)
      // Two thirds wait in a queue on the way home, as over a busy Wi-Fi.
      if index % 3 != 0 { exchange.received += 40_000_000 }
      clock.add(exchange)
    }
    let local = try #require(clock.peerToLocal(path.peer(250)))
    #expect(abs(Double(local) * 1e-9 - 250) < 0.5e-3)
  }

  @Test func skewIsClamped() throws {
    var path = Path(random: SplitMix64(seed: 2), offset: 0, skew: 2e-3)
    path.way = 2e-3...2e-3
    var clock = ClockOffset()
    for time in times(70) { clock.add(path.exchange(at: time)) }
    if let skew = clock.estimate?.skew { #expect(abs(skew) <= ClockOffset.largestSkew) }
  }

  @Test func impossibleStampsAreRefused() {
    let bad = [
      ClockExchange(sent: 100, peerReceived: 5, peerSent: 6, received: 90),
      ClockExchange(sent: 100, peerReceived: 6, peerSent: 5, received: 200),
      ClockExchange(sent: 100, peerReceived: 0, peerSent: 500, received: 200),
      ClockExchange(sent: 0, peerReceived: .min, peerSent: .max, received: 10),
      ClockExchange(sent: 0, peerReceived: .max, peerSent: .max, received: 10),
      ClockExchange(sent: 1000, peerReceived: .min, peerSent: .min, received: 1010),
      ClockExchange(sent: 0, peerReceived: 1, peerSent: 2, received: 3_000_000_000),
    ]
    var clock = ClockOffset()
    for exchange in bad { #expect(clock.add(exchange) == false) }
    #expect(clock.refused == UInt64(bad.count))
    #expect(clock.exchanges == 0)
  }

  @Test func hostileButPlausibleStampsNeverTrap() {
    var random = SplitMix64(seed: 9)
    var clock = ClockOffset()
    for step in 0..<3000 {
      let sent = Int64(step) * 1_000_000
      let peer = Int64(bitPattern: random.next() >> UInt64(random.below(63)))
      clock.add(
        ClockExchange(sent: sent, peerReceived: peer, peerSent: peer, received: sent + 1000))
      _ = clock.peerToLocal(Int64(bitPattern: random.next()))
      _ = clock.estimate?.localToPeer(Int64(bitPattern: random.next()))
      _ = clock.estimate?.errorBound(at: Int64(bitPattern: random.next()))
    }
    _ = clock.peerToLocal(.min)
    _ = clock.peerToLocal(.max)
  }

  @Test func clockThatSleptIsFollowedAgain() throws {
    var path = Path(random: SplitMix64(seed: 4), offset: 10, skew: 0)
    var clock = ClockOffset()
    for time in times(100) { clock.add(path.exchange(at: time)) }
    path.offset = 4
    for second in 0..<70 { clock.add(path.exchange(at: 200 + Double(second))) }
    #expect(clock.steps == 1)
    let local = try #require(clock.peerToLocal(path.peer(270)))
    #expect(abs(Double(local) * 1e-9 - 270) < 0.5e-3)
  }

  @Test func conversionsAreInverse() throws {
    var path = Path(random: SplitMix64(seed: 6), offset: -3e5, skew: 300e-6)
    var clock = ClockOffset()
    for time in times(300) { clock.add(path.exchange(at: time)) }
    let estimate = try #require(clock.estimate)
    for second in stride(from: -1000, through: 1000, by: 37) {
      let local = Int64(second + 300) * 1_000_000_000
      let peer = try #require(estimate.localToPeer(local))
      #expect(abs(try #require(estimate.peerToLocal(peer)) - local) <= 2)
    }
  }
}
