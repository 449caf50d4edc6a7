// SPDX-License-Identifier: Apache-2.0
package import Devices
package import PhaseSpace
internal import Runtime

/// A language model's stream of tokens, read through the surface.
///
/// Its phase turns once each `period` tokens, its quality is the model's confidence.
package final class TokenInput: Input {
  package static let type = InputType(
    "tokens", "the tokens of a language model behind an OpenAI-compatible server",
    keys: [
      .required("url", .text, "of chat completions: http://HOST:8080/v1/chat/completions"),
      .required("model", .text, "its name there"),
      .required("prompt", .text, "what it is asked, again and again"),
      SurfaceKeys.keyFile,
      .optional("period", .integer(2...4096), default: "16", "tokens of one turn of the phase"),
      .optional("rate", .number(0.1...1000, unit: ""), default: "20", "tokens a second, roughly"),
      .optional("pause", .duration(0.1...3600), default: "5s", "between two completions"),
    ]
  ) { values throws(AdapterProblem) in try TokenInput(values) }

  /// Tokens may pause for so long before there is no quality, nanoseconds.
  static let staleAfter: Int64 = 3_000_000_000

  package let id: String
  package let device: String
  package let channels: [InputChannel]
  package private(set) var status = AdapterStatus.stopped
  package private(set) var counters = AdapterCounters()
  package var onStatusChange: ((AdapterStatus) -> Void)?
  package var readings: [Reading] { [] }

  private let endpoint: SurfaceEndpoint
  private var encoder: TokenEncoder
  private var services: AdapterServices?
  private var hasToken = false
  private var link: SurfaceLinkage?

  private init(_ values: AdapterValues) throws(AdapterProblem) {
    id = values.id
    let url = try values.url("url", schemes: ["http", "https"])
    device = "\(values.text("model")) at \(url)"
    encoder = TokenEncoder(
      period: values.integer("period"), tokensPerSecond: values.number("rate"),
      staleAfter: Self.staleAfter)
    channels = [
      InputChannel(
        values.optionalText("channel") ?? "tokens-\(values.integer("period"))",
        frequency: encoder.frequency, noiseBandwidth: encoder.noiseBandwidth)
    ]
    endpoint = .tokens(
      url: url, model: values.text("model"), prompt: values.text("prompt"),
      keyFile: values.optionalText("key-file"),
      pauseMilliseconds: Int(values.duration("pause") * 1000))
  }

  package func latest(_ channel: Int) -> PhaseSample? {
    guard hasToken, let now = services?.reactor.now else { return nil }
    return encoder.reading(at: now).sample(at: now)
  }

  package func start(on services: AdapterServices) {
    guard link == nil else { return }
    self.services = services
    link = SurfaceLinkage(
      endpoint, services, onReport: { self.take($0, services) }, onStatus: { self.tell($0) })
  }

  package func stop() {
    link?.close()
    link = nil
    status = .stopped
  }

  package func probe(_ services: AdapterServices) throws(AdapterProblem) -> String {
    "\(device), through `taumesh surface`; nothing is asked of it by doctor"
  }

  private func take(_ report: SurfaceReport, _ services: AdapterServices) {
    guard case .token(let position, let logprob) = report else { return }
    counters.blocks += 1
    // Several come in one event: each needs a time of its own.
    encoder.take(position: position, logprob: logprob, at: MonotonicClock.now)
    hasToken = true
  }

  private func tell(_ status: AdapterStatus) {
    if case .failed = status { counters.failures += 1 }
    self.status = status
    onStatusChange?(status)
  }
}
