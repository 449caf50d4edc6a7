// SPDX-License-Identifier: Apache-2.0

extension MotorSettings {
  /// Longest record of settings, bytes.
  package static let maximumBytes = 1000

  /// The settings as one record from the node to the guard: a header, numbers, texts.
  package func record(drive: Int, of count: Int) -> [UInt8] {
    var bytes = GuardRecord.header(
      .settings, drive: drive, more: UInt8(truncatingIfNeeded: count), flags: UInt8(sides.count))
    for number in [
      UInt64(bitPattern: stopAfter), UInt64(bitPattern: reverseAfter), slew.bitPattern,
      frequency.bitPattern, UInt64(bus), UInt64(address),
    ] { GuardRecord.append(number, to: &bytes) }
    var texts = [id, chip, Self.text(emergencyStop), Self.text(enable)]
    for side in sides {
      switch side {
      case .bridge(let forward, let backward, let pwm):
        texts += [forward.description, backward.description, Self.text(pwm)]
      case .servo(let port): texts += [port.description, "", ""]
      }
    }
    for text in texts {
      let utf8 = Array(text.utf8.prefix(255))
      bytes.append(UInt8(utf8.count))
      bytes += utf8
    }
    return bytes
  }

  /// Settings from a record; nil for anything but what `record` makes.
  package init?(_ record: UnsafeRawBufferPointer) {
    guard GuardRecord.kind(of: record) == .settings, record.count <= Self.maximumBytes else {
      return nil
    }
    var reader = RecordReader(record)
    guard let stopAfter = reader.word(), let reverseAfter = reader.word(), let slew = reader.word(),
      let frequency = reader.word(), let bus = reader.word(), let address = reader.word(),
      let id = reader.text(), let chip = reader.text(), let stop = reader.text(),
      let enable = reader.text(), let sides = reader.sides(Int(record[7])), reader.isAtEnd
    else { return nil }
    self.init(id: id, sides: sides)
    (self.stopAfter, self.reverseAfter) = (
      Int64(bitPattern: stopAfter), Int64(bitPattern: reverseAfter)
    )
    (self.slew, self.frequency) = (Double(bitPattern: slew), Double(bitPattern: frequency))
    guard bus < 1024, (0x03...0x7f).contains(address), self.stopAfter > 0, self.reverseAfter >= 0,
      self.slew > 0, self.slew.isFinite, (1...2000).contains(self.frequency)
    else { return nil }
    (self.bus, self.address, self.chip) = (Int(bus), Int(address), chip)
    (emergencyStop, self.enable) = (MotorPort(stop), MotorPort(enable))
    guard complaint == nil, Self.text(emergencyStop) == stop, Self.text(self.enable) == enable
    else {
      return nil
    }
  }

  private static func text(_ port: MotorPort?) -> String { port?.description ?? "" }
}

/// Takes a record of settings apart, never past its end.
private struct RecordReader {
  private let bytes: UnsafeRawBufferPointer
  private var next = GuardRecord.headerBytes

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  var isAtEnd: Bool { next == bytes.count }

  mutating func word() -> UInt64? {
    guard next + 8 <= bytes.count else { return nil }
    defer { next += 8 }
    return GuardRecord.word(bytes, at: next)
  }

  mutating func text() -> String? {
    guard next < bytes.count, next + 1 + Int(bytes[next]) <= bytes.count else { return nil }
    let start = next + 1
    next = start + Int(bytes[next])
    return String(decoding: bytes[start..<next], as: UTF8.self)
  }

  mutating func sides(_ count: Int) -> [MotorSettings.Side]? {
    var sides: [MotorSettings.Side] = []
    for _ in 0..<count {
      guard let side = side() else { return nil }
      sides.append(side)
    }
    return sides
  }

  private mutating func side() -> MotorSettings.Side? {
    guard let first = text(), let second = text(), let third = text(), let port = MotorPort(first)
    else { return nil }
    if second.isEmpty, third.isEmpty { return .servo(port) }
    guard let backward = MotorPort(second) else { return nil }
    guard !third.isEmpty else { return .bridge(forward: port, backward: backward, pwm: nil) }
    guard let pwm = MotorPort(third) else { return nil }
    return .bridge(forward: port, backward: backward, pwm: pwm)
  }
}
