// SPDX-License-Identifier: Apache-2.0
import Foundation

@testable import MMP

extension Pulse {
  /// The pulse of `Tests/vectors/pulse-golden.json`.
  static let golden = Self(
    time: 123_456_789_012_345, boot: 0xDEAD_BEEF, sequence: 4_242,
    channel: ChannelID(name: "hum"), re: 0.6, im: -0.8, frequencyMicrohertz: 50_012_345,
    bandwidth: 6.2831855, effectiveCount: 61, quality: 200, flags: 0b101, decisionTau: 5,
    digest: 0x0123_4567_89AB_CDEF)
}

extension PulseSealer {
  /// The next datagram, in memory of its own.
  mutating func sealed(_ message: PulseMessage) throws -> [UInt8] {
    var datagram = [UInt8](repeating: 0, count: Self.maximumCount)
    var result: Result<Int, PulseError> = .failure(.length(0))
    datagram.withUnsafeMutableBytes { bytes in
      do throws(PulseError) { result = .success(try seal(message, into: bytes)) } catch {
        result = .failure(error)
      }
    }
    return [UInt8](datagram.prefix(try result.get()))
  }
}

extension PulseOpener {
  mutating func opened(_ datagram: [UInt8]) -> Result<PulseMessage, PulseError> {
    datagram.withUnsafeBytes { bytes in
      do throws(PulseError) { return .success(try open(bytes)) } catch { return .failure(error) }
    }
  }
}

extension SessionTable {
  mutating func received(_ datagram: [UInt8]) -> Result<Arrival, PulseError> {
    datagram.withUnsafeBytes { bytes in
      do throws(PulseError) { return .success(try receive(bytes)) } catch {
        return .failure(error)
      }
    }
  }
}

/// What `Tests/scripts/pulse-golden.py` printed.
struct PulseGolden: Decodable {
  struct Datagram: Decodable {
    let counter: UInt64
    let datagram: String
  }
  struct GoldenIdentity: Decodable {
    let seed: String
    let publicKey: String
    let node: String
  }

  let key: String
  let session: UInt32
  let channel: UInt32
  let pulse: Datagram
  let ping: Datagram
  let ack: Datagram
  let identity: GoldenIdentity
  let psk: String

  static func read() throws -> Self {
    try JSONDecoder().decode(Self.self, from: testFile("vectors/pulse-golden.json"))
  }
}
