// SPDX-License-Identifier: Apache-2.0
internal import MMP
internal import Mesh
internal import PhaseSpace
internal import Runtime

/// What a node keeps over a restart: whom it has met on secure links, and its slow integrators.
///
/// The integrators go on only within one boot of the machine: their phases are against the
/// monotonic clock, which starts anew with it. The time in between counts as silence.
struct NodeMemory {
  struct Bank {
    let channel: String
    /// Of each integrator: re, im and weight of its sum.
    let sums: [[Double]]
  }

  static let maximumBytes = 256 << 10

  private(set) var secureNodes: [NodeID] = []
  /// Nodes known of, there or away.
  private(set) var peers: [PeerRecord] = []
  /// Of the newest card that this node signed.
  private(set) var cardSequence: UInt64 = 0
  private(set) var banks: [Bank] = []
  private var savedAt: Int64 = 0
  private var machineBoot = ""

  /// The memory in `path`; an empty one, with a warning, where the file cannot be used.
  static func load(_ path: String, log: Log) -> NodeMemory {
    var memory = NodeMemory()
    do throws(StateFile.Failure) {
      guard let content = try StateFile.read(path, limit: maximumBytes) else { return memory }
      do throws(JSONFailure) {
        let limits = JSONLimits(textBytes: maximumBytes, arenaBytes: 4 << 20)
        try JSONDocument.read(content, limits: limits) { value in
          guard !memory.read(value) else { return }
          log.warning(
            "node",
            "\(path): expected secureNodes, savedAt, machineBoot and banks; "
              + "starting without what is missing")
        }
      } catch { log.warning("node", "\(path): \(error); starting without what it held") }
    } catch { log.warning("node", "\(error); starting without what it held") }
    return memory
  }

  /// The integrators of `channel`, aged to `now`; nil where none can go on.
  func bank(of channel: String, profile: TauProfile, at now: Int64) -> IntegratorBank? {
    guard machineBoot == Self.thisBoot, savedAt <= now,
      let saved = banks.first(where: { $0.channel == channel })
    else { return nil }
    var bank = IntegratorBank(profile: profile)
    guard bank.restore(saved.sums) else { return nil }
    bank.decay(seconds: Double(now - savedAt) * 1e-9)
    return bank
  }

  mutating func take(_ board: ChannelBoard, _ peering: Peering, at now: Int64) {
    secureNodes = peering.table.secureNodes
    keep(peering.directory.records, cardSequence: peering.cardSequence)
    (savedAt, machineBoot) = (now, Self.thisBoot)
    banks = []
    for channel in board.channels where channel.own != nil {
      banks.append(Bank(channel: channel.name, sums: channel.bank.sums))
    }
  }

  mutating func keep(_ peers: [PeerRecord], cardSequence: UInt64) {
    (self.peers, self.cardSequence) = (peers, cardSequence)
  }

  func save(_ path: String) throws(StateFile.Failure) {
    var json = JSONWriter()
    json.object { object in
      object.array("secureNodes", of: secureNodes.map { $0.description })
      object.array("peers") { list in
        for peer in peers {
          list.object { entry in
            peer.entry(toSecure: true, withWakeChannel: true).write(&entry)
            entry.field("met", peer.isMet)
          }
        }
      }
      object.field("cardSequence", cardSequence)
      object.field("savedAt", savedAt)
      object.field("machineBoot", machineBoot)
      object.array("banks") { list in
        for bank in banks {
          list.object { entry in
            entry.field("channel", bank.channel)
            entry.array("sums") { rows in
              for sum in bank.sums { rows.array { row in for value in sum { row.value(value) } } }
            }
          }
        }
      }
    }
    try StateFile.write(path, json.bytes)
  }

  /// False when something that a node writes is missing.
  private mutating func read(_ object: JSONValue) -> Bool {
    savedAt = object.int("savedAt") ?? 0
    machineBoot = object.string("machineBoot") ?? ""
    for text in object.array("secureNodes")?.elements.compactMap({ $0.string }) ?? [] {
      if let nodeID = NodeID(text) { secureNodes.append(nodeID) }
    }
    cardSequence = UInt64(clamping: object.int("cardSequence") ?? 0)
    for value in object.array("peers")?.elements ?? [] {
      guard let entry = PeerInfo.Entry(reading: value) else { continue }
      peers.append(PeerRecord(entry, isMet: value.bool("met") ?? false))
    }
    for entry in object.array("banks")?.elements ?? [] {
      let sums = entry.array("sums")?.elements.map { row in row.elements.compactMap { $0.double } }
      banks.append(Bank(channel: entry.string("channel") ?? "", sums: sums ?? []))
    }
    return object.array("secureNodes") != nil && object.int("savedAt") != nil
      && object.string("machineBoot") != nil && object.array("banks") != nil
  }

  /// Names this run of the machine; the same until it starts again.
  private static var thisBoot: String {
    do throws(StateFile.Failure) {
      let bytes = try StateFile.read("/proc/sys/kernel/random/boot_id", limit: 64) ?? []
      return String(decoding: bytes.prefix { $0 > 32 }, as: UTF8.self)
    } catch { return "" }
  }
}
