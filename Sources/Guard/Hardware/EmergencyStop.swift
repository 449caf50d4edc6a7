// SPDX-License-Identifier: Apache-2.0
internal import Devices
internal import Runtime

/// An emergency stop: one line, which may stop several outputs.
///
/// The line is pulled up. A contact that opens when it is struck, and a wire that breaks, leave it
/// high: that is on, and stops. `~LINE` is for contacts that close.
final class EmergencyStop {
  let port: MotorPort
  let chip: String?
  private let line: GPIOInput
  private let reactor: Reactor
  private var watch: Watch?
  /// Whether the line went away: it has to be asked for anew.
  private(set) var isLost = false

  init(_ motor: MotorSettings, _ port: MotorPort, reactor: Reactor) throws(MotorFailure) {
    guard case .line(let name, let isActiveLow) = port else {
      throw MotorFailure("\(port): expected a GPIO line")
    }
    (self.port, chip, self.reactor) = (port, motor.label, reactor)
    do throws(GPIOError) {
      line = try GPIOInput(
        name, chip: motor.label, isActiveLow: isActiveLow, bias: .pullUp, edges: .both)
    } catch { throw MotorFailure("\(error)") }
  }

  deinit {
    if let watch { reactor.unwatch(watch) }
  }

  /// Calls `handler` at every edge.
  func onEdge(_ handler: @escaping () -> Void) throws(MotorFailure) {
    do throws(SystemError) {
      watch = try reactor.watch(line.descriptor, for: .readable) { _ in handler() }
    } catch { throw MotorFailure("\(error)") }
  }

  /// Whether it is on now, and whether it was since the last time.
  ///
  /// A stop that cannot be read is on.
  func read() -> (isOn: Bool, wasOn: Bool) {
    do throws(GPIOError) {
      var wasOn = false
      _ = try line.readEdges { if $0.isRising { wasOn = true } }
      return (try line.value(), wasOn)
    } catch {
      isLost = true
      if let watch { reactor.unwatch(watch) }
      watch = nil
      return (true, true)
    }
  }
}
