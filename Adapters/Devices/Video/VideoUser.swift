// SPDX-License-Identifier: Apache-2.0

/// What measures the frames of a camera that a `VideoSession` keeps open.
package protocol VideoUser: AnyObject {
  /// The camera has been opened, or its light adjustment has just been held: whatever was measured
  /// before no longer continues.
  func begin(_ format: VideoFormat, at now: Int64) throws(VideoError)

  /// Takes one decoded frame; in the order they were taken.
  func take(_ frame: VideoFrame) throws(VideoError)

  /// The camera has failed or was given back.
  func end(at now: Int64)
}
