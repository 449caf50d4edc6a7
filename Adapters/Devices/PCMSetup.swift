// SPDX-License-Identifier: Apache-2.0
internal import CAlsa

/// The conversation with alsa-lib in which a PCM and a program agree on a format.
enum PCMSetup {
  /// Room for the PCM's status, freed with `snd_pcm_status_free`.
  static func makeStatus() -> OpaquePointer {
    var status: OpaquePointer?
    guard snd_pcm_status_malloc(&status) == 0, let status else {
      preconditionFailure("out of memory")
    }
    return status
  }

  /// ALSA's words on a failed call: its message, if it gave one, and the error's description.
  static func said(_ code: Int32) -> String {
    let message = String(cString: calsa_message())
    guard code < 0 else { return message }
    let reason = String(cString: snd_strerror(code))
    return message.isEmpty ? reason : "\(message) (\(reason))"
  }

  /// Configures the PCM; the format is what it agreed to.
  static func agree(_ pcm: OpaquePointer, _ request: PCMRequest) throws(PCMError) -> PCMFormat {
    var hardware: OpaquePointer?
    guard snd_pcm_hw_params_malloc(&hardware) == 0, let hardware else {
      throw refusal(request, "memory for its parameters", -ENOMEM)
    }
    defer { snd_pcm_hw_params_free(hardware) }
    var code = snd_pcm_hw_params_any(pcm, hardware)
    guard code >= 0 else { throw refusal(request, "configuration at all", code) }
    code = snd_pcm_hw_params_set_access(pcm, hardware, SND_PCM_ACCESS_RW_INTERLEAVED)
    guard code >= 0 else { throw refusal(request, "interleaved access", code) }
    let sample = try sampleFormat(pcm, hardware, request)
    let channels = try channels(pcm, hardware, request)
    let rate = try rate(pcm, hardware, request)
    var period = UInt32(request.periodMicroseconds)
    var buffer = UInt32(request.bufferMicroseconds)
    _ = snd_pcm_hw_params_set_period_time_near(pcm, hardware, &period, nil)
    _ = snd_pcm_hw_params_set_buffer_time_near(pcm, hardware, &buffer, nil)
    code = snd_pcm_hw_params(pcm, hardware)
    guard code >= 0 else { throw refusal(request, "such combination of parameters", code) }
    var (bufferFrames, periodFrames): (snd_pcm_uframes_t, snd_pcm_uframes_t) = (0, 0)
    code = snd_pcm_get_params(pcm, &bufferFrames, &periodFrames)
    guard code >= 0, periodFrames > 0, bufferFrames >= periodFrames else {
      throw refusal(request, "buffer of whole periods", code)
    }
    let format = PCMFormat(
      rate: rate, sample: sample, channels: channels, periodFrames: Int(periodFrames),
      bufferFrames: Int(bufferFrames))
    try configure(pcm, request, format)
    return format
  }

  private static func refusal(
    _ request: PCMRequest, _ wanted: String, _ code: Int32
  ) -> PCMError {
    .unsupported(device: request.device, wanted: wanted, said: said(code))
  }

  private static func sampleFormat(
    _ pcm: OpaquePointer, _ hardware: OpaquePointer, _ request: PCMRequest
  ) throws(PCMError) -> SampleFormat {
    let wanted = request.format.map { [$0] } ?? [.int16, .int32, .float32]
    var code: Int32 = 0
    for format in wanted {
      code = snd_pcm_hw_params_set_format(pcm, hardware, alsaFormat(format))
      if code >= 0 { return format }
    }
    let names = wanted.map { $0.description }.joined(separator: ", ")
    throw refusal(request, "format \(names)", code)
  }

  private static func alsaFormat(_ format: SampleFormat) -> snd_pcm_format_t {
    switch format {
    case .int16: SND_PCM_FORMAT_S16_LE
    case .int32: SND_PCM_FORMAT_S32_LE
    case .float32: SND_PCM_FORMAT_FLOAT_LE
    }
  }

  private static func channels(
    _ pcm: OpaquePointer, _ hardware: OpaquePointer, _ request: PCMRequest
  ) throws(PCMError) -> Int {
    var count = UInt32(request.channels)
    let code = snd_pcm_hw_params_set_channels_near(pcm, hardware, &count)
    // A speaker may have fewer channels than asked for, but a chosen microphone must exist.
    let fewest = request.direction == .capture ? request.channels : 1
    guard code >= 0, fewest...PCMRequest.mostChannels ~= Int(count) else {
      throw refusal(request, "\(request.channels) channels", code < 0 ? code : -EINVAL)
    }
    return Int(count)
  }

  private static func rate(
    _ pcm: OpaquePointer, _ hardware: OpaquePointer, _ request: PCMRequest
  ) throws(PCMError) -> Int {
    var rate = UInt32(request.rate)
    let code = snd_pcm_hw_params_set_rate_near(pcm, hardware, &rate, nil)
    guard code >= 0, PCMRequest.rates ~= Int(rate) else {
      throw refusal(request, "rate near \(request.rate) Hz", code < 0 ? code : -EINVAL)
    }
    return Int(rate)
  }

  private static func configure(
    _ pcm: OpaquePointer, _ request: PCMRequest, _ format: PCMFormat
  ) throws(PCMError) {
    var software: OpaquePointer?
    guard snd_pcm_sw_params_malloc(&software) == 0, let software else {
      throw refusal(request, "memory for its parameters", -ENOMEM)
    }
    defer { snd_pcm_sw_params_free(software) }
    var code = snd_pcm_sw_params_current(pcm, software)
    guard code >= 0 else { throw refusal(request, "software parameters", code) }
    let period = snd_pcm_uframes_t(format.periodFrames)
    _ = snd_pcm_sw_params_set_avail_min(pcm, software, period)
    _ = snd_pcm_sw_params_set_start_threshold(
      pcm, software, snd_pcm_uframes_t(format.bufferFrames / format.periodFrames) * period)
    _ = snd_pcm_sw_params_set_tstamp_mode(pcm, software, SND_PCM_TSTAMP_ENABLE)
    _ = snd_pcm_sw_params_set_tstamp_type(pcm, software, SND_PCM_TSTAMP_TYPE_MONOTONIC)
    code = snd_pcm_sw_params(pcm, software)
    guard code >= 0 else { throw refusal(request, "software parameters", code) }
  }
}
