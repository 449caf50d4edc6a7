// SPDX-License-Identifier: Apache-2.0
internal import CGpiod

/// One input line with, where asked for, its edges stamped by the kernel.
package final class GPIOInput {
  /// What pulls the line where nothing drives it.
  package enum Bias: Sendable {
    case asIs
    case disabled
    case pullUp
    case pullDown
  }

  /// Which changes of the logical value are reported.
  package struct Edges: OptionSet, Sendable {
    package let rawValue: Int32

    package init(rawValue: Int32) { self.rawValue = rawValue }

    package static let rising = Edges(rawValue: 1)
    package static let falling = Edges(rawValue: 2)
    package static let both: Edges = [.rising, .falling]
  }

  /// One edge: when the kernel saw it, monotonic nanoseconds, and which way.
  package struct Edge: Equatable, Sendable {
    package var time: Int64
    package var isRising: Bool
    /// Its number among all edges of the line since it was requested, from 1; 0 where the library
    /// numbers none (version 1).
    package var sequence: UInt32

    package init(time: Int64, isRising: Bool, sequence: UInt32 = 0) {
      (self.time, self.isRising, self.sequence) = (time, isRising, sequence)
    }
  }

  /// What it is called in messages.
  package let line: String
  /// Where it was found.
  package let place: GPIOPlace
  private let chip: String?
  private var handle: OpaquePointer?

  /// Requests the line as an input.
  package init(
    _ line: String, chip: String? = nil, isActiveLow: Bool = false, bias: Bias = .asIs,
    edges: Edges = []
  ) throws(GPIOError) {
    (self.line, self.chip) = (line, chip)
    place = try GPIOPlace(line, chip: chip)
    var found = place.place
    handle = cgpiod_input(
      &found, "taumesh", isActiveLow ? 1 : 0, Self.number(of: bias), edges.rawValue)
    guard handle != nil else {
      throw GPIOError(line: line, chip: chip, operation: .request, code: Self.lastError)
    }
  }

  deinit { close() }

  /// A descriptor for the reactor, readable when edges wait; -1 without edges or when closed.
  package var descriptor: Int32 { handle.map { cgpiod_descriptor($0) } ?? -1 }

  /// The logical value now.
  package func value() throws(GPIOError) -> Bool {
    let result = handle.map { cgpiod_get($0) } ?? -Self.closed
    guard result >= 0 else { throw error(.read, -result) }
    return result == 1
  }

  /// Hands every waiting edge to `body`, oldest first, and returns how many there were.
  ///
  /// The kernel keeps sixteen edges a line: whoever comes later than that misses some.
  package func readEdges(_ body: (Edge) -> Void) throws(GPIOError) -> Int {
    var total = 0
    while true {
      let count = try readBatch(body)
      total += count
      if count < Int(CGPIOD_EDGES) || total >= 1024 { return total }
    }
  }

  private func readBatch(_ body: (Edge) -> Void) throws(GPIOError) -> Int {
    guard let handle else { throw error(.read, Self.closed) }
    let limit = Int(CGPIOD_EDGES)
    let count = withUnsafeTemporaryAllocation(of: cgpiod_edge.self, capacity: limit) { edges in
      let count = cgpiod_edges(handle, edges.baseAddress, Int32(limit))
      for edge in edges.prefix(max(0, Int(count))) {
        body(
          Edge(
            time: edge.time_ns, isRising: edge.is_rising != 0, sequence: edge.sequence))
      }
      return count
    }
    guard count >= 0 else { throw error(.read, -count) }
    return Int(count)
  }

  /// Gives the line back.
  package func close() {
    if let handle { cgpiod_release(handle) }
    handle = nil
  }

  private func error(_ operation: GPIOError.Operation, _ code: Int32) -> GPIOError {
    GPIOError(line: line, chip: chip, operation: operation, code: code)
  }

  private static func number(of bias: Bias) -> Int32 {
    switch bias {
    case .asIs: 0
    case .disabled: 1
    case .pullUp: 2
    case .pullDown: 3
    }
  }

  /// EBADF.
  private static var closed: Int32 { 9 }

  /// The errno of the request that has just failed.
  static var lastError: Int32 { cgpiod_error() }
}
