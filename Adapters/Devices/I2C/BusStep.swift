// SPDX-License-Identifier: Apache-2.0

/// One step of a job on a bus; words have their most significant byte first on the wire.
package enum BusStep: Equatable, Sendable {
  /// Reads one byte of a register.
  case readByte(UInt8)
  /// Reads two bytes from a register.
  case readWord(UInt8)
  /// Reads 1…32 bytes from a register on.
  case readBlock(UInt8, count: Int)
  case writeByte(UInt8, UInt8)
  case writeWord(UInt8, UInt16)
  /// Writes 1…32 bytes from a register on.
  case writeBlock(UInt8, [UInt8])
  /// Writes bytes as one plain message, for chips without registers.
  case write([UInt8])
  /// Reads bytes as one plain message.
  case read(count: Int)
  /// Waits, on the worker: a conversion takes its time.
  case wait(microseconds: Int)
  /// Asks whether the address answers, with what disturbs chips least.
  case probe
  /// Reads the beginning of a file of the kernel.
  case readFile(String)
}
