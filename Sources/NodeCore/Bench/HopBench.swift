// SPDX-License-Identifier: Apache-2.0
internal import Runtime

/// Hops between this process and another one of the same program.
struct HopBench {
  private static let limit: Int64 = 120_000_000_000

  let effort: BenchEffort

  /// Everything measured, with the one-way times.
  func run() throws(BenchFailure) -> Hops {
    let session = try BenchSession()
    defer { session.end() }
    let ports = try partner(session)
    guard let pair = PulsePair() else {
      throw BenchFailure(description: "a pulse session that does not open")
    }
    let hops = try Hops(reactor: session.reactor, pair: pair, effort: effort, ports: ports)
    defer { hops.close() }
    hops.start()
    _ = try session.run(atMost: Self.limit)
    guard hops.isDone else { throw BenchFailure(description: "the partner does not answer") }
    return hops
  }

  /// Starts the other process and learns its ports.
  private func partner(_ session: BenchSession) throws(BenchFailure) -> HopPartner.Ports {
    var text: [UInt8] = []
    let program = Environment.executable
    let child = try session.start(
      [program, "bench", HopPartner.word], capturesOutput: true
    ) { _ in session.reactor.stop() }
    child.output?.onBytes = { bytes in
      text.append(contentsOf: bytes)
      if text.last == 10 { session.reactor.stop() }
    }
    do throws(SystemError) {
      try child.output?.start()
    } catch { throw BenchFailure(error) }
    _ = try session.run(atMost: Self.limit)
    guard let ports = Self.ports(text) else {
      throw BenchFailure(description: "\(program) does not start as the partner")
    }
    return ports
  }

  /// The two numbers of the partner's line.
  static func ports(_ line: [UInt8]) -> HopPartner.Ports? {
    let words = line.dropLast().split(separator: 32).map { String(decoding: $0, as: UTF8.self) }
    guard words.count == 2, let plain = UInt16(words[0]), let sealed = UInt16(words[1]) else {
      return nil
    }
    return HopPartner.Ports(plain: plain, sealed: sealed)
  }
}
