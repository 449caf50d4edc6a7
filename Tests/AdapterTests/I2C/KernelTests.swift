// SPDX-License-Identifier: Apache-2.0

import Devices
import Foundation
import Inputs
import Runtime
import Testing

/// Sensors that the kernel reads, from folders laid out as the kernel does.
@Suite struct KernelTests {
  /// A folder of files, removed in the end.
  private final class Files {
    let root = FileManager.default.temporaryDirectory
      .appending(path: "kernel-\(UUID().uuidString)")

    init(_ files: [String: String]) throws {
      for (path, text) in files { try write(path, text) }
    }

    deinit { try? FileManager.default.removeItem(at: root) }

    func write(_ path: String, _ text: String) throws {
      let file = root.appending(path: path)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try text.write(to: file, atomically: true, encoding: .utf8)
    }

    func link(_ path: String, to target: String) throws {
      try FileManager.default.createSymbolicLink(
        atPath: root.appending(path: path).path, withDestinationPath: target)
    }

    var path: String { root.path }
  }

  /// Measures once through a worker: the value, or why there is none.
  private func measure(_ source: any KernelSource) throws -> String {
    let services = AdapterServices(reactor: try Reactor())
    let sensor = KernelSensor(source)
    var outcome: String?
    sensor.onOutcome = {
      switch $0 {
      case .values(let values): outcome = "\(values[0])"
      case .failed(let reason): outcome = reason
      }
    }
    sensor.measure(on: services)
    let deadline = MonotonicClock.now + 30_000_000_000
    while outcome == nil, MonotonicClock.now < deadline {
      _ = services.reactor.run(atMost: 2_000_000)
    }
    return outcome ?? "no answer"
  }

  /// 85 °C as it stands in the memory after power-up (Maxim 19-7487), as the kernel shows it.
  private static let powerUp = "50 05 4b 46 7f ff 0c 10 1c : crc=1c YES\n"

  private func oneWire(_ text: String) throws -> String {
    let files = try Files(["28-01/w1_slave": text + "91 01 4b 46 7f ff 0f 10 25 t=25062\n"])
    return try measure(DS18B20(root: files.path))
  }

  @Test(arguments: [
    ("91 01 4b 46 7f ff 0f 10", "25.0625"), ("D0 07 4b 46 7f ff 00 10", "125.0"),
    ("F8 FF 4b 46 7f ff 08 10", "-0.5"), ("90 FC 4b 46 7f ff 10 10", "-55.0"),
    // At 9 bits the three lowest bits mean nothing.
    ("97 01 4b 46 1f ff 0f 10", "25.0"), ("50 05 4b 46 7f ff 10 10", "85.0"),
  ]) func ds18b20ReadsItsDatasheetsTable(bytes: String, expected: String) throws {
    #expect(try oneWire("\(bytes) \(crc(bytes)) : crc=00 YES\n") == expected)
  }

  @Test func ds18b20RefusesWhatIsNoMeasurement() throws {
    #expect(try oneWire(Self.powerUp).contains("has not converted"))
    let zeros = [String](repeating: "00", count: 9).joined(separator: " ")
    #expect(try oneWire("\(zeros) : crc=00 YES\n").contains("held low"))
    let wrong = Self.powerUp.replacingOccurrences(of: "10 1c", with: "10 1d")
    #expect(try oneWire(wrong).contains("the checksum is 0x1D; expected 0x1C"))
    #expect(try oneWire("busy\n").contains("nine bytes"))
  }

