// SPDX-License-Identifier: Apache-2.0
internal import Devices
internal import Runtime

/// A line of this board that wakes a peer when it is on for a moment.
///
/// It is held from the start and kept off: a line that is given back may float.
final class WakeLine {
  let peer: String
  private let settings: WakeSettings.Peer
  private let reactor: Reactor
  private var output: GPIOOutput?
  private var rest: Timer?

  init(_ settings: WakeSettings.Peer, reactor: Reactor, log: Log) {
    (peer, self.settings, self.reactor) = (settings.name, settings, reactor)
    if let problem = open() { log.warning("wake", "\(peer): \(problem)") }
  }

  /// - Returns: Why there is no pulse; nil once it has begun.
  func pulse() -> String? {
    if output == nil, let problem = open() { return problem }
    guard rest == nil else { return nil }
    guard output?.set(true) == true else {
      close()
      return "GPIO line \(settings.line ?? ""): the kernel refuses to drive it"
    }
    rest = reactor.after(settings.pulse) {
      self.rest = nil
      if self.output?.set(false) != true { self.close() }
    }
    return nil
  }

  /// Turns the line off and gives it back.
  func close() {
    if let rest { reactor.remove(rest) }
    rest = nil
    _ = output?.set(false)
    output?.close()
    output = nil
  }

  private func open() -> String? {
    guard let line = settings.line else { return "no line" }
    do throws(GPIOError) {
      output = try GPIOOutput(line, chip: settings.chip, isActiveLow: settings.isActiveLow)
      return nil
    } catch { return "\(error)" }
  }
}
