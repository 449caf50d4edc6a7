// SPDX-License-Identifier: Apache-2.0
package import MMP

/// What a node knows of all others, those included that are away: told by themselves, signed, and
/// handed on from neighbour to neighbour (MMP 0.2.0, `peer-info`; SWIM's piggyback).
///
/// A signed card yields to a newer card of the same node alone. Hearsay, that is entries without
/// one, never touches a node that has signed or that this node has met, and fills at most a
/// quarter of the room. Where there is no room the entry of the lowest rank that was seen longest
/// ago gives way, and none to one of lower rank. Entries not seen for the time to live are
/// forgotten.
package struct PeerDirectory: Sendable {
  package struct Counters: Equatable, Sendable {
    /// Cards that were not signed by their node, or with a key that is replaced.
    package var forged: UInt64 = 0
    /// Entries for which there was no room.
    package var refused: UInt64 = 0
  }

  /// A week, milliseconds.
  package static let usualTimeToLive: Int64 = 7 * 86_400_000
  /// A sign of life this much later than the one told is told anew, milliseconds.
  static let tellAgain: Int64 = 600_000

  package private(set) var counters = Counters()
  /// By ascending nodeId.
  package private(set) var records: [PeerRecord] = []
  /// Counts changes worth telling.
  package private(set) var change = 0
  private let ownID: String
  private let capacity: Int
  private let timeToLive: Int64

  package init(ownID: NodeID, capacity: Int, timeToLive: Int64 = usualTimeToLive) {
    (self.ownID, self.capacity) = (ownID.description, max(4, capacity))
    self.timeToLive = timeToLive
  }

  package subscript(nodeID: String) -> PeerRecord? {
    index(of: Self.canonical(nodeID)).map { records[$0] }
  }

  /// A connection with a node stands, or has just ended.
  package mutating func met(_ nodeID: String, name: String, at wall: Int64) {
    let id = Self.canonical(nodeID)
    if let index = index(of: id) {
      var record = records[index]
      let isNews =
        !record.isMet || wall - record.lastSeen >= Self.tellAgain && record.card == nil
        || record.card == nil && record.name != name
      record.isMet = true
      record.lastSeen = max(record.lastSeen, wall)
      if record.card == nil { record.name = name }
      replace(index, record, isNews: isNews)
    } else {
      insert(PeerRecord(nodeID: id, name: name, lastSeen: wall, isMet: true))
    }
  }

  /// A node has told this one how it can be woken.
  package mutating func take(_ channel: WakeChannel, of nodeID: String) {
    guard let index = index(of: Self.canonical(nodeID)), records[index].card == nil,
      records[index].wakeChannel != channel
    else { return }
    var record = records[index]
    record.wakeChannel = channel
    replace(index, record, isNews: true)
  }

  /// A node cannot be woken that way any more.
  package mutating func forgetWakeChannel(of nodeID: String) {
    guard let index = index(of: Self.canonical(nodeID)) else { return }
    var record = records[index]
    record.wakeChannel = nil
    replace(index, record, isNews: false)
  }

  /// Takes what a peer knows of others.
  ///
  /// - Parameters:
  ///   - entries: As they came.
  ///   - isSecure: Whether that peer is a member; cards of others are not looked at.
  ///   - trust: Whose keys are whose.
  ///   - meshID: This mesh.
  ///   - wall: Milliseconds of the Unix epoch.
  package mutating func merge(
    _ entries: [PeerInfo.Entry], isSecure: Bool, trust: LinkTrust, meshID: String, at wall: Int64
  ) {
    for entry in entries {
      let id = Self.canonical(entry.nodeID)
      guard id != ownID else { continue }
      if isSecure, let card = entry.card {
        merge(card, id, trust, meshID, wall)
      } else {
        mergeHearsay(entry, id, wall)
      }
    }
  }

  private mutating func merge(
    _ card: PeerCard, _ id: String, _ trust: LinkTrust, _ meshID: String, _ wall: Int64
  ) {
    let known = index(of: id)
    if let known, let held = records[known].card, held.sequence >= card.sequence { return }
    guard card.nodeID.description == id, card.isGenuine(trust, meshID: meshID) else {
      counters.forged += 1
      return
    }
    // A clock that runs ahead keeps nobody alive.
    let seen = min(Int64(clamping: card.sequence), wall)
    guard let known else {
      guard wall - seen < timeToLive else { return }
      return insert(
        PeerRecord(
          nodeID: id, name: card.name, wakeChannel: card.description.wakeChannel, lastSeen: seen,
          card: card, isMet: false))
    }
    var record = records[known]
    (record.name, record.card) = (card.name, card)
    record.wakeChannel = card.description.wakeChannel
    record.lastSeen = record.isMet ? max(record.lastSeen, seen) : seen
    replace(known, record, isNews: true)
  }

  private mutating func mergeHearsay(_ entry: PeerInfo.Entry, _ id: String, _ wall: Int64) {
    let seen = min(max(0, entry.lastSeenMilliseconds), wall)
    guard wall - seen < timeToLive else { return }
    guard let known = index(of: id) else {
      return insert(
        PeerRecord(
          nodeID: id, name: entry.name, wakeChannel: entry.wakeChannel, lastSeen: seen,
          isMet: false))
    }
    var record = records[known]
    guard record.card == nil, seen > record.lastSeen else { return }
    let isNews = seen - record.lastSeen >= Self.tellAgain
    record.lastSeen = seen
    if !record.isMet {
      record.name = entry.name
      record.wakeChannel = entry.wakeChannel ?? record.wakeChannel
    } else if record.wakeChannel == nil {
      record.wakeChannel = entry.wakeChannel
    }
    replace(known, record, isNews: isNews)
  }

  /// Forgets who has not been seen for too long; those in `present` are there.
  package mutating func expire(at wall: Int64, present: [String]) {
    records.removeAll { wall - $0.lastSeen >= timeToLive && !present.contains($0.nodeID) }
  }

  /// Takes up again what was kept over a restart.
  package mutating func restore(_ kept: [PeerRecord]) {
    for record in kept where record.nodeID != ownID && index(of: record.nodeID) == nil {
      insert(record)
    }
  }

  /// Records changed since `change`, in the order they changed, at most `limit` of them.
  ///
  /// - Returns: They, and the change up to which all have been given.
  package func news(since change: Int, limit: Int) -> (records: [PeerRecord], upTo: Int) {
    var news = records.filter { $0.change > change }
    guard news.count > limit else { return (news, self.change) }
    news.sort { $0.change < $1.change }
    news.removeLast(news.count - limit)
    return (news, news.last?.change ?? change)
  }

  private mutating func replace(_ index: Int, _ record: PeerRecord, isNews: Bool) {
    records[index] = record
    guard isNews else { return }
    change += 1
    records[index].change = change
  }

  private mutating func insert(_ record: PeerRecord) {
    guard makeRoom(for: record) else {
      counters.refused += 1
      return
    }
    change += 1
    let place = records.firstIndex { $0.nodeID > record.nodeID } ?? records.count
    records.insert(record, at: place)
    records[place].change = change
  }

  private mutating func makeRoom(for record: PeerRecord) -> Bool {
    let hearsay = records.reduce(0) { $0 + ($1.rank == 0 ? 1 : 0) }
    let isHearsay = record.rank == 0
    guard records.count >= capacity || isHearsay && hearsay >= capacity / 4 else { return true }
    var least: Int?
    for index in records.indices where !isHearsay || records[index].rank == 0 {
      guard let found = least else {
        least = index
        continue
      }
      let (one, other) = (records[index], records[found])
      if one.rank < other.rank || one.rank == other.rank && one.lastSeen < other.lastSeen {
        least = index
      }
    }
    guard let least else { return false }
    let (found, rank) = (records[least], record.rank)
    guard found.rank < rank || found.rank == rank && found.lastSeen < record.lastSeen else {
      return false
    }
    records.remove(at: least)
    return true
  }

  private func index(of id: String) -> Int? { records.firstIndex { $0.nodeID == id } }

  /// One spelling for each UUID; other identifiers stay as they are.
  private static func canonical(_ nodeID: String) -> String {
    NodeID(nodeID)?.description ?? nodeID
  }
}
