// SPDX-License-Identifier: Apache-2.0
import CVideo
import Devices
import Foundation
import Inputs
import PhaseSpace
import Testing

/// Frames as a camera takes them, through the adapter, with the time they were taken at.
@Suite struct CameraMeasurementTests {
  static let rate = 30.0

  private func camera(_ encoding: CameraSettings.Encoding, _ frequency: Double) -> Camera {
    var request = VideoRequest(device: "/dev/video0", rate: Self.rate)
    request.zones = [VideoZone("lamp", left: 0, top: 0, right: 500, bottom: 1000)]
    var settings = CameraSettings(id: "eye", channel: "light", request: request)
    (settings.encoding, settings.frequency) = (encoding, frequency)
    settings.width = encoding == .flicker ? 1 : frequency / 2
    return Camera(settings)
  }

  /// Takes `seconds` of frames whose light is `light`, frame by frame through a reducer.
  private func watch(
    _ camera: Camera, seconds: Double, rate: Double = rate, claimed: Double? = nil,
    jitter: Double = 0,
    losing: (Int) -> Bool = { _ in false }, light: (Double) -> Double
  ) throws {
    let zones = [cvideo_zone(left: 0, top: 0, right: 500, bottom: 1000)]
    let worker = try #require(
      cvideo_worker_start(cvideo_reducer_make(cvideo_grey, 64, 48, 64, zones, 1)))
    defer { cvideo_worker_stop(worker) }
    var noise = Noise(state: 3)
    try camera.begin(.test(rate: claimed ?? rate), at: 0)
    for frame in 0..<Int(seconds * rate) where !losing(frame) {
      let time = Double(frame) / rate
      let late = jitter * (Double(noise.next() % 1000) / 500 - 1)
      let level = light(time)
      // The left half is lit, with a little of what every sensor adds.
      let bytes = Picture(64, 48) { x, _ in
        UInt8(max(0, min(255, (x < 32 ? level : 90) + Double(noise.next() % 5) - 2)))
      }.grey(stride: 64)
      try bytes.withUnsafeBufferPointer { pointer in
        var job = cvideo_job(
          bytes: pointer.baseAddress, length: pointer.count,
          time_ns: Int64((time + late) * 1e9) + 5_000_000_000, buffer: 0, sequence: UInt32(frame))
        #expect(cvideo_worker_submit(worker, &job) == 0)
        var result = cvideo_result()
        while cvideo_worker_collect(worker, &result) == 0 { usleep(50) }
        try camera.take(VideoFrame(result))
      }
    }
  }

  /// How far the phase of a sample is from that of cos(2πft), in radians.
  private func error(_ sample: PhaseSample, _ frequency: Double) -> Double {
    let seconds = Double(sample.time - 5_000_000_000) * 1e-9
    let expected = Phasor(cycles: (frequency * seconds).truncatingRemainder(dividingBy: 1))
    return (sample.phasor * expected.conjugate).angle
  }

  @Test func `A lamp that swings at 2 Hz gives its phase, lost and late frames notwithstanding`()
    throws
  {
    let camera = camera(.brightness, 2)
    let isLost = { (frame: Int) in frame % 17 == 5 || (100..<110).contains(frame) }
    try watch(camera, seconds: 12, jitter: 0.004, losing: isLost) {
      100 + 40 * cos(2 * .pi * 2 * $0)
    }
    let sample = try #require(camera.latest(0))
    #expect(abs(error(sample, 2)) < 0.1)
    #expect(sample.quality > 0.8)
    #expect(camera.counters.overruns == 21 + 10 - 1)
  }

  @Test func `A still picture has no rhythm, whatever the sensor adds`() throws {
    let camera = camera(.brightness, 2)
    try watch(camera, seconds: 10) { _ in 100 }
    #expect(try #require(camera.latest(0)).quality < 0.3)
  }

  @Test func `A part that is too bright to tell has no quality`() throws {
    let camera = camera(.brightness, 2)
    try watch(camera, seconds: 10) { 300 + 20 * cos(2 * .pi * 2 * $0) }
    #expect(try #require(camera.latest(0)).quality < 0.05)
  }

  @Test func `Motion that comes and goes gives its rhythm`() throws {
    let camera = camera(.motion, 1)
    // Light that shakes more and less: the faster the change, the more motion.
    try watch(camera, seconds: 16) { time in
      let strength = 12 * (1 + cos(2 * .pi * time))
      return 110 + strength * (Int((time * 30).rounded()) % 2 == 0 ? 1 : -1)
    }
    let sample = try #require(camera.latest(0))
    #expect(sample.quality > 0.8)
    #expect(abs(error(sample, 1)) < 0.3)
  }

  @Test(arguments: [30, 29.97, 24, 27, 50.9])
  func `Flicker at 100 Hz is told in its own phase from any frame rate`(rate: Double) throws {
    let camera = camera(.flicker, 100)
    try watch(camera, seconds: 10, rate: rate) { 120 + 30 * cos(2 * .pi * 100 * $0) }
    let sample = try #require(camera.latest(0))
    #expect(sample.frequency == 100)
    #expect(sample.quality > 0.7)
    #expect(abs(error(sample, 100)) < 0.15)
  }

  @Test func `A camera whose real rate hides the flicker says so`() throws {
    let camera = camera(.flicker, 100)
    do {
      try camera.begin(.test(rate: 25), at: 0)
      Issue.record("25 frames a second show nothing of 100 Hz")
    } catch { #expect("\(error)".contains("25 frames/s show 100 Hz at 0 Hz")) }
  }

  @Test func `The true rate is learnt from time stamps where the driver's is wrong`() throws {
    let camera = camera(.brightness, 2)
    try watch(camera, seconds: 12, rate: 15, claimed: 30) { 100 + 40 * cos(2 * .pi * 2 * $0) }
    let rate = try #require(camera.readings.first { $0.name == "frame rate" })
    #expect(abs(rate.value - 15) < 0.1)
    #expect(abs(error(try #require(camera.latest(0)), 2)) < 0.1)
  }
}

extension VideoFormat {
  static func test(rate: Double) -> VideoFormat {
    VideoFormat(pixels: .grey, width: 64, height: 48, rate: rate, stride: 64)
  }
}
