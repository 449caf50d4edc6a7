// SPDX-License-Identifier: Apache-2.0
package import CVideo

/// What a frame amounts to.
package struct VideoFrame: Sendable {
  /// What one zone of it amounts to, each 0…1.
  package struct Measure: Equatable, Sendable {
    /// Mean brightness.
    package var luma: Float
    /// Mean absolute difference to the frame before.
    package var motion: Float
    /// Share of the zone as bright or as dark as the camera can tell.
    package var clipped: Float

    package init(luma: Float, motion: Float, clipped: Float) {
      (self.luma, self.motion, self.clipped) = (luma, motion, clipped)
    }
  }

  /// CLOCK_MONOTONIC, nanoseconds.
  package let time: Int64
  /// Counts the frames the camera has taken, lost ones included; wraps around.
  package let sequence: UInt32
  /// Whether it could not be decoded: nothing was measured.
  package let isDamaged: Bool
  private let result: cvideo_result

  /// The frame of a worker's result.
  package init(_ result: cvideo_result) {
    (time, sequence) = (result.time_ns, result.sequence)
    isDamaged = result.verdict != CVIDEO_GOOD.rawValue
    self.result = result
  }

  /// What zone number `index` of the request amounts to.
  package func measure(_ index: Int) -> Measure {
    withUnsafeBytes(of: result.zones) { bytes in
      let zone = bytes.assumingMemoryBound(to: cvideo_measure.self)[index]
      return Measure(luma: zone.luma, motion: zone.motion, clipped: zone.clipped)
    }
  }
}
