// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import MMP

/// Pulses over the keys of real handshakes, and members who are not of the pair.
@Suite struct PulsePairTests {
  private static let session = SessionID(rawValue: 0x1234_5001)
  private let message = PulseMessage.pulse(.golden)

  init() { #expect(Sodium.isReady) }

  private func keys(
    _ dialer: Identity = LinkPair.alice, _ listener: Identity = LinkPair.bob,
    ephemeral: (UInt8, UInt8) = (10, 11)
  ) throws -> (dialer: PulseKeys, listener: PulseKeys, pair: LinkPair) {
    var pair = LinkPair(
      dialer: LinkPair.link(.dialer, dialer, ephemeral: ephemeral.0),
      listener: LinkPair.link(.listener, listener, ephemeral: ephemeral.1))
    pair.exchange()
    let dialers = pair.dialer.establishedKeys()
    let listeners = pair.listener.establishedKeys()
    return (try #require(dialers), try #require(listeners), pair)
  }

  private func open(_ datagram: [UInt8], with key: Key32) -> Result<PulseMessage, PulseError> {
    var opener = PulseOpener(session: Self.session, key: key)
    return opener.opened(datagram)
  }

  @Test func eachDirectionHasItsOwnKey() throws {
    let (alice, bob, _) = try keys()
    var sealer = PulseSealer(session: Self.session, key: alice.sending)
    let datagram = try sealer.sealed(message)
    #expect(open(datagram, with: bob.receiving) == .success(message))
    // Sent back to its sender it does not open: reflection.
    #expect(open(datagram, with: alice.receiving) == .failure(.authentication))
    // Had both directions one key, it would.
    #expect(open(datagram, with: alice.sending) == .success(message))
  }

  @Test(arguments: [(UInt8(20), UInt8(11)), (10, 21), (20, 21)])
  func aRestartOfEitherSideEndsOldDatagrams(_ fresh: (UInt8, UInt8)) throws {
    let before = try keys()
    let after = try keys(ephemeral: fresh)
    var sealer = PulseSealer(session: Self.session, key: before.dialer.sending)
    let recorded = try sealer.sealed(message)
    #expect(open(recorded, with: after.listener.receiving) == .failure(.authentication))
    // A receiver that kept its key over the restart, but not its window, would take it again.
    #expect(open(recorded, with: before.listener.receiving) == .success(message))
  }

  @Test func aThirdMemberCanNeitherReadNorForge() throws {
    let mallory = Identity(seed: key(9))
    let victims = try keys()
    let withAlice = try keys(mallory, LinkPair.alice, ephemeral: (30, 31))
    let withBob = try keys(mallory, LinkPair.bob, ephemeral: (32, 33))
    var alices = PulseSealer(session: Self.session, key: victims.dialer.sending)
    let datagram = try alices.sealed(message)
    let hers = [withAlice.dialer, withBob.dialer].flatMap { [$0.sending, $0.receiving] }
    // All she has besides: the mesh key and what she overheard of the handshake.
    let overheard = victims.pair.fromDialer + victims.pair.fromListener
    let guesses = [
      LinkPair.mesh.psk, NoiseHash.digest(overheard),
      NoiseHash.code(key: LinkPair.mesh.psk, overheard),
    ]
    for stolen in hers + guesses {
      #expect(open(datagram, with: stolen) == .failure(.authentication))
      var forger = PulseSealer(session: Self.session, key: stolen)
      let forged = try forger.sealed(message)
      #expect(open(forged, with: victims.listener.receiving) == .failure(.authentication))
    }
    // With the one key that the pair keeps to itself, both succeed.
    let secret = victims.dialer.sending
    #expect(open(datagram, with: secret) == .success(message))
    var forger = PulseSealer(session: Self.session, key: secret)
    #expect(open(try forger.sealed(message), with: victims.listener.receiving) == .success(message))
  }

  @Test func exportedKeysAreBoundToTheWholeHandshake() throws {
    let one = try self.keys()
    let otherHello = LinkPair.hello(of: LinkPair.alice, session: 2)
    var pair = LinkPair(
      dialer: LinkPair.link(.dialer, LinkPair.alice, ephemeral: 10, hello: otherHello))
    pair.exchange()
    let keys = pair.dialer.establishedKeys()
    let other = try #require(keys)
    // Same keys on both sides, one field of the third message different.
    #expect(one.dialer.sending != other.sending && one.dialer.receiving != other.receiving)
  }
}
