// SPDX-License-Identifier: Apache-2.0

/// One node's estimate of one channel: who is coherent, who is locked to whom, what has emerged.
///
/// Members live in slots that the caller gives out. `observe` keeps each member's newest sample,
/// `tick` extrapolates all of them to one instant of this node's clock, demodulates at the channel's
/// frequency and integrates with τ_d, and `state` reads the numbers. The demodulation is against
/// this node's clock alone: it turns every member alike, so no pair's locking depends on it.
///
/// Samples rarer than ticks are extrapolated and integrated again. That weighs a sample by the time
/// it stood for and adds no independent value: n_eff is bounded by the bandwidth B and by the rate
/// of samples, not by ticks alone.
/// After `init` nothing is allocated by `observe`, `tick` or `state`.
package struct ChannelEstimator: Sendable {
  package let settings: ChannelSettings
  package let capacity: Int
  /// Pairwise locking, by slot.
  package private(set) var locking: LockingMatrix
  /// τ_d in seconds: the longest that any member requires.
  package private(set) var decisionTau = 0.0
  private var members: [ChannelMember?]
  /// The occupied slots, ascending, in the first `occupied` places.
  private var slots: [Int]
  private var occupied = 0
  private var present: [Int]
  private var phasors: [Phasor]
  private var usable: [Bool]
  private var guess: [Phasor]
  private var spectrum: HermitianSpectrum
  private var gate = EmergenceGate()
  private var lastTick: Int64?
  private var tickSeconds = 0.0

  /// The longest time after which a silent member is stale: 1.5 s.
  package static let longestStale: Int64 = 1_500_000_000

  /// Room for `capacity` members, this node included.
  package init(settings: ChannelSettings, capacity: Int) {
    self.settings = settings
    self.capacity = capacity
    locking = LockingMatrix(capacity: capacity)
    members = Array(repeating: nil, count: capacity)
    slots = Array(repeating: 0, count: capacity)
    present = slots
    phasors = Array(repeating: .zero, count: capacity)
    usable = Array(repeating: false, count: capacity)
    guess = phasors
    spectrum = HermitianSpectrum(capacity: capacity)
  }

  /// Gives a slot to a member whose encoder has noise bandwidth `bandwidth` (hertz, two-sided) and
  /// which requires a decision time of `requiredTau` seconds (see `DecisionTime.required`).
  ///
  /// A slot that is taken is left first. A bandwidth or time out of range is brought into it.
  package mutating func join(slot: Int, bandwidth: Double, requiredTau: Double) {
    precondition(members.indices.contains(slot), "slot \(slot) of \(capacity)")
    leave(slot: slot)
    members[slot] = ChannelMember(bandwidth: 0, requiredTau: 0)
    slots[occupied] = slot
    occupied += 1
    var place = occupied - 1
    while place > 0, slots[place - 1] > slot {
      slots.swapAt(place, place - 1)
      place -= 1
    }
    update(slot: slot, bandwidth: bandwidth, requiredTau: requiredTau)
  }

  /// Changes what a member announces of itself; its integrals go on, and relax to the new τ_d.
  package mutating func update(slot: Int, bandwidth: Double, requiredTau: Double) {
    guard members[slot] != nil else { return }
    members[slot]?.bandwidth = bandwidth.isFinite ? max(bandwidth, 0) : 0
    members[slot]?.requiredTau =
      requiredTau.isFinite ? min(max(requiredTau, 0), DecisionTime.ceiling) : 0
    findDecisionTau()
  }

  /// Removes a member at once; whoever gets the slot next inherits nothing.
  package mutating func leave(slot: Int) {
    guard members.indices.contains(slot), members[slot] != nil else { return }
    members[slot] = nil
    locking.clear(slot: slot)
    guess[slot] = .zero
    var kept = 0
    for place in 0..<occupied where slots[place] != slot {
      slots[kept] = slots[place]
      kept += 1
    }
    occupied = kept
    findDecisionTau()
  }

  /// Whether a slot is taken.
  package func isMember(slot: Int) -> Bool {
    members.indices.contains(slot) && members[slot] != nil
  }

  /// Keeps a member's sample; false if it is unusable: not newer than the last, more than 1.5 s
  /// ahead of this node's last tick, or of no member.
  ///
  /// `weight` is the member's in R and Φ; after `staleAfterNanoseconds` (at most 1.5 s) without a
  /// newer sample the member counts for nothing, until one comes.
  @discardableResult
  package mutating func observe(
    slot: Int, _ sample: PhaseSample, weight: Double, staleAfterNanoseconds: Int64
  ) -> Bool {
    guard isMember(slot: slot), sample.time.magnitude < 1 << 61 else { return false }
    if let lastTick, sample.time > lastTick + Self.longestStale { return false }
    let newest = newest(sample, staleAfterNanoseconds)
    let kept = members[slot]?.keep(newest) ?? false
    if kept { members[slot]?.weight = weight.isFinite ? min(max(weight, 0), 1_000) : 0 }
    return kept
  }

  /// Brings all members to `now` and integrates; a `now` that is not later changes nothing.
  package mutating func tick(at now: Int64) {
    defer { lastTick = max(now, lastTick ?? now) }
    guard let lastTick, now > lastTick, decisionTau > 0 else { return }
    let dt = min(Double(now - lastTick) * 1e-9, Integrator.longestStep * decisionTau)
    let alpha = Integrator.alpha(dt: dt, tau: decisionTau)
    tickSeconds = tickSeconds > 0 ? tickSeconds + (dt - tickSeconds) * alpha : dt
    for place in 0..<occupied { integrate(slots[place], now: now, alpha: alpha, dt: dt) }
    locking.integrate(
      slots: slots[0..<occupied], phasors: phasors, usable: usable, alpha: alpha, dt: dt)
  }

  /// The channel's numbers as of the last tick; call it at the pace at which emergence is judged.
  ///
  /// `reference` is the slot whose phase Φ is given against: this node's own, or that of the lowest
  /// living node for a node without that input. nil or a slot without phase leaves Φ undefined.
  package mutating func state(reference: Int?) -> MeshState {
    var state = MeshState()
    state.decisionTau = decisionTau
    findPresent(&state)
    sumPhasors(&state, reference: reference)
    findLocking(&state)
    judge(&state)
    return state
  }

  /// What is known of one member; nil if the slot is free.
  package func member(slot: Int) -> MemberState? {
    guard isMember(slot: slot), let member = members[slot] else { return nil }
    return MemberState(
      mean: mean(member), valid: member.validShare,
      effectiveSamples: effectiveSamples(member.seconds, member.observedBandwidth),
      isFresh: member.isFresh, quality: member.newest?.quality ?? 0,
      newestTime: member.newest?.time)
  }

  /// A member's phasor at `now`, demodulated at the channel's frequency.
  ///
  /// For what follows one member rather than the mesh; nil if the member is stale or below the least
  /// quality.
  package func phasor(slot: Int, at now: Int64) -> Phasor? {
    guard isMember(slot: slot), let member = members[slot], member.isFresh(at: now),
      let newest = member.newest, newest.quality >= settings.leastQuality
    else { return nil }
    return member.phasor(at: now)
  }

  /// The effective number of samples of a pair; nil while E[g] < 0.5.
  package func effectiveSamples(_ i: Int, _ j: Int) -> Double? {
    guard isMember(slot: i), isMember(slot: j), let first = members[i], let second = members[j],
      let pair = locking.pair(i, j)
    else { return nil }
    return effectiveSamples(
      pair.seconds, min(first.observedBandwidth, second.observedBandwidth))
  }

  private func effectiveSamples(_ seconds: Double, _ bandwidth: Double) -> Double {
    guard tickSeconds > 0 else { return 0 }
    return DecisionTime.effectiveSamples(
      ticks: seconds / tickSeconds, seconds: seconds, bandwidth: bandwidth)
  }

  private func mean(_ member: ChannelMember) -> Phasor {
    settings.mode == .seed ? member.seedMean : member.mean
  }

  /// Lists the members that are not stale.
  private mutating func findPresent(_ state: inout MeshState) {
    for place in 0..<occupied where members[slots[place]]?.isFresh == true {
      present[state.memberCount] = slots[place]
      state.memberCount += 1
    }
  }

  private func sumPhasors(_ state: inout MeshState, reference: Int?) {
    var sum = Phasor.zero
    var weights = 0.0
    for slot in present[0..<state.memberCount] {
      guard let member = members[slot] else { continue }
      let mean = mean(member)
      state.meanCoherence += mean.magnitude / Double(state.memberCount)
      sum = sum + mean * member.weight
      weights += member.weight
    }
    guard weights > 0 else { return }
    let global = sum * (1 / weights)
    state.orderParameter = global.magnitude
    guard let reference, isMember(slot: reference), let member = members[reference],
      global.magnitude > 1e-12, let against = mean(member).unit
    else { return }
    state.globalPhasor = global * against.conjugate
  }

  private mutating func findLocking(_ state: inout MeshState) {
    let count = state.memberCount
    spectrum.begin(count: count)
    var pairs = 0
    for row in 0..<count {
      for column in 0..<row {
        let (high, low) = (present[row], present[column])
        guard let pair = locking.pair(high, low), let samples = effectiveSamples(high, low)
        else { continue }
        spectrum.set(row: row, column: column, pair.phasor)
        state.effectiveSamples += samples
        pairs += 1
      }
    }
    guard count > 1 else {
      state.effectiveSamples = count == 1 ? member(slot: present[0])?.effectiveSamples ?? 0 : 0
      return
    }
    if pairs > 0 { state.effectiveSamples /= Double(pairs) }
    let largest = spectrum.largest(slots: present[0..<count], guess: &guess)
    state.lockingIndex = min(max((largest - 1) / Double(count - 1), 0), 1)
    state.significance = Significance.ofLocking(
      index: state.lockingIndex, members: count, effectiveSamples: state.effectiveSamples)
  }

  private mutating func judge(_ state: inout MeshState) {
    if settings.mode == .seed {
      state.isEmergent = state.meanCoherence > EmergenceGate.coherence
      return
    }
    guard let lastTick else { return }
    let locked =
      settings.alignment == .absolute ? state.orderParameter : state.lockingIndex
    gate.update(state, locking: locked, at: lastTick)
    state.isEmergent = gate.isOpen && state.memberCount >= 3
    state.isWe = gate.isOpen && state.memberCount == 2
  }

  private mutating func integrate(_ slot: Int, now: Int64, alpha: Double, dt: Double) {
    usable[slot] = false
    guard let member = members[slot] else { return }
    let isFresh = member.isFresh(at: now)
    members[slot]?.isFresh = isFresh
    var shown: Phasor?
    var quality = 0.0
    if isFresh, let newest = member.newest, newest.quality >= settings.leastQuality {
      shown = member.phasor(at: now)
      quality = newest.quality
      phasors[slot] = shown ?? .zero
      usable[slot] = shown != nil
    }
    members[slot]?.integrate(shown, quality: quality, alpha: alpha, dt: dt)
  }

  private func newest(_ sample: PhaseSample, _ staleAfter: Int64) -> ChannelMember.Newest {
    let stale = min(max(staleAfter, 0), Self.longestStale)
    var newest = ChannelMember.Newest(
      time: sample.time, phasor: .zero, quality: 0, detuning: 0, staleAfter: stale)
    guard sample.phasor.isFinite else { return newest }
    if settings.mode == .seed {
      let size = sample.phasor.magnitude
      newest.phasor = size > 1 ? sample.phasor * (1 / size) : sample.phasor
      newest.quality = 1
      return newest
    }
    let detuning = sample.frequency - settings.frequency
    guard let unit = sample.phasor.unit, sample.quality > 0, abs(detuning) < 1e6
    else { return newest }
    let carrier = CarrierPhase.phasor(nanoseconds: sample.time, frequency: settings.frequency)
    newest.phasor = unit * carrier.conjugate
    newest.quality = min(sample.quality, 1)
    newest.detuning = detuning
    return newest
  }

  private mutating func findDecisionTau() {
    decisionTau = 0
    for place in 0..<occupied {
      decisionTau = max(decisionTau, members[slots[place]]?.requiredTau ?? 0)
    }
  }
}
