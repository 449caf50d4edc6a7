// SPDX-License-Identifier: Apache-2.0

/// What was commanded over the last stretch of a tone: what a listener should find in it.
package struct ToneRecord: Equatable, Sendable {
  /// The stretch, in frames since the device was opened.
  package let fromFrame: Int64
  /// The first frame after the stretch.
  package let toFrame: Int64
  /// The mean commanded pitch over it, in hertz.
  package let expectedHertz: Double
  /// The lowest volume in it, 0…1: at 0 there was silence to count crossings in.
  package let leastVolume: Double
}

/// The commanded pitch of the last seconds, block by block, in a ring that never grows.
struct ToneHistory {
  private struct Mark {
    var frame: Int64 = 0
    var cycles = 0.0
    var volume = 0.0
  }

  private var marks: [Mark]
  private var count = 0
  private var cycles = 0.0
  private(set) var frame: Int64 = 0

  /// A history of `blocks` blocks.
  init(blocks: Int) {
    marks = Array(repeating: Mark(), count: max(2, blocks + 1))
    count = 1
  }

  /// Takes in a block of `frames` frames, its mean pitch in cycles a frame and its least volume.
  mutating func add(frames: Int, cyclesPerFrame: Double, volume: Double) {
    frame += Int64(frames)
    cycles += Double(frames) * cyclesPerFrame
    marks[count % marks.count] = Mark(frame: frame, cycles: cycles, volume: volume)
    count += 1
  }

  /// The last `frames` frames or a little more, as far as blocks and memory allow; nil when empty.
  func record(frames: Int64, rate: Double) -> ToneRecord? {
    let newest = count - 1
    let oldest = max(0, count - marks.count)
    guard newest > oldest else { return nil }
    var start = newest - 1
    var least = marks[newest % marks.count].volume
    while start > oldest, frame - marks[start % marks.count].frame < frames {
      least = min(least, marks[start % marks.count].volume)
      start -= 1
    }
    let from = marks[start % marks.count]
    return ToneRecord(
      fromFrame: from.frame, toFrame: frame,
      expectedHertz: (cycles - from.cycles) / Double(frame - from.frame) * rate,
      leastVolume: least)
  }
}
