// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Guard

@Suite struct GuardRecordTests {
  @Test func settingsComeThroughWhole() throws {
    var settings = MotorSettings(
      id: "wheels",
      sides: [
        .bridge(
          forward: .line("GPIO17", isActiveLow: true),
          backward: .line("9030000.pl061:5", isActiveLow: false), pwm: .pwm(chip: "", channel: 1)),
        .servo(.pca(15)),
      ])
    settings.chip = "pinctrl-bcm2835"
    (settings.bus, settings.address, settings.frequency) = (3, 0x41, 50)
    (settings.stopAfter, settings.reverseAfter, settings.slew) = (123_456_789, 0, 2.5)
    settings.emergencyStop = .line("GPIO5", isActiveLow: true)
    settings.enable = .line("GPIO6", isActiveLow: false)
    let record = settings.record(drive: 2, of: 3)
    let read = try record.withUnsafeBytes { bytes in
      #expect(GuardRecord.drive(of: bytes) == 2 && GuardRecord.count(of: bytes) == 3)
      return try #require(MotorSettings(bytes))
    }
    #expect(read == settings)
    for length in 0..<record.count {
      #expect(record[..<length].withUnsafeBytes { MotorSettings($0) } == nil)
    }
    #expect((record + [0]).withUnsafeBytes { MotorSettings($0) } == nil)
  }

  @Test func portsAreReadAsTheyAreWritten() {
    for text in ["GPIO17", "~GPIO17", "9030000.pl061:5", "pwm:1", "pwm:fe20c000.pwm:0", "pca:15"] {
      #expect(MotorPort(text)?.description == text)
    }
    for text in ["", "~", "pca:16", "pca:x", "pca:", "pwm:", "pwm:a:b", "pwm:16", "pwm:a:b:1"] {
      #expect(MotorPort(text) == nil, "\(text)")
    }
  }

  @Test func reportsComeThroughWhole() {
    var report = GuardReport(drive: 1)
    (report.reason, report.isStopped, report.sequence) = (.emergency, true, 77)
    (report.time, report.first, report.second) = (-5, -0.25, 1)
    (report.refusals, report.neutrals, report.allocations) = (.max, 3, 0)
    for reason in NeutralReason.allCases.map({ $0 }) + [nil] {
      report.reason = reason
      var bytes = [UInt8](repeating: 0xaa, count: GuardReport.bytes)
      bytes.withUnsafeMutableBytes { report.write(to: $0) }
      #expect(bytes.withUnsafeBytes { GuardReport($0) } == report)
    }
  }

  @Test func whatCannotBeDrivenIsRefused() {
    func line(_ name: String) -> MotorPort { .line(name, isActiveLow: false) }
    func complaint(
      _ sides: [MotorSettings.Side], _ change: (inout MotorSettings) -> Void = { _ in }
    )
      -> String?
    {
      var settings = MotorSettings(id: "x", sides: sides)
      change(&settings)
      return settings.complaint
    }
    let bridge = MotorSettings.Side.bridge(forward: line("A"), backward: line("B"), pwm: nil)
    #expect(complaint([bridge]) == nil)
    #expect(complaint([]) != nil && complaint([bridge, bridge]) != nil)
    #expect(complaint([.servo(line("A"))]) != nil)
    #expect(complaint([.servo(.pca(1)), .servo(.pca(1))]) != nil)
    #expect(complaint([bridge]) { $0.enable = line("A") } != nil)
    #expect(complaint([bridge]) { $0.emergencyStop = .line("B", isActiveLow: true) } != nil)
    #expect(complaint([bridge]) { $0.emergencyStop = .pca(3) } != nil)
    #expect(complaint([bridge]) { $0.enable = .pwm(chip: "", channel: 0) } != nil)
  }
}
