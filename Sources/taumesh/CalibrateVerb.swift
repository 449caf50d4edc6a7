// SPDX-License-Identifier: Apache-2.0
internal import Devices
internal import Inputs
internal import NodeCore
internal import Runtime

final class CalibrateVerb: Verb {
  private static let offset = Option("--offset", "V", "add V to what is shown")
  private static let twoPoint = Option(
    "--two-point", nil, "SHOWN=TRUE SHOWN=TRUE: the line through two measurements")
  private static let clear = Option("--clear", nil, "forget the calibration")

  override var name: StaticString { "calibrate" }
  override var summary: StaticString { "corrects what an input shows, or shows the corrections" }
  override var usage: StaticString {
    "calibrate [--state DIR] [ID [QUANTITY] [--offset V | --two-point A=B C=D | --clear]]"
  }
  override var options: [Option] { [.state, Self.offset, Self.twoPoint, Self.clear] }
  override var notes: StaticString {
    """
    Values are those that `taumesh status` shows now, in its unit; corrections add up.
    QUANTITY may be left out where an input has only one. A negative V is given as --offset=-0.8.
    """
  }

  private struct Failure: Error {
    let message: String
  }

  override func run(_ arguments: Arguments) -> Int32 {
    do throws(Failure) {
      try calibrate(arguments)
      return 0
    } catch {
      StandardOutput.writeError("taumesh calibrate: \(error.message)\n")
      return 1
    }
  }

  private func calibrate(_ arguments: Arguments) throws(Failure) {
    let paths = paths(arguments)
    var calibrations = try load(paths)
    guard let id = arguments.operands.first else {
      let lines = calibrations.entries.map {
        "\($0.id) \($0.quantity): \(Self.text($0.calibration))\n"
      }
      return StandardOutput.write(lines.isEmpty ? "no calibration\n" : lines.reduce("", +))
    }
    let quantities = try quantities(of: id, paths)
    let named = arguments.operands.dropFirst().filter { !$0.utf8.contains(61) }
    let quantity = named.first ?? (quantities.count == 1 ? quantities[0] : "")
    guard quantities.contains(quantity), named.count <= 1 else {
      throw Failure(
        message: quantities.isEmpty
          ? "\(id) has nothing to calibrate"
          : "\(id): expected one of its quantities: \(NearWord.joined(quantities))")
    }
    if let next = try change(arguments) {
      let isCleared = arguments.has(Self.clear)
      calibrations.set(
        id, quantity, isCleared ? .none : try composed(calibrations, id, quantity, next, paths))
      try save(calibrations, paths)
    }
    let now = calibrations.calibration(id, quantity)
    StandardOutput.write("\(id) \(quantity): \(Self.text(now))\n")
  }

  /// What is to be done to the values shown; nil where only the calibration is asked for.
  private func change(_ arguments: Arguments) throws(Failure) -> Calibration? {
    let pairs = arguments.operands.dropFirst().filter { $0.utf8.contains(61) }
    if arguments.has(Self.clear) { return Calibration.none }
    if let text = arguments.value(Self.offset) {
      guard let value = NumberText.split(text).0 else {
        throw Failure(message: "--offset is \"\(text)\"; expected a number")
      }
      return Calibration(offset: value)
    }
    guard arguments.has(Self.twoPoint) || !pairs.isEmpty else { return nil }
    let points = pairs.compactMap { Self.pair($0) }
    guard points.count == 2, pairs.count == 2 else {
      throw Failure(message: "--two-point expects two pairs SHOWN=TRUE, such as 0.4=0 99.1=100")
    }
    do throws(Calibration.Problem) {
      return try Calibration(low: points[0], high: points[1])
    } catch { throw Failure(message: "\(error)") }
  }

  /// What has the effect of the calibrations there are and then `next` on what is shown.
  private func composed(
    _ calibrations: Calibrations, _ id: String, _ quantity: String, _ next: Calibration,
    _ paths: NodePaths
  ) throws(Failure) -> Calibration {
    do throws(Calibrations.Failure) {
      return try calibrations.corrected(id, quantity, by: next, paths: paths)
    } catch { throw Failure(message: "\(error)") }
  }

  private static func pair(_ text: String) -> (read: Double, truth: Double)? {
    let parts = text.split(separator: "=", omittingEmptySubsequences: false)
    guard parts.count == 2, let shown = NumberText.split(String(parts[0])).0,
      let actual = NumberText.split(String(parts[1])).0
    else { return nil }
    return (shown, actual)
  }

  private func quantities(of id: String, _ paths: NodePaths) throws(Failure) -> [String] {
    do throws(ConfigurationFailure) {
      return try Configuration.load(paths).quantities(ofInput: id)
    } catch { throw Failure(message: "\(error)") }
  }

  private func load(_ paths: NodePaths) throws(Failure) -> Calibrations {
    do throws(Calibrations.Failure) { return try Calibrations.load(paths.calibrations) } catch {
      throw Failure(message: "\(error)")
    }
  }

  /// Writes the file, then has a running node take it.
  private func save(_ calibrations: Calibrations, _ paths: NodePaths) throws(Failure) {
    do throws(Calibrations.Failure) { try calibrations.save(paths.calibrations) } catch {
      throw Failure(message: "\(error)")
    }
    do throws(ControlClient.Failure) {
      _ = try ControlClient.result(ControlRequest("calibrate"), socket: IPCSettings.socket(paths))
    } catch {
      StandardOutput.writeError("stored; it holds from the node's next start (\(error))\n")
    }
  }

  private static func text(_ calibration: Calibration) -> String {
    guard calibration != .none else { return "not calibrated" }
    return "true = \(calibration.scale) x measured + \(calibration.offset)"
  }
}
