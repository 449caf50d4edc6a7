// SPDX-License-Identifier: Apache-2.0

/// Names one timer of a reactor; a handle of a removed timer is ignored everywhere.
package struct Timer: Equatable, Sendable {
  fileprivate let slot: UInt32
  fileprivate let generation: UInt32
}

/// Timers ordered by deadline and, within one deadline, by the order in which they were armed.
///
/// A binary heap of slot numbers in which every slot knows its place: arming, disarming and
/// removing cost O(log n) and allocate nothing once the tables have grown.
struct TimerQueue {
  private struct Slot {
    var generation: UInt32 = 0
    var handler: (() -> Void)?
    var deadline: Int64 = 0
    var order: UInt64 = 0
    var place = -1
    var isOneShot = false
  }

  private var slots: [Slot] = []
  private var free: [UInt32] = []
  private var heap: [UInt32] = []
  private(set) var armings: UInt64 = 0

  init(capacity: Int) {
    slots.reserveCapacity(capacity)
    free.reserveCapacity(capacity)
    heap.reserveCapacity(capacity)
  }

  /// The earliest deadline, or nil when nothing is armed.
  var earliest: Int64? { heap.first.map { slots[Int($0)].deadline } }

  mutating func add(isOneShot: Bool, _ handler: @escaping () -> Void) -> Timer {
    let index: UInt32
    if let reused = free.popLast() {
      index = reused
    } else {
      index = UInt32(slots.count)
      slots.append(Slot())
    }
    slots[Int(index)].handler = handler
    slots[Int(index)].isOneShot = isOneShot
    return Timer(slot: index, generation: slots[Int(index)].generation)
  }

  mutating func arm(_ timer: Timer, at deadline: Int64) {
    guard let slot = find(timer) else { return }
    unlink(slot)
    slots[slot].deadline = deadline
    slots[slot].order = armings
    armings += 1
    slots[slot].place = heap.count
    heap.append(UInt32(slot))
    rise(from: heap.count - 1)
  }

  mutating func disarm(_ timer: Timer) {
    guard let slot = find(timer) else { return }
    unlink(slot)
  }

  func isArmed(_ timer: Timer) -> Bool {
    guard let slot = find(timer) else { return false }
    return slots[slot].place >= 0
  }

  mutating func remove(_ timer: Timer) {
    guard let slot = find(timer) else { return }
    unlink(slot)
    release(slot)
  }

  /// The handler of the next timer that is due and was armed before arming number `limit`.
  ///
  /// The limit keeps a timer that re-arms itself in the past from starving everything else.
  mutating func popDue(at now: Int64, armedBefore limit: UInt64) -> (() -> Void)? {
    guard let first = heap.first else { return nil }
    let slot = Int(first)
    guard slots[slot].deadline <= now, slots[slot].order < limit else { return nil }
    let handler = slots[slot].handler
    unlink(slot)
    if slots[slot].isOneShot { release(slot) }
    return handler
  }

  private func find(_ timer: Timer) -> Int? {
    let slot = Int(timer.slot)
    guard slot < slots.count, slots[slot].generation == timer.generation,
      slots[slot].handler != nil
    else { return nil }
    return slot
  }

  private mutating func release(_ slot: Int) {
    slots[slot].generation &+= 1
    slots[slot].handler = nil
    free.append(UInt32(slot))
  }
}

extension TimerQueue {
  private func precedes(_ left: Int, _ right: Int) -> Bool {
    let (a, b) = (Int(heap[left]), Int(heap[right]))
    if slots[a].deadline != slots[b].deadline { return slots[a].deadline < slots[b].deadline }
    return slots[a].order < slots[b].order
  }

  private mutating func swap(_ left: Int, _ right: Int) {
    heap.swapAt(left, right)
    slots[Int(heap[left])].place = left
    slots[Int(heap[right])].place = right
  }

  private mutating func rise(from start: Int) {
    var place = start
    while place > 0, precedes(place, (place - 1) / 2) {
      swap(place, (place - 1) / 2)
      place = (place - 1) / 2
    }
  }

  private mutating func sink(from start: Int) {
    var place = start
    while true {
      var least = place
      let (left, right) = (2 * place + 1, 2 * place + 2)
      if left < heap.count, precedes(left, least) { least = left }
      if right < heap.count, precedes(right, least) { least = right }
      guard least != place else { return }
      swap(place, least)
      place = least
    }
  }

  private mutating func unlink(_ slot: Int) {
    let place = slots[slot].place
    guard place >= 0 else { return }
    let last = heap.count - 1
    if place != last { swap(place, last) }
    heap.removeLast()
    slots[slot].place = -1
    guard place < heap.count else { return }
    rise(from: place)
    sink(from: place)
  }
}
