// SPDX-License-Identifier: Apache-2.0

internal import CSystem

/// The read end of a pipe in the reactor, delivered as bytes until its end.
package final class ChildOutput {
  /// Called with bytes, which are valid during the call.
  package var onBytes: ((UnsafeRawBufferPointer) -> Void)?
  /// Called once when nothing more comes.
  package var onEnd: (() -> Void)?

  private let reactor: Reactor
  private var descriptor: Int32
  private var watch: Watch?

  init(reactor: Reactor, adopting descriptor: Int32) {
    (self.reactor, self.descriptor) = (reactor, descriptor)
  }

  deinit {
    if descriptor >= 0 { CSystem.close(descriptor) }
  }

  /// Begins to deliver.
  package func start() throws(SystemError) {
    guard descriptor >= 0, watch == nil else { return }
    watch = try reactor.watch(descriptor, for: .readable) { _ in self.read() }
  }

  private func read() {
    let room = reactor.scratch
    let count = CSystem.read(descriptor, room.baseAddress, room.count)
    if count > 0 {
      onBytes?(UnsafeRawBufferPointer(rebasing: room[..<count]))
    } else if count == 0 || tm_errno() != EAGAIN && tm_errno() != EINTR {
      end()
    }
  }

  private func end() {
    if let watch { reactor.unwatch(watch) }
    if descriptor >= 0 { CSystem.close(descriptor) }
    (descriptor, watch) = (-1, nil)
    let tell = onEnd
    (onBytes, onEnd) = (nil, nil)
    tell?()
  }
}
