// SPDX-License-Identifier: Apache-2.0
internal import MMP

/// Sealing a pulse into a datagram.
final class PulseSealWork: Workload {
  private var sealer: PulseSealer
  private let message: PulseMessage
  private let datagram = UnsafeMutableRawBufferPointer.allocate(byteCount: 128, alignment: 8)

  init(_ session: SessionID, _ key: Key32, _ pulse: Pulse) {
    sealer = PulseSealer(session: session, key: key)
    message = .pulse(pulse)
  }

  deinit { datagram.deallocate() }

  override func work(_ count: Int) {
    for _ in 0..<count {
      do throws(PulseError) {
        sink += Double(try sealer.seal(message, into: datagram))
      } catch { return }
    }
  }
}

/// Finding a datagram's session, checking it against replay, and opening it.
final class PulseOpenWork: Workload {
  private var sealer: PulseSealer
  private var table = SessionTable(capacity: 64)
  private let message: PulseMessage
  private var datagrams: [UInt8] = []

  init?(_ key: Key32, _ pulse: Pulse) {
    guard let session = table.reserve(randomness: 0x1234_5678) else { return nil }
    guard table.open(session, key: key) else { return nil }
    sealer = PulseSealer(session: session, key: key)
    message = .pulse(pulse)
  }

  /// A datagram opens once: as many are sealed as will be opened.
  override func prepare(_ count: Int) {
    let size = PulseSealer.maximumCount
    datagrams = [UInt8](repeating: 0, count: count * size)
    datagrams.withUnsafeMutableBytes { bytes in
      for index in 0..<count {
        let room = UnsafeMutableRawBufferPointer(
          rebasing: bytes[(index * size)..<((index + 1) * size)])
        do throws(PulseError) { _ = try sealer.seal(message, into: room) } catch { return }
      }
    }
  }

  override func work(_ count: Int) {
    let size = PulseSealer.maximumCount
    datagrams.withUnsafeBytes { bytes in
      for index in 0..<count {
        let datagram = UnsafeRawBufferPointer(
          rebasing: bytes[(index * size)..<((index + 1) * size)])
        do throws(PulseError) {
          sink += Double(try table.receive(datagram).slot)
        } catch { return }
      }
    }
  }

  /// Datagrams opened so far.
  var opened: UInt64 { table.counts.opened }
}
