// SPDX-License-Identifier: Apache-2.0

/// Names one watched descriptor of a reactor; a handle given back is ignored everywhere.
package struct Watch: Equatable, Sendable {
  let slot: UInt32
  let generation: UInt32

  /// The number that travels through the kernel and comes back with an event.
  var token: UInt64 { UInt64(generation) << 32 | UInt64(slot) }
}

/// The handlers of watched descriptors by slot, with a generation against stale events.
///
/// The kernel reports a batch of ready descriptors. When the handler of one gives back another
/// one, and the number of that descriptor is perhaps watched anew, the event still in the batch
/// carries the old generation and is dropped.
struct WatchTable {
  typealias Handler = (IOEvents) -> Void

  private struct Slot {
    var generation: UInt32 = 0
    var descriptor: Int32 = -1
    var handler: Handler?
  }

  private var slots: [Slot] = []
  private var free: [UInt32] = []

  init(capacity: Int) {
    slots.reserveCapacity(capacity)
    free.reserveCapacity(capacity)
  }

  var count: Int { slots.count - free.count }

  mutating func add(_ descriptor: Int32, _ handler: @escaping Handler) -> Watch {
    let index: UInt32
    if let reused = free.popLast() {
      index = reused
    } else {
      index = UInt32(slots.count)
      slots.append(Slot())
    }
    slots[Int(index)].descriptor = descriptor
    slots[Int(index)].handler = handler
    return Watch(slot: index, generation: slots[Int(index)].generation)
  }

  func descriptor(of watch: Watch) -> Int32? {
    guard Int(watch.slot) < slots.count else { return nil }
    let slot = slots[Int(watch.slot)]
    return slot.generation == watch.generation && slot.handler != nil ? slot.descriptor : nil
  }

  /// The handler an event of `token` is meant for, or nil when its watch has been given back.
  func handler(of token: UInt64) -> Handler? {
    // Compared as 32 bits: the timer's own token, all ones, is no Int on a 32-bit board.
    let slot = UInt32(truncatingIfNeeded: token)
    guard slot < UInt32(slots.count), slots[Int(slot)].generation == UInt32(token >> 32)
    else { return nil }
    return slots[Int(slot)].handler
  }

  mutating func remove(_ watch: Watch) {
    guard descriptor(of: watch) != nil else { return }
    let index = Int(watch.slot)
    slots[index].generation &+= 1
    slots[index].handler = nil
    free.append(watch.slot)
  }
}
