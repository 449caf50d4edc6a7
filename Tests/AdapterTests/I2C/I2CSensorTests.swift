// SPDX-License-Identifier: Apache-2.0

import Devices
import Foundation
import Inputs
import Runtime
import Testing

/// A sensor's course over a real worker: files stand for the answers of its chip.
@Suite struct I2CSensorTests {
  private final class FileChip: I2CChip {
    let name = "file"
    let quantities: [Quantity] = [.temperature(-40...85)]
    let folder: String
    var trigger: [BusStep]
    let conversion = 2000
    var identified = 0

    init(_ folder: String, hasTrigger: Bool) {
      self.folder = folder
      trigger = hasTrigger ? [.readFile("\(folder)/trigger")] : []
    }

    var identification: [BusStep] { [.readFile("\(folder)/id")] }
    var configuration: [BusStep] { [.readFile("\(folder)/configuration")] }
    var measurement: [BusStep] { [.readFile("\(folder)/value")] }

    func identify(_ reply: BusReply) throws(ChipProblem) {
      guard reply.text == "good" else { throw ChipProblem("the chip says it is \(reply.text)") }
      identified += 1
    }

    func values(_ reply: BusReply) throws(ChipProblem) -> SIMD8<Double> {
      guard let value = Double(reply.text) else { throw ChipProblem("no number") }
      return SIMD8(repeating: value)
    }
  }

  private final class Lab {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "sensor-\(UUID().uuidString)").path
    let services: AdapterServices
    let chip: FileChip
    let sensor: I2CSensor
    var outcomes: [String] = []

    init(hasTrigger: Bool = true) throws {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      services = AdapterServices(reactor: try Reactor())
      chip = FileChip(folder, hasTrigger: hasTrigger)
      sensor = I2CSensor(chip, on: .sensorFiles, address: 0x76)
      sensor.onOutcome = { [unowned self] outcome in
        switch outcome {
        case .values(let values): outcomes.append("\(values[0])")
        case .failed(let reason): outcomes.append(reason)
        }
      }
      for (name, text) in [
        ("id", "good"), ("configuration", ""), ("trigger", ""), ("value", "21.5"),
      ] { try write(name, text) }
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func write(_ name: String, _ text: String) throws {
      try text.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
    }

    func remove(_ name: String) throws {
      try FileManager.default.removeItem(atPath: "\(folder)/\(name)")
    }

    func measure() -> String {
      let count = outcomes.count
      sensor.measure(on: services)
      let deadline = MonotonicClock.now + 30_000_000_000
      while outcomes.count == count, MonotonicClock.now < deadline {
        _ = services.reactor.run(atMost: 2_000_000)
      }
      return outcomes.last ?? ""
    }
  }

  @Test(arguments: [true, false]) func identifiesOnceAndMeasuresAgainAndAgain(
    hasTrigger: Bool
  ) throws {
    let lab = try Lab(hasTrigger: hasTrigger)
    #expect(lab.measure() == "21.5")
    try lab.write("value", "22")
    #expect(lab.measure() == "22.0")
    #expect(lab.chip.identified == 1 && lab.outcomes.count == 2)
  }

  @Test func wrongChipIsRefusedAndNotSetUp() throws {
    let lab = try Lab()
    try lab.write("id", "bad")
    try lab.remove("configuration")
    #expect(lab.measure() == "sensor files 0x76: the chip says it is bad")
    try lab.write("id", "good")
    try lab.write("configuration", "")
    #expect(lab.measure() == "21.5")
  }

  @Test(arguments: ["configuration", "trigger", "value"]) func everyFailureBeginsAnew(
    missing: String
  ) throws {
    let lab = try Lab()
    #expect(lab.measure() == "21.5")
    lab.sensor.close()
    try lab.remove(missing)
    #expect(lab.measure().contains("No such file"))
    try lab.write(missing, "19")
    let again = lab.measure()
    #expect(again == (missing == "value" ? "19.0" : "21.5"))
    #expect(lab.chip.identified == 3)
  }

  @Test func nonsenseIsAFailureWithItsReason() throws {
    let lab = try Lab()
    try lab.write("value", "warm")
    #expect(lab.measure() == "sensor files 0x76: no number")
  }

  @Test func closedSensorHasNoOutcome() throws {
    let lab = try Lab()
    lab.sensor.measure(on: lab.services)
    lab.sensor.close()
    _ = lab.services.reactor.run(atMost: 30_000_000)
    #expect(lab.outcomes.isEmpty)
    #expect(lab.measure() == "21.5")
  }

  @Test func probeSaysWhatItIsOrWhatIsWrong() throws {
    let lab = try Lab()
    #expect(try lab.sensor.probe(lab.services) == "sensor files 0x76: file")
    try lab.write("id", "bad")
    #expect(throws: AdapterProblem("address", "sensor files 0x76: the chip says it is bad")) {
      try lab.sensor.probe(lab.services)
    }
  }
}