  @Test func ds18b20IsChosenWhereThereAreSeveral() throws {
    let files = try Files(["28-01/w1_slave": Self.powerUp, "w1_bus_master1/x": ""])
    #expect(try DS18B20(root: files.path).find().bus == .oneWire)
    try files.write("28-02/w1_slave", Self.powerUp)
    #expect(
      try measure(DS18B20(root: files.path))
        == "1-Wire 28-*: expected one sensor, or its address: there is 28-01, 28-02")
    #expect(try DS18B20("28-02", root: files.path).find().paths[0].hasSuffix("28-02/w1_slave"))
    #expect(try measure(DS18B20("28-03", root: files.path)).contains("no such sensor"))
    #expect(try measure(DS18B20(root: "/nonexistent")).contains("w1-gpio"))
  }

  @Test func thermalZoneByItsType() throws {
    let files = try Files([
      "thermal_zone0/type": "gpu-thermal\n", "thermal_zone0/temp": "1\n",
      "thermal_zone1/type": "cpu-thermal\n", "thermal_zone1/temp": "48312\n",
      "cooling_device0/type": "cpu-thermal\n",
    ])
    #expect(try measure(ThermalZone("cpu-thermal", root: files.path)) == "48.312")
    #expect(
      try measure(ThermalZone("cpu", root: files.path))
        == "thermal zone cpu: no thermal zone is called \"cpu\": there is gpu-thermal, cpu-thermal")
    try files.write("thermal_zone1/temp", "hot\n")
    #expect(
      try measure(ThermalZone("cpu-thermal", root: files.path)).contains(
        "the kernel says \"hot\"; expected a number"))
  }

  @Test func hwmonByNumberOrLabel() throws {
    let files = try Files([
      "hwmon0/name": "coretemp\n", "hwmon0/temp1_label": "Package\n",
      "hwmon0/temp1_input": "51000\n", "hwmon0/temp2_label": "Core 0\n",
      "hwmon0/temp2_input": "-4500\n", "hwmon0/in0_input": "12034\n",
      "hwmon1/name": "lm75\n", "hwmon1/temp1_input": "25500\n",
    ])
    let root = files.path
    #expect(
      try measure(HwmonSensor("lm75", sensor: "temp1", kind: "temp", root: root)) == "25.5")
    #expect(
      try measure(HwmonSensor("coretemp", sensor: "Core 0", kind: "temp", root: root)) == "-4.5")
    #expect(
      try measure(HwmonSensor("coretemp", sensor: "in0", kind: "in", root: root)) == "12.034")
    let missing = try measure(HwmonSensor("coretemp", sensor: "temp7", kind: "temp", root: root))
    #expect(missing.hasSuffix("it has no \"temp7\": of temp there is temp1, temp2"))
    try files.write("hwmon1/temp1_fault", "1\n")
    #expect(
      try measure(HwmonSensor("lm75", sensor: "temp1", kind: "temp", root: root)).hasSuffix(
        "the driver says that the sensor is at fault"))
    try files.write("hwmon2/name", "lm75\n")
    #expect(
      try measure(HwmonSensor("lm75", sensor: "temp1", kind: "temp", root: root)).contains(
        "2 of hwmon device are called"))
  }

  /// A chip behind an I²C bus is read by the worker of that bus: if it hangs, only that one does.
  @Test func busBehindADeviceIsFound() throws {
    let files = try Files([
      "devices/soc/i2c-7/7-0048/hwmon/hwmon0/name": "lm75\n",
      "devices/soc/i2c-7/7-0048/hwmon/hwmon0/temp1_input": "20000\n", "class/x": "",
    ])
    try files.link("class/hwmon0", to: "../devices/soc/i2c-7/7-0048/hwmon/hwmon0")
    let source = HwmonSensor("lm75", sensor: "temp1", kind: "temp", root: "\(files.path)/class")
    #expect(try source.find().bus == .i2c(7))
    // No right to the bus itself is needed, and it need not even be there.
    #expect(try measure(source) == "20.0")
  }

  @Test func iioChannelIsProcessedOrRaw() throws {
    let files = try Files([
      "iio:device0/name": "bmp280\n", "iio:device0/in_temp_input": "23410\n",
      "iio:device0/in_pressure_input": "100.653270\n",
      "iio:device1/name": "mpu6050\n", "iio:device1/in_accel_x_raw": "16384\n",
      "iio:device1/in_accel_scale": "0.000598550\n", "iio:device1/in_temp_raw": "-3920\n",
      "iio:device1/in_temp_offset": "12420\n", "iio:device1/in_temp_scale": "2.941176\n",
      "iio:device2/name": "ads1115\n", "iio:device2/in_voltage0_raw": "100\n",
      "iio:device2/in_voltage0_scale": "0.125\n",
    ])
    let expected: [(String, String, Double)] = [
      ("bmp280", "temp", 23.41), ("bmp280", "pressure", 1006.5327),
      ("mpu6050", "accel_x", 9.80664), ("mpu6050", "temp", 25.0), ("ads1115", "voltage0", 0.0125),
    ]
    for (chip, channel, value) in expected {
      let source = try #require(IIOChannel(chip, channel: channel, root: files.path))
      let found = try #require(Double(try measure(source)))
      #expect(abs(found - value) < 1e-4, "\(chip) \(channel)")
    }
    let source = try #require(IIOChannel("ads1115", channel: "voltage1", root: files.path))
    #expect(try measure(source).hasSuffix("it has no channel \"voltage1\": there is voltage0"))
    #expect(IIOChannel("bmp280", channel: "flavour") == nil)
  }

  /// A device that comes back under another number is found again.
  @Test func filesAreLookedForAgainAfterAFailure() throws {
    let files = try Files(["hwmon0/name": "lm75\n", "hwmon0/temp1_input": "20000\n"])
    let services = AdapterServices(reactor: try Reactor())
    let sensor = KernelSensor(
      HwmonSensor("lm75", sensor: "temp1", kind: "temp", root: files.path))
    var outcomes: [String] = []
    sensor.onOutcome = { outcome in
      switch outcome {
      case .values(let values): outcomes.append("\(values[0])")
      case .failed: outcomes.append("failed")
      }
    }
    for round in 0..<3 {
      sensor.measure(on: services)
      let deadline = MonotonicClock.now + 30_000_000_000
      while outcomes.count == round, MonotonicClock.now < deadline {
        _ = services.reactor.run(atMost: 2_000_000)
      }
      guard round == 0 else { continue }
      try FileManager.default.moveItem(
        at: files.root.appending(path: "hwmon0"), to: files.root.appending(path: "hwmon5"))
    }
    #expect(outcomes == ["20.0", "failed", "20.0"])
  }

  @Test func everyKernelInputSaysWhatItIs() throws {
    let inputs: [(String, [(String, GivenValue)], String)] = [
      ("ds18b20", [], "1-Wire 28-*"), ("thermal", [], "thermal zone cpu-thermal"),
      ("hwmon", [("chip", .one("lm75"))], "hwmon lm75 temp1"),
      ("iio", [("chip", .one("bmp280")), ("sensor", .one("temp"))], "iio bmp280 temp"),
    ]
    for (name, keys, device) in inputs {
      let type = try #require(InputType.named(name))
      #expect(try type.input([("id", .one("x"))] + keys).device == device)
    }
    let hwmon = try #require(InputType.named("hwmon"))
    #expect(throws: AdapterProblem.self) {
      try hwmon.input([("id", .one("x")), ("chip", .one("a")), ("sensor", .one("Core 0"))])
    }
  }

  @Test func processorHasAThermalZoneOrSaysThatItHasNone() throws {
    let outcome = try measure(ThermalZone("cpu-thermal"))
    #expect(Double(outcome) != nil || outcome.contains("no thermal zone is called"))
  }

  /// Maxim's CRC-8 by division of polynomials, the least significant bit first.
  private func crc(_ text: String) -> String {
    var register: UInt8 = 0
    for byte in text.split(separator: " ").compactMap({ UInt8($0, radix: 16) }) {
      for place in 0..<8 {
        let mix = (register ^ byte >> place) & 1
        register = register >> 1 ^ mix * 0x8C
      }
    }
    return String(register, radix: 16)
  }
}
