// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import MMP

@Suite struct PulseTests {
  private static let session = SessionID(rawValue: 0xA1B2_C007)

  init() { #expect(Sodium.isReady) }

  private func sealer(_ counter: UInt64 = 0) -> PulseSealer {
    PulseSealer(session: Self.session, key: key(0x40), counter: counter)
  }

  private func opener(_ checks: SecurityChecks = .all) -> PulseOpener {
    PulseOpener(session: Self.session, key: key(0x40), checks: checks)
  }

  @Test func bytesAreThoseOfAnIndependentProgram() throws {
    let golden = try PulseGolden.read()
    #expect(golden.key == ByteText.hex(key(0x40).bytes) && golden.session == Self.session.rawValue)
    #expect(ChannelID(name: "hum").rawValue == golden.channel)
    let messages: [(PulseMessage, PulseGolden.Datagram, Int)] = [
      (.pulse(.golden), golden.pulse, 81),
      (.ping(ClockPing(sent: 7_000_000_001)), golden.ping, 37),
      (
        .ack(
          ClockAck(
            pingSent: 7_000_000_001, pingReceived: 9_000_000_002, sent: 9_000_000_500)),
        golden.ack, 53
      ),
    ]
    for (message, expected, count) in messages {
      var sealer = sealer(expected.counter)
      let datagram = try sealer.sealed(message)
      #expect(ByteText.hex(datagram) == expected.datagram)
      #expect(datagram.count == count && sealer.counter == expected.counter + 1)
      var opener = opener()
      #expect(opener.opened(datagram) == .success(message))
    }
  }

  @Test func everyChangedBitOfADatagramIsRefused() throws {
    var sealer = sealer()
    let datagram = try sealer.sealed(.pulse(.golden))
    for index in datagram.indices {
      for bit in 0..<8 {
        var changed = datagram
        changed[index] ^= 1 << bit
        var opener = opener()
        guard case .failure = opener.opened(changed) else {
          Issue.record("byte \(index) bit \(bit) was accepted")
          continue
        }
        // The refusal left no trace: the true one is still welcome.
        #expect(opener.opened(datagram) == .success(.pulse(.golden)))
      }
    }
  }

  @Test func withoutTheTagAChangedPulseWouldBeBelieved() throws {
    var sealer = sealer()
    var datagram = try sealer.sealed(.pulse(.golden))
    // The sign of `re`, bit 7 of byte 23 of the body.
    datagram[13 + 23] ^= 0x80
    let body = Chacha20.decrypt([UInt8](datagram[13..<65]), key: key(0x40), counter: 0)
    let believed = body.withUnsafeBytes { PulseMessage.read(.pulse, from: $0) }
    var turned = Pulse.golden
    turned.re = -turned.re
    #expect(believed == .pulse(turned))
    var opener = opener()
    #expect(opener.opened(datagram) == .failure(.authentication))
  }

  @Test func everyOtherLengthIsRefused() throws {
    var sealer = sealer()
    let datagram = try sealer.sealed(.pulse(.golden))
    var opener = opener()
    for count in 0..<datagram.count {
      #expect(opener.opened([UInt8](datagram.prefix(count))) == .failure(.length(count)))
    }
    #expect(opener.opened(datagram + [0]) == .failure(.length(82)))
  }

  @Test func aDatagramIsTakenOnce() throws {
    var sealer = sealer()
    let datagram = try sealer.sealed(.pulse(.golden))
    var strict = opener()
    #expect(strict.opened(datagram) == .success(.pulse(.golden)))
    #expect(strict.opened(datagram) == .failure(.replayed(0)))
    var careless = opener(.all.subtracting(.replay))
    #expect(careless.opened(datagram) == .success(.pulse(.golden)))
    #expect(careless.opened(datagram) == .success(.pulse(.golden)))
  }

  @Test(arguments: [5_000, 1_024, 64 * 17, 1 << 40] as [UInt64])
  func theWindowIsOf1024(_ newest: UInt64) throws {
    var opener = opener()
    func datagram(_ counter: UInt64) throws -> [UInt8] {
      var sealer = sealer(counter)
      return try sealer.sealed(.ping(ClockPing(sent: 1)))
    }
    let message = PulseMessage.ping(ClockPing(sent: 1))
    #expect(opener.opened(try datagram(newest)) == .success(message))
    #expect(opener.opened(try datagram(newest - 1_023)) == .success(message))
    #expect(opener.opened(try datagram(newest - 1_023)) == .failure(.replayed(newest - 1_023)))
    #expect(opener.opened(try datagram(newest - 1_024)) == .failure(.tooOld(newest - 1_024)))
    if newest > 1_024 {
      #expect(opener.opened(try datagram(newest - 1_025)) == .failure(.tooOld(newest - 1_025)))
    }
    var careless = self.opener(.all.subtracting(.replay))
    #expect(careless.opened(try datagram(newest)) == .success(message))
    #expect(careless.opened(try datagram(newest - 1_024)) == .success(message))
  }

  @Test func aForgedCounterDoesNotMoveTheWindow() throws {
    var sealer = sealer()
    let true0 = try sealer.sealed(.pulse(.golden))
    var forged = try sealer.sealed(.pulse(.golden))
    forged[12] = 0x7F
    var opener = opener()
    #expect(opener.opened(forged) == .failure(.authentication))
    #expect(opener.highestCounterEnd == 0)
    #expect(opener.opened(true0) == .success(.pulse(.golden)))
  }

  @Test func valuesThatCannotBeMeantAreNeitherSentNorTaken() throws {
    var faults: [(Pulse, PulseError.Field)] = []
    func add(_ field: PulseError.Field, _ change: (inout Pulse) -> Void) {
      var pulse = Pulse.golden
      change(&pulse)
      faults.append((pulse, field))
    }
    for value in [Float.nan, .infinity, -.infinity] {
      add(.phasor) { $0.re = value }
      add(.phasor) { $0.im = value }
      add(.bandwidth) { $0.bandwidth = value }
      add(.decisionTau) { $0.decisionTau = value }
    }
    add(.phasor) { $0.re = 1.1 }
    add(.bandwidth) { $0.bandwidth = -1 }
    add(.decisionTau) { $0.decisionTau = 0 }
    add(.time) { $0.time = -1 }
    for (pulse, field) in faults {
      var sealer = sealer()
      #expect(throws: PulseError.value(field)) { try sealer.sealed(.pulse(pulse)) }
      #expect(sealer.counter == 0)
      var opener = opener()
      let opened = opener.opened(handSealed(pulse))
      #expect(opened == .failure(.value(field)))
    }
  }

  @Test func theLastCounterIsNotUsed() throws {
    var sealer = sealer(.max - 1)
    _ = try sealer.sealed(.ping(ClockPing(sent: 1)))
    #expect(throws: PulseError.counterExhausted) {
      try sealer.sealed(.ping(ClockPing(sent: 1)))
    }
  }

