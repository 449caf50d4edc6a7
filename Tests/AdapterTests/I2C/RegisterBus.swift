// SPDX-License-Identifier: Apache-2.0

import Devices
import Foundation
import Inputs

/// Registers and messages as a chip has them: steps out, bytes in.
///
/// Registers behave as the kernel's i2c-stub has them: a place holds a word, whose low byte is what
/// byte and block steps see. Messages are answered from a list.
struct RegisterBus {
  var registers = [UInt16](repeating: 0, count: 256)
  /// What plain reads give, one after another.
  var messages: [[UInt8]] = []
  /// Every byte written, for looking at.
  var written: [[UInt8]] = []

  mutating func load(_ register: Int, _ bytes: [UInt8]) {
    for (offset, byte) in bytes.enumerated() { registers[register + offset] = UInt16(byte) }
  }

  /// A word as it is on the wire.
  mutating func loadWord(_ register: Int, _ first: UInt8, _ second: UInt8) {
    registers[register] = UInt16(second) << 8 | UInt16(first)
  }

  mutating func run(_ steps: [BusStep]) -> BusReply {
    var bytes: [UInt8] = []
    for step in steps { perform(step, &bytes) }
    return BusReply(bytes)
  }

  private mutating func perform(_ step: BusStep, _ bytes: inout [UInt8]) {
    switch step {
    case .readByte(let register): bytes.append(UInt8(truncatingIfNeeded: registers[Int(register)]))
    case .readWord(let register):
      let word = registers[Int(register)]
      bytes += [UInt8(word & 0xFF), UInt8(word >> 8)]
    case .readBlock(let register, let count):
      bytes += (0..<count).map { UInt8(truncatingIfNeeded: registers[Int(register) + $0]) }
    case .writeByte(let register, let value):
      registers[Int(register)] = registers[Int(register)] & 0xFF00 | UInt16(value)
    case .writeWord(let register, let value): registers[Int(register)] = value.byteSwapped
    case .writeBlock(let register, let values): load(Int(register), values)
    case .write(let message): written.append(message)
    case .read(let count):
      let message = messages.isEmpty ? [] : messages.removeFirst()
      bytes += message.prefix(count)
    case .wait, .probe, .readFile: break
    }
  }

  /// Identifies, sets up and measures, as a sensor does.
  mutating func measure(_ chip: any I2CChip) throws -> [String: Double] {
    try chip.identify(run(chip.identification))
    _ = run(chip.configuration)
    _ = run(chip.trigger)
    let values = try chip.values(run(chip.measurement))
    var result: [String: Double] = [:]
    for (index, quantity) in chip.quantities.enumerated() { result[quantity.name] = values[index] }
    return result
  }
}

/// Why a chip's answer is refused; empty when it is taken.
func refusal(_ body: () throws -> Void) -> String {
  do {
    try body()
    return ""
  } catch { return "\(error)" }
}
