// SPDX-License-Identifier: Apache-2.0

/// What an adapter wants of the surface process: one way in or out of the node through the web.
///
/// Secrets are named by file: the surface reads them, they never pass through the node.
package enum SurfaceEndpoint: Equatable, Sendable {
  /// Numbers, or phasors, posted to /input/`name` with the surface's token.
  case posts(name: String, phases: Bool)
  /// The same as messages of a WebSocket at /input/`name`.
  case sockets(name: String, phases: Bool)
  /// A number fetched from `url` whenever it is asked for; at `pointer` (RFC 6901) of its JSON.
  case poll(url: String, pointer: String, keyFile: String?, timeoutMilliseconds: Int)
  /// A topic of the MQTT broker at `url` (mqtt:// or mqtts://).
  case topic(url: String, topic: String, pointer: String, user: String?, passwordFile: String?)
  /// The tokens of a language model behind an OpenAI-compatible `url`; asked again after a pause.
  case tokens(
    url: String, model: String, prompt: String, keyFile: String?, pauseMilliseconds: Int)
  /// Where bodies are posted to.
  case hook(url: String, keyFile: String?, timeoutMilliseconds: Int)
  /// The relay at `url` (ws:// or wss://), as a node that calls itself `name`; `group` asks for the
  /// channel of that group.
  case relay(url: String, nodeID: String, name: String, tokenFile: String?, group: String?)
  /// The relay that this machine serves, as its configuration says.
  case relayServer
  /// Apple's push service, or the one at `url`: notifications are sent as `PushOrder` of the surface.
  case apns(url: String, keyFile: String, keyID: String, team: String, topic: String)
  /// Google's.
  case fcm(url: String, accountFile: String)
}

/// What became of a notification.
package enum PushOutcome: Sendable {
  case sent
  /// The device's token is of no more use.
  case gone
  case failed
}

/// What became of an endpoint.
package enum SurfaceReport: Equatable, Sendable {
  /// It works; what it is, for people.
  case ready(String)
  case value(Double)
  /// A phasor and how steady its sender holds it, 0…1.
  case phasor(re: Double, im: Double, coherence: Double)
  /// The token at a position of the stream, with the natural logarithm of its probability.
  case token(position: Int64, logprob: Double)
  /// A body was taken by the other end; so many were dropped since the last report.
  case sent(dropped: Int)
  /// What happens at a relay.
  case relay(RelayReport)
  /// What became of the notification of that number.
  case pushed(Int64, PushOutcome, reason: String)
  /// It does not work now. A poll and a hook go on by themselves; others end and are to be closed.
  case failed(String)
}
