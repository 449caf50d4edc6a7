// SPDX-License-Identifier: Apache-2.0
internal import PhaseSpace
internal import Runtime

/// Feeds a recorded trace to an estimator, as the node that recorded it did.
package enum TraceReplay {
  package struct Failure: Error, CustomStringConvertible {
    package let description: String
  }

  /// Slots a trace may use.
  static let capacity = 64

  /// Longest trace read, bytes.
  static let maximumBytes = 64 << 20

  /// The mesh state after the last event of the trace in the file at `path`.
  package static func state(ofFile path: String) throws(Failure) -> NodeStatus.Channel {
    let content: [UInt8]
    do throws(StateFile.Failure) {
      guard let trace = try StateFile.read(path, limit: maximumBytes) else {
        throw StateFile.Failure.system(SystemError("open", path, code: 2))
      }
      content = trace
    } catch { throw Failure(description: "\(error)") }
    return try state(of: content)
  }

  /// The mesh state after the last event of `trace`.
  ///
  /// - Throws: The line that is no event, or comes before the `channel` line.
  package static func state(of trace: [UInt8]) throws(Failure) -> NodeStatus.Channel {
    var estimator: ChannelEstimator?
    var state = MeshState()
    var number = 0
    for line in trace.split(separator: 10, omittingEmptySubsequences: false) {
      number += 1
      guard !line.isEmpty, line.first != UInt8(ascii: "#") else { continue }
      guard let event = TraceEvent(line) else {
        throw Failure(description: "line \(number): not an event of a trace")
      }
      if case .channel(let frequency) = event {
        let settings = ChannelSettings(frequency: frequency)
        estimator = ChannelEstimator(settings: settings, capacity: capacity)
        continue
      }
      guard estimator != nil else {
        throw Failure(description: "line \(number): expected a channel line first")
      }
      estimator?.take(event)
      if case .tick = event { state = estimator?.state(reference: 0) ?? state }
    }
    return NodeStatus.Channel(name: "trace", frequency: 0, state)
  }
}

extension ChannelEstimator {
  fileprivate mutating func take(_ event: TraceEvent) {
    switch event {
    case .channel: break
    case .join(let slot, let bandwidth, let tau):
      guard slot < capacity else { return }
      if isMember(slot: slot) {
        update(slot: slot, bandwidth: bandwidth, requiredTau: tau)
      } else {
        join(slot: slot, bandwidth: bandwidth, requiredTau: tau)
      }
    case .leave(let slot): leave(slot: slot)
    case .sample(let slot, let sample, let staleAfter):
      observe(slot: slot, sample, weight: 1, staleAfterNanoseconds: staleAfter)
    case .tick(let time): tick(at: time)
    }
  }
}
