// SPDX-License-Identifier: Apache-2.0
internal import CAlsa
internal import Runtime

/// One open PCM of alsa-lib: non-blocking, interleaved, stamped with CLOCK_MONOTONIC.
///
/// Nothing here allocates after `open`. The PCM is closed when the object goes, which is also when
/// a `file` PCM completes the header of its file.
package final class PCM {
  /// What came of one attempt to move frames.
  package enum Transfer: Equatable, Sendable {
    /// So many frames were moved, at least one.
    case moved(Int)
    /// None can be moved now.
    case wouldBlock
    /// Frames were lost because the program was late, or the machine slept: `recover` is due.
    case interrupted(Int32)
    /// The device does not work: an error number, or 0 when only ALSA's message tells.
    case broken(Int32)
  }

  /// Where the device is at one instant of its clock.
  package struct Instant: Equatable, Sendable {
    /// Monotonic nanoseconds, or 0 if the device has no clock.
    package let time: Int64
    /// Frames that can be moved.
    package let available: Int
    /// Frames between the program and the converter.
    package let delay: Int
  }

  package let request: PCMRequest
  package let format: PCMFormat
  let handle: OpaquePointer
  private let status: OpaquePointer
  private let descriptors: UnsafeMutablePointer<calsa_descriptor>
  private let descriptorCount: Int

  private init(_ handle: OpaquePointer, _ request: PCMRequest, _ format: PCMFormat) {
    (self.handle, self.request, self.format) = (handle, request, format)
    status = PCMSetup.makeStatus()
    descriptors = .allocate(capacity: Int(CALSA_DESCRIPTORS))
    let limit = Int32(CALSA_DESCRIPTORS)
    descriptorCount = max(0, Int(calsa_descriptors(handle, descriptors, limit)))
  }

  deinit {
    snd_pcm_drop(handle)
    snd_pcm_close(handle)
    snd_pcm_status_free(status)
    descriptors.deallocate()
  }

  /// Opens the device and agrees with it on a format as near to the request as it has.
  package static func open(_ request: PCMRequest) throws(PCMError) -> PCM {
    calsa_capture_messages()
    calsa_forget_message()
    defer { snd_config_update_free_global() }
    var opened: OpaquePointer?
    let stream =
      request.direction == .capture ? SND_PCM_STREAM_CAPTURE : SND_PCM_STREAM_PLAYBACK
    let code = snd_pcm_open(&opened, request.device, stream, Int32(SND_PCM_NONBLOCK))
    guard code >= 0, let handle = opened else {
      let said = PCMSetup.said(code)
      let present = SoundCards.present(request.direction)
      throw .cannotOpen(device: request.device, said: said, present: present)
    }
    do throws(PCMError) {
      return PCM(handle, request, try PCMSetup.agree(handle, request))
    } catch {
      snd_pcm_close(handle)
      throw error
    }
  }

  /// The error to throw for a transfer that is broken, or a code that `recover` could not mend.
  package func failure(_ operation: String, code: Int32) -> PCMError {
    .failed(device: request.device, operation: operation, said: PCMSetup.said(code))
  }
}

extension PCM {
  /// Sets the device going: a capture device needs it, a playback device starts when full.
  package func start() throws(PCMError) {
    guard snd_pcm_state(handle) != SND_PCM_STATE_RUNNING else { return }
    let code = snd_pcm_start(handle)
    guard code >= 0 else { throw failure("start", code: code) }
  }

  /// Reads up to `frames` frames, at most a buffer, into `raw`.
  ///
  /// A message of ALSA's during a read that claims success makes it `.broken`: the `file` PCM
  /// then hands out what it read before, and nobody should measure that.
  package func read(into raw: UnsafeMutableRawPointer, frames: Int) -> Transfer {
    let before = calsa_message_count()
    calsa_forget_message()
    let count = snd_pcm_readi(handle, raw, snd_pcm_uframes_t(frames))
    guard count <= 0 || calsa_message_count() == before else { return .broken(0) }
    return transfer(Int(count))
  }

  /// Writes up to `frames` frames from `raw`.
  package func write(_ raw: UnsafeRawPointer, frames: Int) -> Transfer {
    calsa_forget_message()
    return transfer(Int(snd_pcm_writei(handle, raw, snd_pcm_uframes_t(frames))))
  }

  private func transfer(_ count: Int) -> Transfer {
    if count > 0 { return .moved(count) }
    let code = Int32(count)
    if code == 0 || code == -EAGAIN { return .wouldBlock }
    return code == -EPIPE || code == -ESTRPIPE ? .interrupted(code) : .broken(code)
  }

  /// Makes an interrupted device ready again; what it held is lost.
  package func recover(_ code: Int32) throws(PCMError) {
    // A suspended device that cannot resume at once is left to the reopening: never wait here.
    if code == -ESTRPIPE { _ = snd_pcm_resume(handle) }
    let result = snd_pcm_prepare(handle)
    guard result >= 0 else { throw failure("recover", code: result) }
    if request.direction == .capture { try start() }
  }

  /// Where the device is, with the time at which it was there; nil when it cannot say.
  package var instant: Instant? {
    var now = calsa_instant()
    guard calsa_status(handle, status, &now) == 0 else { return nil }
    return Instant(
      time: now.time_ns, available: Int(now.available), delay: Int(now.delay))
  }

  /// Frames that can be moved now; nil when the device is not running.
  package var available: Int? {
    let count = snd_pcm_avail_update(handle)
    return count >= 0 ? Int(count) : nil
  }

  /// The descriptors to watch, each with its events.
  var pollTable: UnsafeBufferPointer<calsa_descriptor> {
    UnsafeBufferPointer(start: descriptors, count: descriptorCount)
  }

  /// What an event on descriptor number `index` means for the PCM.
  func meaning(of events: IOEvents, at index: Int) -> IOEvents {
    for each in 0..<descriptorCount {
      descriptors[each].events = each == index ? events.rawValue : 0
    }
    var meaning: UInt32 = 0
    guard calsa_events(handle, descriptors, Int32(descriptorCount), &meaning) == 0 else {
      return .failed
    }
    return IOEvents(rawValue: meaning)
  }
}