  @Test func aShortBufferIsRefused() {
    var sealer = sealer()
    var room = [UInt8](repeating: 0, count: 80)
    let result: PulseError? = room.withUnsafeMutableBytes { bytes in
      do throws(PulseError) {
        _ = try sealer.seal(.pulse(.golden), into: bytes)
        return nil
      } catch { return error }
    }
    #expect(result == .room(expected: 81, found: 80))
  }

  /// What a member who holds the key, but does not keep to the rules, can send.
  private func handSealed(_ pulse: Pulse) -> [UInt8] {
    var body = [UInt8](repeating: 0, count: Pulse.count)
    body.withUnsafeMutableBytes { PulseMessage.pulse(pulse).write(to: $0) }
    var header = [UInt8](repeating: 0, count: PulseHeader.count)
    header.withUnsafeMutableBytes {
      PulseHeader(kind: .pulse, session: Self.session, counter: 0).write(to: $0)
    }
    var sealed = [UInt8](repeating: 0, count: Pulse.count + 16)
    body.withUnsafeBytes { body in
      header.withUnsafeBytes { header in
        sealed.withUnsafeMutableBytes {
          ChaChaPoly.seal(body, header: header, into: $0, key: key(0x40), counter: 0)
        }
      }
    }
    return header + sealed
  }
}
