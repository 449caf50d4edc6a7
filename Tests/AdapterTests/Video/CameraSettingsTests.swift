// SPDX-License-Identifier: Apache-2.0
import Devices
import Inputs
import PhaseSpace
import Testing

@Suite struct CameraSettingsTests {
  private func camera(_ given: [(String, GivenValue)]) throws -> Camera {
    let type = try #require(InputType.named("camera"))
    let common: [(String, GivenValue)] = [("id", .one("eye")), ("device", .one("/dev/video0"))]
    return try #require(try type.input(common + given) as? Camera)
  }

  private func refusal(_ given: [(String, GivenValue)]) -> AdapterProblem? {
    do {
      _ = try camera(given)
      return nil
    } catch { return error as? AdapterProblem }
  }

  @Test func `A camera with nothing but a device watches the whole picture's light at 1 Hz`() throws
  {
    let camera = try camera([])
    #expect(camera.channels.map(\.name) == ["brightness-1000mHz"])
    #expect(camera.channels[0].frequency == 1)
    #expect(abs(camera.channels[0].noiseBandwidth - 0.61) < 0.01)
    #expect(camera.settings.request == VideoRequest(device: "/dev/video0"))
  }

  @Test func `Each zone is a channel named after it`() throws {
    let camera = try camera([
      ("zones", .many(["lamp 10 20 30 40", "floor 0 50 100 50"])), ("channel", .one("light")),
      ("encode", .one("motion")), ("band", .many(["0.5", "1.5"])), ("format", .one("MJPEG")),
      ("size", .many(["640", "480"])), ("rate", .one("15")),
    ])
    #expect(camera.channels.map(\.name) == ["light-lamp", "light-floor"])
    #expect(
      camera.settings.request.zones == [
        VideoZone("lamp", left: 100, top: 200, right: 400, bottom: 600),
        VideoZone("floor", left: 0, top: 500, right: 1000, bottom: 1000),
      ])
    #expect(camera.settings.request.pixels == .mjpeg && camera.settings.request.width == 640)
    #expect(camera.settings.encoding == .motion && camera.settings.frequency == 1)
  }

  @Test func `Flicker is told at its own frequency, wherever the frames show it`() throws {
    let camera = try camera([
      ("encode", .one("flicker")), ("mains", .one("60")), ("rate", .one("25")),
    ])
    #expect(camera.channels.map(\.name) == ["flicker-120000mHz"])
    #expect(camera.channels[0].frequency == 120)
  }

  @Test func `A frame rate that hides the flicker is refused with the reason`() {
    let problem = refusal([("encode", .one("flicker")), ("rate", .one("25"))])
    #expect(problem?.key == "rate")
    #expect(problem?.problem.contains("25 frames/s show 100 Hz at 0 Hz") == true)
    #expect(refusal([("encode", .one("flicker")), ("rate", .one("30"))]) == nil)
    // 120 Hz hides from 30 frames a second, and shows at 20 Hz to 25.
    #expect(refusal([("encode", .one("flicker")), ("mains", .one("60"))])?.key == "rate")
  }

  @Test func `Zones outside the frame, doubles and both ways at once are refused`() {
    #expect(refusal([("zone", .many(["50", "0", "51", "100"]))])?.key == "zone")
    #expect(refusal([("zone", .many(["0", "0", "0", "100"]))])?.key == "zone")
    #expect(refusal([("zones", .many(["a 0 0 50"]))])?.key == "zones")
    #expect(refusal([("zones", .many(["a 0 0 50 50", "a 50 0 50 50"]))])?.key == "zones")
    let both: [(String, GivenValue)] = [
      ("zone", .many(["0", "0", "50", "50"])), ("zones", .many(["a 0 0 50 50"])),
    ]
    #expect(refusal(both)?.key == "zones")
  }

  @Test func `A rhythm too fast for the frames is refused`() {
    #expect(refusal([("frequency", .one("3")), ("rate", .one("5"))])?.key == "frequency")
    #expect(refusal([("encode", .one("flicker")), ("frequency", .one("10"))])?.key == "frequency")
  }
}
