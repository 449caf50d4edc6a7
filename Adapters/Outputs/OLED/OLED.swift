// SPDX-License-Identifier: Apache-2.0
package import Devices
internal import Runtime

/// A small display with an SSD1306 on an I²C bus: four lines about a channel, and a bar.
///
/// At most five frames a second, of which only pages that changed are sent, one frame after another:
/// a slow or busy bus makes it slower, nothing else. No frame allocates.
package final class OLED: Output, KeptDevice {
  private static let frameNanoseconds: Int64 = 200_000_000
  private static let jobNanoseconds: Int64 = 2_000_000_000

  package let id: String
  private let bus: BusName
  private let address: Int
  private let height: Int
  private var keeper: DeviceKeeper?
  private var client: BusClient?
  private var worker: BusWorker?
  private var job: BusJob
  private var picture: OLEDPicture
  /// What the display shows; what is on its way counts as shown.
  private var shown: [UInt8]
  private var isUnknown = true
  private var outstanding = 0
  private var drawnAt: Int64 = 0

  init(id: String, bus: BusName, address: Int, height: Int) {
    (self.id, self.bus, self.address, self.height) = (id, bus, address, height)
    job = BusJob(address: address)
    picture = OLEDPicture(pages: height / 8)
    shown = picture.columns
    keeper = DeviceKeeper(self)
    client = BusClient { [unowned(unsafe) self] reply in self.answered(reply) }
  }

  package static var type: OutputType {
    OutputType(
      "ssd1306", "a small display on an I2C bus: the state of a channel in four lines",
      keys: [
        .optional("bus", .integer(0...255), default: "1", "N of /dev/i2c-N; 1 is a Pi's header"),
        .optional("address", .integer(0x3C...0x3D), default: "0x3C", "7-bit address"),
        .optional("height", .choice(["32", "64"]), default: "64", "its dots from top to bottom"),
      ]
    ) { values throws(AdapterProblem) in
      OLED(
        id: values.id, bus: .i2c(values.integer("bus")), address: values.integer("address"),
        height: values.text("height") == "32" ? 32 : 64)
    }
  }

  package var device: String { "\(bus) 0x\(String(address, radix: 16))" }
  package var follows: String? { nil }
  package var report: OutputReport { OutputReport() }
  package var status: AdapterStatus { keeper?.status ?? .stopped }
  /// `frames` were drawn, of `blocks` pages.
  package var counters: AdapterCounters { keeper?.counters ?? AdapterCounters() }
  package var onStatusChange: ((AdapterStatus) -> Void)? {
    get { keeper?.onStatusChange }
    set { keeper?.onStatusChange = newValue }
  }

  package func start(on services: AdapterServices) {
    worker = services.buses.worker(bus)
    keeper?.start(on: services.reactor)
  }

  package func apply(_ situation: OutputSituation) {
    guard keeper?.isOpen == true, outstanding == 0,
      situation.now - drawnAt >= OLED.frameNanoseconds
    else { return }
    drawnAt = situation.now
    picture.draw(situation)
    keeper?.counters.frames += 1
    for page in 0..<picture.pages where !send(page) { return }
    isUnknown = false
  }

  package func stop(_ finished: @escaping () -> Void) {
    let wasOpen = keeper?.isOpen == true
    keeper?.stop()
    if wasOpen, let client {
      _ = worker?.submit(SSD1306.off(address: address), within: 200_000_000, for: client)
    }
    finished()
  }

  package func probe(_ services: AdapterServices) throws(AdapterProblem) -> String {
    let reply = BusWorker.run(BusJob(address: address, [.probe]), on: bus)
    if let failure = reply.failure {
      throw AdapterProblem("address", failure.text(bus, device))
    }
    return "\(device): something answers; an SSD1306 cannot be asked what it is"
  }

  package func openDevice() throws(AdapterProblem) -> String? {
    isUnknown = true
    let setUp = SSD1306.setUp(height: height, address: address)
    guard let client else { return nil }
    if let failure = worker?.submit(setUp, within: OLED.jobNanoseconds, for: client) {
      throw AdapterProblem("", failure.text(bus, device))
    }
    outstanding += 1
    return nil
  }

  package func closeDevice() {
    if let client { worker?.cancel(client) }
    outstanding = 0
  }

  /// Sends a page if it changed; false when the display has failed.
  private func send(_ page: Int) -> Bool {
    let range = page * OLEDPicture.width..<(page + 1) * OLEDPicture.width
    var isNew = isUnknown
    for place in range where picture.columns[place] != shown[place] {
      shown[place] = picture.columns[place]
      isNew = true
    }
    guard isNew, let client, let worker else { return true }
    picture.columns.withUnsafeBufferPointer { columns in
      SSD1306.fill(&job, page: page, UnsafeBufferPointer(rebasing: columns[range]))
    }
    if let failure = worker.submit(job, within: OLED.jobNanoseconds, for: client) {
      keeper?.fail(failure.text(bus, device))
      return false
    }
    outstanding += 1
    keeper?.counters.blocks += 1
    return true
  }

  private func answered(_ reply: BusReply) {
    outstanding = max(0, outstanding - 1)
    if let failure = reply.failure {
      keeper?.fail(failure.text(bus, device))
    } else if keeper?.isOpen == false {
      keeper?.opened("\(device), 128x\(height)")
    }
  }
}
