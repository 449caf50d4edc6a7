// SPDX-License-Identifier: Apache-2.0
package import Inputs
internal import Runtime

/// The calibrations of a node's inputs, kept in its state folder, a line each.
///
/// The command line writes the file and tells the node, so that no reactor waits for a disk.
package struct Calibrations {
  package struct Failure: Error, CustomStringConvertible {
    package let description: String
  }

  static let maximumEntries = 128
  static let maximumBytes = 64 << 10

  package private(set) var entries: [CalibrationEntry] = []

  /// The calibrations in `path`; none where there is no such file.
  package static func load(_ path: String) throws(Failure) -> Calibrations {
    var calibrations = Calibrations()
    let bytes: [UInt8]?
    do throws(StateFile.Failure) { bytes = try StateFile.read(path, limit: maximumBytes) } catch {
      throw Failure(description: "\(error)")
    }
    guard let bytes else { return calibrations }
    var line = 0
    let text = String(decoding: bytes, as: UTF8.self)
    guard let entries = CalibrationEntry.entries(of: text, wrongLine: &line) else {
      throw Failure(
        description:
          "\(path):\(line): expected input, quantity, scale and offset, separated by tabs")
    }
    calibrations.entries = entries
    return calibrations
  }

  /// What corrects a quantity now.
  package func calibration(_ input: String, _ quantity: String) -> Calibration {
    entries.first { $0.id == input && $0.quantity == quantity }?.calibration ?? .none
  }

  /// Sets what corrects a quantity; `none` forgets it.
  package mutating func set(_ input: String, _ quantity: String, _ calibration: Calibration) {
    entries.removeAll { $0.id == input && $0.quantity == quantity }
    guard calibration != .none else { return }
    entries.append(CalibrationEntry(id: input, quantity: quantity, calibration))
  }

  /// Replaces the file; readable by the node whichever user wrote it.
  package func save(_ path: String) throws(Failure) {
    guard entries.count <= Self.maximumEntries else {
      throw Failure(description: "\(path): more than \(Self.maximumEntries) calibrations")
    }
    var text = "# input, quantity, scale, offset; written by `taumesh calibrate`\n"
    for entry in entries { text += entry.line + "\n" }
    do throws(StateFile.Failure) {
      try StateFile.write(path, Array(text.utf8), mode: 0o644)
    } catch { throw Failure(description: "\(error)") }
  }

  /// What has the effect of the entries there are and then `next` on what an input shows.
  package func corrected(
    _ id: String, _ quantity: String, by next: Calibration, paths: NodePaths
  ) throws(Failure) -> Calibration {
    let configuration: Configuration
    do throws(ConfigurationFailure) { configuration = try Configuration.load(paths) } catch {
      throw Failure(description: "\(error)")
    }
    let inputs = configuration.inputs.map { $0.input }
    apply(to: inputs)
    guard let input = inputs.first(where: { $0.id == id }) else { return next }
    do throws(Calibration.Problem) {
      return try input.calibration(quantity, corrected: next)
    } catch { throw Failure(description: "with what corrects it already, \(error)") }
  }

  /// Corrects every quantity of `inputs` as the file says; what has no entry is not corrected.
  func apply(to inputs: [any Input]) {
    for input in inputs {
      for quantity in input.calibratable {
        _ = input.calibrate(quantity, calibration(input.id, quantity))
      }
    }
  }
}
