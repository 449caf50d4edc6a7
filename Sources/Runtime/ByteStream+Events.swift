// SPDX-License-Identifier: Apache-2.0

internal import CSystem

/// What the kernel reports about a stream, and how a stream ends.
extension ByteStream {
  var interest: IOEvents {
    var events: IOEvents = []
    if reads, !hasEnded { events.insert(.readable) }
    if !queue.isEmpty { events.insert(.writable) }
    return events
  }

  func watchAs(_ events: IOEvents) {
    do throws(SystemError) {
      watch = try reactor.watch(descriptor, for: events) { self.handle($0) }
    } catch {
      fail(.failed(error))
    }
  }

  func update() {
    guard state == .open else { return }
    let interest = interest
    guard let current = watch else {
      if !interest.isEmpty { watchAs(interest) }
      return
    }
    // A hang-up is reported whether asked for or not: watching for nothing would spin.
    if interest.isEmpty {
      reactor.unwatch(current)
      watch = nil
    } else {
      reactor.rewatch(current, for: interest)
    }
  }

  private func handle(_ events: IOEvents) {
    if state == .connecting {
      completeConnection()
      return
    }
    if events.contains(.writable) { drain() }
    guard state == .open else { return }
    if reads, !hasEnded {
      read()
    } else if !events.isDisjoint(with: [.hungUp, .failed]) {
      failBySocketError()
    }
  }

  private func completeConnection() {
    if let connectTimer { reactor.remove(connectTimer) }
    connectTimer = nil
    let code = tm_socket_error(descriptor)
    guard code == 0 else {
      fail(.failed(SystemError("connect to", peerName, code: code)))
      return
    }
    state = .open
    drain()
    guard state == .open else { return }
    let tell = onOpen
    onOpen = nil
    tell?()
  }

  private func read() {
    for _ in 0..<ByteStream.readsPerTurn {
      guard state == .open, reads else { return }
      let room = reactor.scratch
      let count = CSystem.read(descriptor, room.baseAddress, room.count)
      if count > 0 {
        onBytes?(UnsafeRawBufferPointer(rebasing: room[..<count]))
      } else if count == 0 {
        end()
        return
      } else {
        let code = tm_errno()
        if code != EAGAIN, code != EINTR {
          fail(.failed(SystemError("read from", peerName, code: code)))
        }
        return
      }
      if count < room.count { return }
    }
  }

  private func end() {
    hasEnded = true
    guard let onEnd else {
      fail(.endOfStream)
      return
    }
    update()
    self.onEnd = nil
    onEnd()
    closeWhenBothEnded()
  }

  private func drain() {
    while !queue.isEmpty {
      guard let sent = queue.withWaiting({ write($0) }) else { return }
      guard sent > 0 else { break }
      queue.consume(sent)
    }
    update()
    finishWhenDrained()
    if queue.isEmpty { onDrained?() }
  }

  /// The bytes the kernel took; nil when the stream has failed over it.
  func write(_ bytes: UnsafeRawBufferPointer) -> Int? {
    let sent = tm_send(descriptor, bytes.baseAddress, bytes.count)
    if sent >= 0 { return sent }
    let code = tm_errno()
    if code == EAGAIN || code == EINTR { return 0 }
    fail(.failed(SystemError("write to", peerName, code: code)))
    return nil
  }

  func finishWhenDrained() {
    guard finishes, queue.isEmpty, state == .open || state == .idle else { return }
    shutdown(descriptor, Int32(SHUT_WR))
    closeWhenBothEnded()
  }

  private func closeWhenBothEnded() {
    if hasEnded, finishes, queue.isEmpty, state != .closed { fail(.endOfStream) }
  }

  private func failBySocketError() {
    let code = tm_socket_error(descriptor)
    fail(code == 0 ? .endOfStream : .failed(SystemError("keep", peerName, code: code)))
  }

  func fail(_ reason: CloseReason) {
    guard state != .closed else { return }
    release()
    reactor.later {
      let tell = self.onClose
      self.dropHandlers()
      tell?(reason)
    }
  }

  func release() {
    guard state != .closed else { return }
    state = .closed
    if let connectTimer { reactor.remove(connectTimer) }
    if let watch { reactor.unwatch(watch) }
    if descriptor >= 0 { CSystem.close(descriptor) }
    (descriptor, watch, connectTimer) = (-1, nil, nil)
  }

  func dropHandlers() { (onOpen, onBytes, onEnd, onDrained, onClose) = (nil, nil, nil, nil, nil) }
}
