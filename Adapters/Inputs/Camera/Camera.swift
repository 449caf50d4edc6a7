// SPDX-License-Identifier: Apache-2.0
package import Devices
package import PhaseSpace
internal import Runtime

/// A camera as the phase of a rhythm: of the light of parts of its picture, of the motion in them, or
/// of the flicker of lamps, each part a channel.
///
/// Each frame counts at its own time stamp, so late and lost ones do no harm. A part that is as bright
/// or as dark as the camera can tell has no rhythm to show: its quality falls with the share that is.
/// No frame allocates.
package final class Camera: Input {
  /// The share by which the rate of frames may differ from what an encoder was made for.
  private static let rateTolerance = 0.01

  private struct Zone {
    var encoder: SampledEncoder?
    var measure = VideoFrame.Measure(luma: 0, motion: 0, clipped: 0)
    var newest: PhaseSample?
  }

  package let settings: CameraSettings
  package let channels: [InputChannel]
  private var session: VideoSession?
  private var zones: [Zone]
  private var rate = FrameRate()
  /// Frames per second the encoders were made for.
  private var encodedRate = 0.0

  package init(_ settings: CameraSettings) {
    self.settings = settings
    let expected = settings.sampled(rate: settings.request.rate)
    channels = settings.request.zones.indices.map {
      InputChannel(
        settings.channelName($0), frequency: settings.frequency,
        noiseBandwidth: expected?.noiseBandwidth ?? settings.width)
    }
    zones = channels.map { _ in Zone() }
    session = VideoSession(settings.request, user: self)
  }

  package var id: String { settings.id }
  package var device: String { settings.request.device }
  package var status: AdapterStatus { session?.status ?? .stopped }

  package var counters: AdapterCounters {
    var counters = session?.counters ?? AdapterCounters()
    counters.overruns += rate.lost
    return counters
  }

  package var onStatusChange: ((AdapterStatus) -> Void)? {
    get { session?.onStatusChange }
    set { session?.onStatusChange = newValue }
  }

  package var readings: [Reading] {
    guard let measured = rate.measured else { return [] }
    var readings = [
      Reading("frame rate", measured, "Hz"), Reading("lost frames", Double(rate.lost), ""),
      Reading("damaged frames", Double(session?.counters.overruns ?? 0), ""),
    ]
    for (index, zone) in zones.enumerated() {
      let name = settings.request.zones[index].name
      let prefix = name.isEmpty ? "" : "\(name) "
      readings.append(Reading("\(prefix)brightness", Double(zone.measure.luma) * 100, "%"))
      readings.append(Reading("\(prefix)motion", Double(zone.measure.motion) * 100, "%"))
    }
    return readings
  }

  package func latest(_ channel: Int) -> PhaseSample? { zones[channel].newest }

  package func start(on services: AdapterServices) { session?.start(on: services.reactor) }

  package func stop() { session?.stop() }

  package func probe(_ services: AdapterServices) throws(AdapterProblem) -> String {
    do throws(VideoError) { return try VideoCapture.probe(settings.request) } catch {
      throw AdapterProblem("device", "\(error)")
    }
  }
}

extension Camera: VideoUser {
  package func begin(_ format: VideoFormat, at now: Int64) throws(VideoError) {
    rate = FrameRate(lost: rate.lost)
    try makeEncoders(rate: format.rate > 0 ? format.rate : settings.request.rate)
  }

  package func take(_ frame: VideoFrame) throws(VideoError) {
    rate.take(sequence: frame.sequence, at: frame.time)
    if let measured = rate.measured,
      (measured / encodedRate - 1).magnitude > Camera.rateTolerance
    {
      try makeEncoders(rate: measured)
    }
    for index in zones.indices { take(frame.measure(index), at: frame.time, zone: index) }
  }

  package func end(at now: Int64) {
    for index in zones.indices { zones[index].encoder = nil }
  }

  private func makeEncoders(rate: Double) throws(VideoError) {
    guard let settings = settings.sampled(rate: rate) else {
      throw .unsuitable(device: device, reason: self.settings.obstacle(rate: rate))
    }
    encodedRate = rate
    for index in zones.indices { zones[index].encoder = SampledEncoder(settings) }
  }

  private func take(_ measure: VideoFrame.Measure, at time: Int64, zone: Int) {
    let value = settings.encoding == .motion ? measure.motion : measure.luma
    zones[zone].measure = measure
    guard zones[zone].encoder?.take(Double(value), at: time) == true,
      var sample = zones[zone].encoder?.sample
    else { return }
    sample.quality *= 1 - Double(measure.clipped)
    zones[zone].newest = sample
  }
}
