// SPDX-License-Identifier: Apache-2.0

/// The two keys of one pair's datagrams, one for each direction.
///
/// Exported from the pair's handshake and known to its two ends alone: a third member of the mesh
/// has neither, and the next handshake makes others.
package struct PulseKeys: Equatable, Sendable {
  package let sending: Key32
  package let receiving: Key32

  package init(sending: Key32, receiving: Key32) {
    (self.sending, self.receiving) = (sending, receiving)
  }

  /// HMAC-SHA256, under the final chaining key, of a label and the handshake hash.
  init(handshake: SymmetricState, isInitiator: Bool) {
    let initiators = handshake.export("taumesh pulse initiator")
    let responders = handshake.export("taumesh pulse responder")
    sending = isInitiator ? initiators : responders
    receiving = isInitiator ? responders : initiators
  }
}
