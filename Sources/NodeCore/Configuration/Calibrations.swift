// SPDX-License-Identifier: Apache-2.0
package import Devices
internal import Inputs
internal import MMP
internal import Runtime

/// The calibrations of a node's inputs, kept in its state folder.
///
/// The command line writes the file and tells the node, so that no reactor waits for a disk.
package struct Calibrations {
  package struct Entry: Equatable {
    package let input: String
    package let quantity: String
    package let calibration: Calibration
  }

  package struct Failure: Error, CustomStringConvertible {
    package let description: String
  }

  static let maximumEntries = 128
  static let maximumBytes = 64 << 10

  package private(set) var entries: [Entry] = []

  /// The calibrations in `path`; none where there is no such file.
  package static func load(_ path: String) throws(Failure) -> Calibrations {
    var calibrations = Calibrations()
    var isWhole = true
    do throws(StateFile.Failure) {
      guard let bytes = try StateFile.read(path, limit: maximumBytes) else { return calibrations }
      do throws(JSONFailure) {
        let limits = JSONLimits(textBytes: maximumBytes, arenaBytes: 1 << 20)
        try JSONDocument.read(bytes, limits: limits) { value in
          isWhole = calibrations.read(value)
        }
      } catch { throw StateFile.Failure.notRegular(path: "\(path): \(error)") }
    } catch { throw Failure(description: "\(error)") }
    guard isWhole else {
      throw Failure(
        description: "\(path): expected {\"calibrations\":[{\"input\",\"quantity\","
          + "\"scale\",\"offset\"}, …]} with finite numbers")
    }
    return calibrations
  }

  private mutating func read(_ object: JSONValue) -> Bool {
    guard let list = object.array("calibrations") else { return false }
    for element in list.elements {
      guard let input = element.string("input"), let quantity = element.string("quantity"),
        let scale = element.double("scale"), let offset = element.double("offset"),
        scale.isFinite, scale != 0, offset.isFinite, entries.count < Self.maximumEntries
      else { return false }
      entries.append(
        Entry(
          input: input, quantity: quantity,
          calibration: Calibration(scale: scale, offset: offset)))
    }
    return true
  }

  /// What corrects a quantity now.
  package func calibration(_ input: String, _ quantity: String) -> Calibration {
    entries.first { $0.input == input && $0.quantity == quantity }?.calibration ?? .none
  }

  /// Sets what corrects a quantity; `none` forgets it.
  package mutating func set(_ input: String, _ quantity: String, _ calibration: Calibration) {
    entries.removeAll { $0.input == input && $0.quantity == quantity }
    guard calibration != .none else { return }
    entries.append(Entry(input: input, quantity: quantity, calibration: calibration))
  }

  /// Replaces the file; readable by the node whichever user wrote it.
  package func save(_ path: String) throws(Failure) {
    guard entries.count <= Self.maximumEntries else {
      throw Failure(description: "\(path): more than \(Self.maximumEntries) calibrations")
    }
    var json = JSONWriter()
    json.object { object in
      object.array("calibrations") { list in
        for entry in entries {
          list.object { object in
            object.field("input", entry.input)
            object.field("quantity", entry.quantity)
            object.field("scale", entry.calibration.scale)
            object.field("offset", entry.calibration.offset)
          }
        }
      }
    }
    do throws(StateFile.Failure) { try StateFile.write(path, json.bytes, mode: 0o644) } catch {
      throw Failure(description: "\(error)")
    }
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
