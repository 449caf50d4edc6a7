// SPDX-License-Identifier: Apache-2.0

internal import CSystem

/// Accepts from a listening socket, and rests for a while when descriptors have run out.
final class Acceptor {
  private static let acceptsPerTurn = 16
  private static let restNanoseconds: Int64 = 500_000_000

  private let reactor: Reactor
  private var descriptor: Int32
  private var accept: ((Int32) -> Bool)?
  private var watch: Watch?
  private var rest: Timer?

  /// `accept` takes one connection from the listening descriptor, false when there is none.
  init(
    reactor: Reactor, listening descriptor: Int32, _ accept: @escaping (Int32) -> Bool
  ) throws(SystemError) {
    (self.reactor, self.descriptor, self.accept) = (reactor, descriptor, accept)
    watch = try reactor.watch(descriptor, for: .readable) { _ in self.acceptWaiting() }
  }

  deinit {
    if descriptor >= 0 { CSystem.close(descriptor) }
  }

  func close() {
    guard descriptor >= 0 else { return }
    if let watch { reactor.unwatch(watch) }
    if let rest { reactor.remove(rest) }
    CSystem.close(descriptor)
    (descriptor, watch, rest, accept) = (-1, nil, nil, nil)
  }

  private func acceptWaiting() {
    for _ in 0..<Acceptor.acceptsPerTurn {
      guard let accept, !accept(descriptor) else { continue }
      let code = tm_errno()
      if code == EMFILE || code == ENFILE || code == ENOBUFS || code == ENOMEM { takeRest() }
      return
    }
  }

  // The connection that could not be accepted stays ready: without a rest the loop would spin.
  private func takeRest() {
    guard let watch else { return }
    reactor.rewatch(watch, for: [])
    rest = reactor.after(Acceptor.restNanoseconds) {
      self.rest = nil
      if let watch = self.watch { self.reactor.rewatch(watch, for: .readable) }
    }
  }
}
