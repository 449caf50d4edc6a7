// SPDX-License-Identifier: Apache-2.0

internal import CSystem

/// Signals as events of the reactor.
package final class SignalSource {
  /// The signals a program of this kind acts on.
  package enum Signal: CaseIterable {
    case hangUp
    case interrupt
    case terminate
    case child
    case windowChange

    package var number: Int32 {
      switch self {
      case .hangUp: SIGHUP
      case .interrupt: SIGINT
      case .terminate: SIGTERM
      case .child: SIGCHLD
      case .windowChange: SIGWINCH
      }
    }
  }

  private let reactor: Reactor
  private let numbers: [Int32]
  private var descriptor: Int32
  private var watch: Watch?

  /// Takes `signals` away from their default action, on this thread and those it starts; SIGPIPE
  /// is ignored from now on.
  package init(
    reactor: Reactor, _ signals: [Signal], _ handler: @escaping (Signal) -> Void
  ) throws(SystemError) {
    tm_ignore_sigpipe()
    self.reactor = reactor
    numbers = signals.map { $0.number }
    let descriptor = tm_signal_open(numbers, Int32(numbers.count))
    self.descriptor = descriptor
    guard descriptor >= 0 else { throw SystemError.last("receive", "signals") }
    watch = try reactor.watch(descriptor, for: .readable) { _ in
      for _ in 0..<16 {
        let number = tm_signal_next(descriptor)
        guard number > 0 else { return }
        for signal in signals where signal.number == number { handler(signal) }
      }
    }
  }

  /// Gives the signals their default action back.
  package func close() {
    guard descriptor >= 0 else { return }
    if let watch { reactor.unwatch(watch) }
    CSystem.close(descriptor)
    (descriptor, watch) = (-1, nil)
    tm_signal_unblock(numbers, Int32(numbers.count))
  }
}
