// SPDX-License-Identifier: Apache-2.0
package import Devices
internal import Runtime

/// A Linux frame buffer that shows a channel: hue by phase, brightness by coherence, the rest as text.
///
/// At most ten frames a second, of which only what changed is drawn. No frame allocates. At rest it
/// says so; stopping leaves the screen black.
package final class Display: Output, KeptDevice {
  static let frameNanoseconds: Int64 = 100_000_000

  package let id: String
  package let device: String
  private var keeper: DeviceKeeper?
  private var screen: FrameBuffer?
  private var painter: DisplayPainter?
  private var page = StatePage()
  private var drawnAt: Int64 = 0

  package init(id: String, device: String) {
    (self.id, self.device) = (id, device)
    keeper = DeviceKeeper(self)
  }

  package static var type: OutputType {
    OutputType(
      "display", "a screen through its frame buffer: hue by phase, brightness by coherence, text",
      keys: [.optional("device", .text, default: "/dev/fb0", "the frame buffer")]
    ) { values throws(AdapterProblem) in Display(id: values.id, device: values.text("device")) }
  }

  package var follows: String? { nil }
  package var report: OutputReport { OutputReport() }
  package var status: AdapterStatus { keeper?.status ?? .stopped }
  package var counters: AdapterCounters { keeper?.counters ?? AdapterCounters() }
  package var onStatusChange: ((AdapterStatus) -> Void)? {
    get { keeper?.onStatusChange }
    set { keeper?.onStatusChange = newValue }
  }

  package func start(on services: AdapterServices) { keeper?.start(on: services.reactor) }

  package func apply(_ situation: OutputSituation) {
    guard painter != nil, situation.now - drawnAt >= Display.frameNanoseconds else { return }
    drawnAt = situation.now
    page.write(situation)
    let drawn = painter?.draw(page, Hue.colour(situation.state)) ?? 0
    keeper?.counters.frames += 1
    keeper?.counters.blocks += Int64(drawn)
  }

  package func stop(_ finished: @escaping () -> Void) {
    keeper?.stop()
    finished()
  }

  package func probe(_ services: AdapterServices) throws(AdapterProblem) -> String {
    try FrameBuffer(device).description
  }

  package func openDevice() throws(AdapterProblem) -> String? {
    let screen = try FrameBuffer(device)
    (self.screen, painter, drawnAt) = (screen, DisplayPainter(screen), 0)
    return screen.description
  }

  package func closeDevice() {
    if let screen {
      screen.fill(
        x: 0, y: 0, width: screen.width, height: screen.height, screen.pixel(0, 0, 0))
    }
    (screen, painter) = (nil, nil)
  }
}
