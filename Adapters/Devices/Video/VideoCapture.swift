// SPDX-License-Identifier: Apache-2.0
internal import CSystem
internal import CVideo

/// One open camera with its mapped buffers and the thread that decodes them.
///
/// A frame's buffer goes from the driver to the worker and back; nothing is copied, and nothing is
/// allocated after `open`. When the object goes the worker ends after the frame it is at.
package final class VideoCapture {
  /// Buffers asked for: one being filled, one being decoded, two for a late program.
  private static let bufferCount = 4

  /// What came of one attempt to take a frame from the driver.
  enum Taken: Equatable {
    /// A frame is on its way to the worker.
    case frame
    /// The driver marked a frame as damaged and has it back.
    case damaged
    /// There is none now.
    case none
    /// The device does not work: an error number.
    case broken(Int32)
  }

  package let format: VideoFormat
  let descriptor: Int32
  private let name: String
  private let buffers: UnsafeMutablePointer<cvideo_buffer>
  private var bufferCount = 0
  private var worker: OpaquePointer?
  private var controls = CameraControls()
  /// Frames the worker has not given back yet.
  private(set) var outstanding = 0

  private init(_ descriptor: Int32, _ name: String, _ format: VideoFormat) {
    (self.descriptor, self.name, self.format) = (descriptor, name, format)
    buffers = .allocate(capacity: VideoCapture.bufferCount)
  }

  deinit {
    controls.restore(descriptor)
    _ = cvideo_stop(descriptor)
    // The worker reads the buffers: it ends before they go.
    cvideo_worker_stop(worker)
    cvideo_unmap(descriptor, buffers, Int32(bufferCount))
    cvideo_close(descriptor)
    buffers.deallocate()
  }

  /// Opens the camera, agrees with it on a format near the request, and sets it going.
  package static func open(_ request: VideoRequest) throws(VideoError) -> VideoCapture {
    let (descriptor, format) = try agree(request)
    let capture = VideoCapture(descriptor, request.device, format)
    try capture.begin(request)
    return capture
  }

  /// Opens the camera for a moment and says how it would work.
  package static func probe(_ request: VideoRequest) throws(VideoError) -> String {
    let (descriptor, format) = try agree(request)
    defer { cvideo_close(descriptor) }
    var identity = cvideo_identity()
    _ = cvideo_identify(descriptor, &identity)
    let adjusts = CameraControls.adjustsItself(descriptor)
    let control =
      adjusts ? "exposure or gain adjusts itself, held while running" : "nothing to hold"
    return "\(request.device): \(Cameras.text(&identity.card)), \(format); \(control)"
  }

  /// Whether the camera adjusts its exposure or gain by itself.
  var adjustsItself: Bool { CameraControls.adjustsItself(descriptor) }

  /// Keeps exposure, gain and white balance where they are, until the camera is closed.
  func holdControls(_ request: VideoRequest) {
    controls.hold(descriptor, exposure: request.exposure, gain: request.gain)
  }

  private func begin(_ request: VideoRequest) throws(VideoError) {
    let zones = request.zones.map {
      cvideo_zone(
        left: UInt16(clamping: $0.left), top: UInt16(clamping: $0.top),
        right: UInt16(clamping: $0.right), bottom: UInt16(clamping: $0.bottom))
    }
    let reducer = cvideo_reducer_make(
      format.pixels.fourcc, UInt32(format.width), UInt32(format.height), UInt32(format.stride),
      zones, Int32(zones.count))
    guard let reducer else {
      throw .unsuitable(device: name, reason: "frames of \(format) are out of bounds")
    }
    worker = cvideo_worker_start(reducer)
    guard worker != nil else { throw failure("start decoding") }
    let mapped = cvideo_map(descriptor, buffers, Int32(VideoCapture.bufferCount))
    guard mapped >= 0 else { throw failure("map its buffers") }
    bufferCount = Int(mapped)
    guard cvideo_start(descriptor) == 0 else { throw failure("start") }
  }

  private func failure(_ operation: String) -> VideoError {
    .failed(device: name, operation: operation, code: tm_errno())
  }
}

extension VideoCapture {
  /// The descriptor that becomes readable when results are there.
  var resultDescriptor: Int32 { worker.map { cvideo_worker_descriptor($0) } ?? -1 }

  /// Takes the next frame and hands it to the worker.
  ///
  /// A frame the driver did not stamp with the monotonic clock is given the time `now`.
  func take(at now: Int64) -> Taken {
    var frame = cvideo_frame()
    guard cvideo_take(descriptor, &frame) == 0 else {
      let code = tm_errno()
      return code == EAGAIN ? .none : .broken(code)
    }
    guard Int(frame.buffer) < bufferCount, frame.is_damaged == 0 else {
      return giveBack(frame.buffer) ? .damaged : .broken(tm_errno())
    }
    let buffer = buffers[Int(frame.buffer)]
    var job = cvideo_job(
      bytes: buffer.start, length: min(Int(frame.length), buffer.length),
      time_ns: frame.time_ns == 0 ? now : frame.time_ns, buffer: frame.buffer,
      sequence: frame.sequence)
    guard cvideo_worker_submit(worker, &job) == 0 else {
      return giveBack(frame.buffer) ? .damaged : .broken(tm_errno())
    }
    outstanding += 1
    return .frame
  }

  /// The next frame that was decoded, its buffer given back; nil when there is none yet.
  func nextResult() -> VideoFrame? {
    var result = cvideo_result()
    guard cvideo_worker_collect(worker, &result) == 1 else { return nil }
    outstanding -= 1
    _ = giveBack(result.buffer)
    return VideoFrame(result)
  }

  private func giveBack(_ buffer: UInt32) -> Bool { cvideo_give_back(descriptor, buffer) == 0 }
}
