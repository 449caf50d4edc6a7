// SPDX-License-Identifier: Apache-2.0
internal import Devices
internal import NodeCore

/// The mesh as text: what `status` prints once and `watch` draws again and again.
///
/// Colour only repeats what words, numbers and bars already say.
struct StatusView {
  enum Style {
    case plain
    case colour
  }

  private let status: NodeStatus
  private let style: Style

  init(_ status: NodeStatus, style: Style) { (self.status, self.style) = (status, style) }

  var text: String {
    var text =
      "\(strong(status.name)) (\(status.profile)) in mesh \(status.meshID), "
      + "\(status.peers.count) peers, up \(duration(status.uptimeSeconds))\n"
    for relay in status.relays {
      let detail = relay.detail.isEmpty ? "" : " (\(relay.detail))"
      text += "relay \(relay.url): \(relay.state)\(detail), \(relay.nodes) nodes there\n"
    }
    if status.channels.isEmpty { text += "\nno channel yet: no input here and none from a peer\n" }
    for channel in status.channels { text += "\n" + section(channel) }
    text += "\n" + adapters("in", status.inputs) + adapters("out", status.outputs)
    for group in status.groups { text += line(group) }
    return text + applications()
  }

  private func section(_ channel: NodeStatus.Channel) -> String {
    let heading =
      "\(strong(channel.name))  \(Format.decimal(channel.frequency, 2)) Hz, "
      + "decided over \(Format.decimal(channel.decisionSeconds, 1)) s\n"
    return heading
      + gauge("mean coherence", channel.meanCoherence)
      + gauge("order parameter", channel.orderParameter)
      + gauge("locking index", channel.lockingIndex)
      + "  \(verdict(channel))\n\n" + members(channel.members)
  }

  private func gauge(_ name: String, _ value: Double?) -> String {
    let label = "  " + Format.padded(name, to: 16)
    guard let value else { return label + "   -\n" }
    let width = 30
    let filled = max(0, min(width, Int((value * Double(width)).rounded())))
    var bar = ""
    for column in 0..<width { bar += column < filled ? "█" : "·" }
    return "\(label) \(Format.decimal(value, 2))  \(tinted(bar, value > 0.75))\n"
  }

  private func verdict(_ channel: NodeStatus.Channel) -> String {
    let looks =
      "n_eff \(Format.decimal(channel.nEffective, 1)), "
      + "chance \(scientific(channel.significance))"
    let word: String
    if channel.emergent {
      word = tinted("EMERGENT", true)
    } else if channel.we {
      word = tinted("WE: two nodes locked", true)
    } else {
      word = "not emergent (\(missing(channel)))"
    }
    let phase =
      channel.commonPhase.map { ", common phase \(Format.decimal($0, 0))°" } ?? ""
    return "\(word), \(channel.n) nodes, \(looks)\(phase)"
  }

  /// What keeps the channel from being emergent, in the order in which the gates are looked at.
  private func missing(_ channel: NodeStatus.Channel) -> String {
    if channel.n < 2 { return "nobody else yet" }
    if channel.nEffective < 20 { return "too few independent looks yet" }
    if channel.meanCoherence <= 0.75 { return "mean coherence at or below 0.75" }
    if (channel.lockingIndex ?? 0) <= 0.75 { return "locking at or below 0.75" }
    if channel.significance >= 0.001 { return "chance could explain it" }
    return "holding, but not yet for long enough"
  }

  private func members(_ members: [NodeStatus.Member]) -> String {
    var table = Table(["  node", "phase", "coherence", "locking", "quality", "state"])
    for member in members {
      let phase = member.phase.map { "\(arrow($0)) \(Format.decimal($0, 0))°" } ?? "-"
      table.add([
        "  \(member.name)\(member.isSelf ? " (here)" : "")", phase,
        Format.decimal(member.coherence, 2),
        member.locking.map { Format.decimal($0, 2) } ?? "-",
        Format.decimal(member.quality, 2), member.isFresh ? "fresh" : "stale",
      ])
    }
    return table.text
  }

  private func adapters(_ direction: String, _ adapters: [NodeStatus.Adapter]) -> String {
    var text = ""
    for adapter in adapters {
      text += "  \(direction) \(adapter.id): \(adapter.type) \(adapter.device), \(adapter.state)"
      if adapter.state != "working", !adapter.detail.isEmpty { text += " (\(adapter.detail))" }
      if let frequency = adapter.frequency, let volume = adapter.volume {
        text += ", \(Format.decimal(frequency, 1)) Hz at volume \(Format.decimal(volume, 2))"
      }
      for reading in adapter.readings {
        let unit = reading.unit.isEmpty ? "" : " \(reading.unit)"
        text += ", \(reading.name) \(Format.decimal(reading.value, 2))\(unit)"
      }
      if adapter.recoveries > 0 { text += ", \(adapter.recoveries) recoveries" }
      text += "\n"
    }
    return text
  }

  private func applications() -> String {
    var text = ""
    for node in status.virtualNodes {
      text += text.isEmpty ? "  applications " : ", "
      text += "\(node.name) (\(node.received) in, \(node.sent) out, \(node.dropped) dropped)"
    }
    return text.isEmpty ? "" : text + "\n"
  }

  private func line(_ group: NodeStatus.Group) -> String {
    var text = "  group \(group.label.isEmpty ? group.id : group.label): \(group.state)"
    if !group.lan.isEmpty {
      text += ", \(group.members) others, local network \(group.lan), relay \(group.relay)"
    }
    if !group.expires.isEmpty { text += ", until \(group.expires)" }
    if !group.failure.isEmpty, group.failure != group.state { text += " (\(group.failure))" }
    return text + "\n"
  }

  /// Which way the phasor points, as the hand of a clock whose 0° is to the right.
  private func arrow(_ degrees: Double) -> String {
    let arrows = ["→", "↗", "↑", "↖", "←", "↙", "↓", "↘"]
    let eighth = Int((degrees / 45).rounded()) % 8
    return arrows[(eighth + 8) % 8]
  }

  private func scientific(_ value: Double) -> String {
    guard value > 0, value < 0.001 else { return Format.decimal(value, 3) }
    var exponent = 0
    var mantissa = value
    while mantissa < 1 && exponent < 300 {
      mantissa *= 10
      exponent += 1
    }
    return exponent >= 300 ? "0" : "\(Format.decimal(mantissa, 0))e-\(exponent)"
  }

  private func duration(_ seconds: Double) -> String {
    let whole = Int(seconds)
    return whole < 60 ? "\(whole) s" : "\(whole / 60) min \(whole % 60) s"
  }

  private func strong(_ text: String) -> String {
    style == .colour ? "\u{1B}[1m\(text)\u{1B}[0m" : text
  }

  private func tinted(_ text: String, _ isHigh: Bool) -> String {
    style == .colour ? "\u{1B}[\(isHigh ? "32" : "36")m\(text)\u{1B}[0m" : text
  }
}
