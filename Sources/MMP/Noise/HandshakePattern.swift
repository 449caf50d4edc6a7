// SPDX-License-Identifier: Apache-2.0

/// What each message of a Noise handshake carries and mixes in.
///
/// Source: Noise rev. 34 §7 and §9.
struct HandshakePattern: Sendable {
  enum Token: Sendable {
    /// An ephemeral public key.
    case e
    /// A static public key.
    case s
    /// The agreement of both ephemeral keys.
    case ee
    /// The agreement of the initiator's ephemeral and the responder's static key.
    case es
    /// The agreement of the initiator's static and the responder's ephemeral key.
    case se
    /// The key both sides had before.
    case psk
  }

  let protocolName: String
  /// The first message and every second one after it are the initiator's.
  let messages: [[Token]]

  /// The handshake of secure links.
  ///
  /// Both sides prove the mesh key with their first message, and only a holder of that key can
  /// ever see their static keys.
  static let meshLink = Self(
    protocolName: "Noise_XXpsk0_25519_ChaChaPoly_SHA256",
    messages: [[.psk, .e], [.e, .ee, .s, .es], [.s, .se]])

  /// Whether ephemeral keys are mixed into the key too, as every `psk` pattern demands.
  var hasPresharedKey: Bool {
    messages.contains { $0.contains { $0 == .psk } }
  }
}
