// SPDX-License-Identifier: Apache-2.0

extension PulseMessage {
  /// Writes the body to the start of `bytes`, which has room for `kind.bodyCount`.
  func write(to bytes: UnsafeMutableRawBufferPointer) {
    var writer = LittleEndianWriter(bytes: bytes)
    switch self {
    case .pulse(let pulse):
      writer.put(UInt64(bitPattern: pulse.time))
      writer.put(pulse.boot)
      writer.put(pulse.sequence)
      writer.put(pulse.channel.rawValue)
      writer.put(pulse.re.bitPattern)
      writer.put(pulse.im.bitPattern)
      writer.put(pulse.frequencyMicrohertz)
      writer.put(pulse.bandwidth.bitPattern)
      writer.put(pulse.effectiveCount)
      writer.put(pulse.quality)
      writer.put(pulse.flags)
      writer.put(pulse.decisionTau.bitPattern)
      writer.put(pulse.digest)
    case .ping(let ping):
      writer.put(UInt64(bitPattern: ping.sent))
    case .ack(let ack):
      writer.put(UInt64(bitPattern: ack.pingSent))
      writer.put(UInt64(bitPattern: ack.pingReceived))
      writer.put(UInt64(bitPattern: ack.sent))
    }
  }

  /// Reads a body of `kind` from the start of `bytes`, which holds `kind.bodyCount` or more.
  static func read(_ kind: Kind, from bytes: UnsafeRawBufferPointer) -> Self {
    var reader = LittleEndianReader(bytes: bytes)
    switch kind {
    case .pulse:
      return .pulse(
        Pulse(
          time: Int64(bitPattern: reader.take()), boot: reader.take(), sequence: reader.take(),
          channel: ChannelID(rawValue: reader.take()), re: Float(bitPattern: reader.take()),
          im: Float(bitPattern: reader.take()), frequencyMicrohertz: reader.take(),
          bandwidth: Float(bitPattern: reader.take()), effectiveCount: reader.take(),
          quality: reader.take(), flags: reader.take(),
          decisionTau: Float(bitPattern: reader.take()), digest: reader.take()))
    case .ping:
      return .ping(ClockPing(sent: Int64(bitPattern: reader.take())))
    case .ack:
      return .ack(
        ClockAck(
          pingSent: Int64(bitPattern: reader.take()),
          pingReceived: Int64(bitPattern: reader.take()),
          sent: Int64(bitPattern: reader.take())))
    }
  }
}

/// Puts integers one behind the other; the memory is large enough by construction.
private struct LittleEndianWriter {
  let bytes: UnsafeMutableRawBufferPointer
  var offset = 0

  mutating func put<Value: FixedWidthInteger & BitwiseCopyable>(_ value: Value) {
    bytes.storeBytes(of: value.littleEndian, toByteOffset: offset, as: Value.self)
    offset += MemoryLayout<Value>.size
  }
}

/// Takes integers one behind the other; the memory is large enough by construction.
private struct LittleEndianReader {
  let bytes: UnsafeRawBufferPointer
  var offset = 0

  mutating func take<Value: FixedWidthInteger & BitwiseCopyable>() -> Value {
    defer { offset += MemoryLayout<Value>.size }
    return Value(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Value.self))
  }
}
