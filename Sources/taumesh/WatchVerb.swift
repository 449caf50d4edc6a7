// SPDX-License-Identifier: Apache-2.0
internal import CSystem
internal import NodeCore
internal import Runtime

final class WatchVerb: Verb {
  private static let plain = Option("--plain", nil, "no colour and no redrawing: one view a second")
  private static let count = Option("--count", "N", "stop after N views")

  override var name: StaticString { "watch" }
  override var summary: StaticString { "shows phases, coherence and mesh state live" }
  override var usage: StaticString { "watch [--state DIR] [--plain] [--count N]" }
  override var options: [Option] { [.state, Self.plain, Self.count] }
  override var notes: StaticString {
    "NO_COLOR in the environment turns colour off. Ctrl-C ends it."
  }

  override func run(_ arguments: Arguments) -> Int32 {
    let isLive = !arguments.has(Self.plain) && Terminal.isInteractive
    let views = arguments.value(Self.count).flatMap { Int($0) } ?? Int.max
    guard views > 0 else {
      StandardOutput.writeError("taumesh watch: --count expects a number of 1 or more\n")
      return 2
    }
    let signals = blockedSignals()
    defer { close(signals) }
    if isLive { StandardOutput.write("\u{1B}[?1049h\u{1B}[?25l") }
    defer { if isLive { StandardOutput.write("\u{1B}[?25h\u{1B}[?1049l") } }
    return watch(socket(arguments), isLive, views, signals)
  }

  private func watch(_ socket: String, _ isLive: Bool, _ views: Int, _ signals: Int32) -> Int32 {
    let style: StatusView.Style = isLive && getenv("NO_COLOR") == nil ? .colour : .plain
    for view in 1...views {
      do throws(ControlClient.Failure) {
        let status = try ControlClient.status(socket: socket)
        draw(StatusView(status, style: style).text, isLive)
      } catch {
        guard isLive, view > 1 else {
          StandardOutput.writeError("taumesh watch: \(error)\n")
          return 1
        }
        draw("\(error)\n", isLive)
      }
      if view < views, waited(for: signals, milliseconds: isLive ? 200 : 1000) { return 0 }
    }
    return 0
  }

  /// Writes over what was there, line by line, so that nothing flickers.
  private func draw(_ text: String, _ isLive: Bool) {
    guard isLive else {
      StandardOutput.write(text + "\n")
      return
    }
    var frame = "\u{1B}[H"
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      frame += "\(line)\u{1B}[K\r\n"
    }
    StandardOutput.write(frame + "\u{1B}[J")
  }

  private func blockedSignals() -> Int32 {
    var set = sigset_t()
    sigemptyset(&set)
    sigaddset(&set, SIGINT)
    sigaddset(&set, SIGTERM)
    sigprocmask(SIG_BLOCK, &set, nil)
    return signalfd(-1, &set, Int32(SFD_CLOEXEC))
  }

  /// - Returns: Whether a signal to end came in that time.
  private func waited(for signals: Int32, milliseconds: Int32) -> Bool {
    var descriptor = pollfd(fd: signals, events: Int16(POLLIN), revents: 0)
    return poll(&descriptor, 1, milliseconds) > 0
  }
}
