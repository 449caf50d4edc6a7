// SPDX-License-Identifier: Apache-2.0
internal import CSodium
internal import Cognition
internal import MMP
internal import Memory
internal import Runtime

/// What a binary checks of itself on the board it was built for.
package struct SelfTest {
  package private(set) var comparisons = 0
  package private(set) var failures: [String] = []

  package init() {}

  /// Checks the built-in vectors and the libraries linked in.
  package mutating func run() {
    libraries()
    vectors(Array(ChosenVectors.json.utf8), isPart: true, source: "built-in vectors")
  }

  /// Checks all vectors in the file at `path`.
  package mutating func run(vectors path: String) {
    do throws(StateFile.Failure) {
      guard let content = try StateFile.read(path, limit: 1 << 20) else {
        return fail("\(path): no such file")
      }
      vectors(content, isPart: false, source: path)
    } catch { fail("\(error)") }
  }

  private mutating func vectors(_ content: [UInt8], isPart: Bool, source: String) {
    var suite = VectorSuite()
    do throws(JSONFailure) {
      try JSONDocument.read(content, limits: JSONLimits(textBytes: 1 << 20, arenaBytes: 8 << 20)) {
        suite.check($0, isPart: isPart)
      }
    } catch { return fail("\(source): \(error)") }
    comparisons += suite.comparisons
    failures += suite.failures
  }

  /// Known answers through each library whose absence a linker would not notice.
  private mutating func libraries() {
    guard sodium_init() >= 0 else { return fail("libsodium does not start") }
    sealedPulse()
    standardEncoder()
    do throws(ConfigurationFailure) {
      _ = try YAMLParser.parse(Array("a: [1, 2]".utf8), file: "self-test")
      expect(true, "libyaml")
    } catch { fail("\(error)") }
  }

  /// This board makes the weights, and of a text the state, that all others make.
  private mutating func standardEncoder() {
    guard var encoder = StateEncoder(.standard) else { return fail("no state encoder") }
    expect(encoder.weights.name == "f26f7a8508fdaaa5", "weights of the state encoder")
    encoder.set(
      ChannelSummary(cosine: 0.6, sine: 0.8, quality: 0.5, trend: -0.25), place: 1)
    let text = TextEncoder.encode("boiler room temperature 61C rising", buckets: 128)
    for _ in 0..<3 { encoder.step(text: text) }
    let sums = (encoder.h1.reduce(0, +), encoder.h2.reduce(0, +))
    expect(abs(sums.0 + 0.178996) < 2e-5 && abs(sums.1 + 0.351777) < 2e-5, "cognitive state")
  }

  /// A pulse sealed by one side opens on the other, once, and not when a bit has changed.
  private mutating func sealedPulse() {
    guard let key = Key32([UInt8](repeating: 3, count: Key32.count)) else {
      return fail("no key")
    }
    var table = SessionTable(capacity: 2)
    guard let session = table.reserve(randomness: 5), table.open(session, key: key) else {
      return fail("no session")
    }
    var sealer = PulseSealer(session: session, key: key)
    let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 128, alignment: 8)
    defer { room.deallocate() }
    let datagram: [UInt8]
    let ping = PulseMessage.ping(ClockPing(sent: 1234))
    do throws(PulseError) {
      let count = try sealer.seal(ping, into: room)
      datagram = Array(room[..<count])
    } catch { return fail("\(error)") }
    expect(opened(&table, flipped(datagram)) == nil, "a changed datagram is refused")
    expect(opened(&table, datagram) == ping, "a sealed datagram opens")
    expect(opened(&table, datagram) == nil, "a replayed datagram is refused")
  }

  private func opened(_ table: inout SessionTable, _ datagram: [UInt8]) -> PulseMessage? {
    do throws(PulseError) {
      return try datagram.span.bytes.withUnsafeBytes { bytes throws(PulseError) in
        try table.receive(bytes).message
      }
    } catch { return nil }
  }

  private func flipped(_ datagram: [UInt8]) -> [UInt8] {
    var changed = datagram
    changed[20] ^= 1
    return changed
  }

  private mutating func expect(_ holds: Bool, _ what: String) {
    comparisons += 1
    if !holds { failures.append(what) }
  }

  private mutating func fail(_ what: String) { expect(false, what) }
}
