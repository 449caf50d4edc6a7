// SPDX-License-Identifier: Apache-2.0
package import Devices
internal import Runtime

/// What answers on the I²C buses of this machine, for `taumesh doctor`.
///
/// Each address is asked once, as i2cdetect asks in its safe mode; where something answers, the
/// identities of what is known to be found there are read. Reading a register moves a chip's
/// pointer, so buses are only scanned while no node runs. Blocks for as long as the buses do.
package enum I2CScan {
  /// One thing found, or why nothing could be.
  package struct Finding: Equatable, Sendable {
    /// `i2c-1 0x76`, or the bus alone.
    package let subject: String
    package let detail: String
    package let isProblem: Bool
  }

  /// Runs steps against an address of the bus that is scanned.
  package typealias Ask = (_ address: Int, _ steps: [BusStep]) -> BusReply

  /// The addresses that are not reserved (UM10204, 3.1.12).
  private static let addresses = 0x08...0x77

  /// What is on every bus of this machine.
  package static func findings(
    devices: String = "/dev", names: String = "/sys/class/i2c-dev",
    drivers: String = "/sys/bus/i2c/devices"
  ) -> [Finding] {
    var findings: [Finding] = []
    for number in buses(devices) {
      let name = KernelFile.line("\(names)/i2c-\(number)/name") ?? ""
      guard !isManagement(name) else {
        findings.append(
          Finding(
            subject: "i2c-\(number)", detail: "\(name): not scanned, it has memory modules on it",
            isProblem: false))
        continue
      }
      findings += scan(number, drivers: drivers) { address, steps in
        BusWorker.run(BusJob(address: address, steps), on: .i2c(number))
      }
    }
    return findings
  }

  /// The numbers of the buses, in their order.
  static func buses(_ devices: String) -> [Int] {
    var numbers: [Int] = []
    for name in Folder.names(in: devices) where name.hasPrefix("i2c-") {
      if let number = Int(name.dropFirst(4)) { numbers.append(number) }
    }
    return numbers.sorted()
  }

  /// A PC's own bus: asking around there can confuse what manages the machine.
  private static func isManagement(_ name: String) -> Bool {
    name.hasPrefix("SMBus ") && !name.hasPrefix("SMBus stub")
  }

  /// What is on one bus.
  ///
  /// - Parameters:
  ///   - number: Its number.
  ///   - drivers: Where the kernel lists the chips that its drivers have.
  ///   - ask: Runs steps against an address of it.
  /// - Returns: One finding for each address that answers, or why the bus could not be scanned.
  package static func scan(_ number: Int, drivers: String, ask: Ask) -> [Finding] {
    let bus = BusName.i2c(number)
    var findings: [Finding] = []
    for address in addresses {
      let subject = "\(bus) \(ChipProblem.hexadecimal(address))"
      let reply = ask(address, [.probe])
      guard let failure = reply.failure else {
        let detail = recognise(address, ask)
        findings.append(Finding(subject: subject, detail: detail, isProblem: false))
        continue
      }
      if failure.isTaken {
        findings.append(
          Finding(subject: subject, detail: taken(number, address, drivers), isProblem: false))
      } else if failure.isNoBus || failure.isBusHung {
        let detail = failure.text(bus, subject)
        return findings + [Finding(subject: "\(bus)", detail: detail, isProblem: true)]
      }
    }
    guard findings.isEmpty else { return findings }
    return [Finding(subject: "\(bus)", detail: "nothing answers on it", isProblem: false)]
  }

  private static func taken(_ number: Int, _ address: Int, _ drivers: String) -> String {
    let digits = String(address, radix: 16)
    let place = "\(number)-00" + (address < 16 ? "0" : "") + digits
    let name = KernelFile.line("\(drivers)/\(place)/name") ?? "it"
    return "a kernel driver has \(name): read it with type hwmon or iio"
  }

  /// What answers at an address: what proves its identity, else everything it may be.
  static func recognise(_ address: Int, _ ask: Ask) -> String {
    var possible: [String] = []
    var byAddress: [String] = []
    for known in I2CCatalogue.readable + I2CCatalogue.others
    where known.addresses.contains(address) {
      switch known.identity {
      case .none: byAddress.append(known.text)
      case .register(let register, let value):
        let reply = ask(address, [.readByte(register)])
        if reply.failure == nil, reply[0] == value { return known.text }
      case .chip(let chip, let isCertain):
        guard holds(chip, ask(address, chip.identification)) else { continue }
        if isCertain { return known.text }
        possible.append(known.text)
      }
    }
    let candidates = possible + byAddress
    guard !candidates.isEmpty else { return "something answers that is not known here" }
    return "no certain identity; it may be: \(NearWord.joined(candidates))"
  }

  private static func holds(_ chip: any I2CChip, _ reply: BusReply) -> Bool {
    guard reply.failure == nil else { return false }
    do throws(ChipProblem) { try chip.identify(reply) } catch { return false }
    return true
  }
}
