// SPDX-License-Identifier: Apache-2.0
@testable import MMP

private let session = SessionID(rawValue: 7)

private func identity(_ byte: UInt8) -> Identity {
  Identity(seed: Key32(hashed: [UInt8](repeating: byte, count: 32)))
}

/// A datagram from a stranger, and the same bytes as the body of an authentic one.
func fuzzPulse(_ bytes: UnsafeRawBufferPointer) {
  var opener = PulseOpener(session: session, key: .zero)
  do { _ = try opener.open(bytes) } catch {}
  guard let first = bytes.first, let kind = PulseMessage.Kind(rawValue: 1 + first % 3),
    bytes.count > kind.bodyCount
  else { return }
  let body = UnsafeRawBufferPointer(rebasing: bytes.dropFirst())
  let message = PulseMessage.read(kind, from: body)
  _ = message.fault
  var again = [UInt8](repeating: 0, count: kind.bodyCount)
  again.withUnsafeMutableBytes { message.write(to: $0) }
  precondition(again.elementsEqual(body.prefix(kind.bodyCount)), "a pulse changed when written")
}

/// What a stranger says to a listener and to a dialer: nobody is let in without the secret.
func fuzzLink(_ bytes: UnsafeRawBufferPointer) {
  guard let key = MeshKey(meshID: "home", secret: .zero) else { return }
  for role in [SecureLink.Role.listener, .dialer] {
    let own = identity(1)
    var link = SecureLink(
      role: role, identity: own, key: key,
      hello: LinkHello(publicKey: own.publicKey, boot: 1, pulseSession: session, udpPort: 1),
      ephemeralSeed: .zero)
    _ = link.takeOutput()
    link.receive(bytes)
    while let event = link.nextEvent() {
      if case .established = event { preconditionFailure("a stranger was let in") }
    }
    link.receiveEnd()
  }
}

/// What a member says of itself inside the handshake.
func fuzzHello(_ bytes: UnsafeRawBufferPointer) {
  guard let hello = try? LinkHello(Array(bytes)) else { return }
  guard let again = try? LinkHello(hello.bytes) else { preconditionFailure("hello not read back") }
  precondition(again == hello, "a hello changed when written")
}
