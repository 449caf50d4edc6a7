// SPDX-License-Identifier: Apache-2.0
internal import Devices

/// What the display controller SSD1306 is told.
///
/// Source: Solomon Systech, SSD1306 rev 1.1, sections 8.1.5.2 (control byte), 9 (commands) and the
/// application note's flow for the charge pump.
enum SSD1306 {
  static let address = 0x3C
  /// The control byte before commands, and before data of the picture.
  private static let commands: UInt8 = 0x00
  private static let data: UInt8 = 0x40
  /// Bytes of one message of data: what SMBus allows.
  private static let block = 32

  /// Sets the controller up for a panel of so many dots of height, 32 or 64, and switches it on.
  static func setUp(height: Int, address: Int) -> BusJob {
    BusJob(
      address: address,
      [
        .writeBlock(
          commands,
          [
            0xAE,  // off
            0xD5, 0x80,  // clock
            0xA8, UInt8(height - 1),  // rows
            0xD3, 0x00, 0x40,  // no offset, first line 0
            0x8D, 0x14,  // charge pump on
            0x20, 0x00,  // addresses run along a page
            0xA1, 0xC8,  // the connector is below
            0xDA, height == 64 ? 0x12 : 0x02,  // how rows are wired
            0x81, 0xCF,  // contrast
            0xD9, 0xF1, 0xDB, 0x40,  // precharge, level of idle columns
            0xA4, 0xA6, 0xAF,  // from memory, not inverted, on
          ])
      ])
  }

  static func off(address: Int) -> BusJob {
    BusJob(address: address, [.writeBlock(commands, [0xAE])])
  }

  /// Makes `job` write one page; allocates nothing.
  static func fill(_ job: inout BusJob, page: Int, _ columns: UnsafeBufferPointer<UInt8>) {
    job.removeSteps()
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 6) { place in
      (place[0], place[1], place[2]) = (0x21, 0, UInt8(OLEDPicture.width - 1))
      (place[3], place[4], place[5]) = (0x22, UInt8(page), UInt8(page))
      job.appendBlock(commands, UnsafeBufferPointer(place))
    }
    for start in stride(from: 0, to: OLEDPicture.width, by: block) {
      job.appendBlock(data, UnsafeBufferPointer(rebasing: columns[start..<start + block]))
    }
  }
}
