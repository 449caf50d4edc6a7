// SPDX-License-Identifier: Apache-2.0

/// What moves the sound of a PCM that a `PCMSession` keeps open.
package protocol PCMUser: AnyObject {
  /// The device has been opened.
  ///
  /// The user makes its buffers, sets the device going and tells whether the device keeps the pace:
  /// one that takes or gives any number of frames at any time has no clock, and the session then
  /// calls by its own.
  func begin(_ pcm: PCM, at now: Int64) throws(PCMError) -> PCMSession.Pace

  /// Moves what can be moved and returns how many frames it was.
  func transfer(_ pcm: PCM, at now: Int64) throws(PCMError) -> Int

  /// The device has failed or was given back.
  func end(at now: Int64)
}
