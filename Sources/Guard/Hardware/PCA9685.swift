// SPDX-License-Identifier: Apache-2.0
internal import CI2C

/// A PCA9685: sixteen PWM channels behind one I²C address.
///
/// The worker of the bus talks to it, so a bus that hangs cannot hold up the guard: what is not done
/// after 100 ms counts as failed, and the outputs that need the chip lose their enable line at once.
/// Registers: NXP PCA9685 data sheet, revision 4, sections 7.3.1 to 7.3.5.
final class PCA9685 {
  private static let mode1: UInt8 = 0x00
  private static let mode2: UInt8 = 0x01
  private static let firstLED: UInt8 = 0x06
  private static let allOffHigh: UInt8 = 0xfd
  private static let prescale: UInt8 = 0xfe
  /// Full-on and full-off bits of the high registers.
  private static let full: UInt8 = 0x10
  static let channels = 16
  /// Longest time a job may take.
  static let patience: Int64 = 100_000_000

  enum State: Equatable {
    case starting
    case ready
    case failed(Int32)
  }

  let bus: Int
  let address: Int
  let frequency: Double
  private(set) var state = State.starting
  private let worker: OpaquePointer
  /// Steps of 1/4096 of a period each channel is on: 0 for off, 4096 for on.
  private var wanted: [UInt16]
  private var shown: [UInt16?]
  /// Whether all channels are to be turned off by the one register that does it.
  private var mustClear = false
  private var isBusy = false
  private var begunAt: Int64 = 0

  /// Starts the worker and with it the chip: everything off.
  init(bus: Int, address: Int, frequency: Double, at now: Int64) throws(MotorFailure) {
    guard let worker = ci2c_start(Int32(bus)) else {
      throw MotorFailure("cannot start a worker for i2c-\(bus)")
    }
    (self.bus, self.address, self.frequency, self.worker) = (bus, address, frequency, worker)
    wanted = Array(repeating: 0, count: PCA9685.channels)
    shown = Array(repeating: nil, count: PCA9685.channels)
    restart(at: now)
  }

  deinit { ci2c_stop(worker) }

  /// Becomes readable when a job is done.
  var descriptor: Int32 { ci2c_descriptor(worker) }

  /// When a job under way is late; nil without one.
  var deadline: Int64? { isBusy && isOnTime ? begunAt + PCA9685.patience : nil }

  private var isOnTime: Bool {
    if case .failed = state { return false }
    return true
  }

  /// Sets a chip up afresh, everything off; a bus still held up by the last job is waited for.
  func restart(at now: Int64) {
    for channel in wanted.indices { (wanted[channel], shown[channel]) = (0, nil) }
    guard !isBusy else { return }
    state = .starting
    submit(setUp, at: now)
  }

  /// Wants a channel on for a share of the time; it is sent by `flush`.
  func set(_ channel: Int, _ duty: Double) {
    wanted[channel] = UInt16((min(max(duty, 0), 1) * 4096).rounded())
  }

  /// Turns a channel off, whatever was sent before.
  func clear(_ channel: Int) {
    (wanted[channel], shown[channel]) = (0, nil)
    mustClear = mustClear || !wanted.contains { $0 > 0 }
  }

  /// Sends what is wanted and not shown yet, as far as the bus is free.
  func flush(at now: Int64) {
    guard state == .ready, !isBusy else { return }
    var job = PCAJob(address: address)
    if mustClear { job.write(PCA9685.allOffHigh, PCA9685.full) }
    mustClear = false
    for channel in wanted.indices where shown[channel] != wanted[channel] && job.hasRoom {
      job.writeChannel(PCA9685.firstLED + 4 * UInt8(channel), wanted[channel])
      shown[channel] = wanted[channel]
    }
    if !job.isEmpty { submit(job, at: now) }
  }

  /// Takes in what the worker has done, and notices what it has not.
  func advance(to now: Int64) {
    var result = ci2c_result()
    while ci2c_next(worker, &result) == 1 {
      isBusy = false
      if result.error != 0 {
        state = .failed(result.error)
      } else if isOnTime {
        state = .ready
      }
    }
    if let deadline, now >= deadline { state = .failed(PCAJob.timedOut) }
    flush(at: now)
  }

  /// Whether nothing is on its way or waits.
  var isIdle: Bool {
    guard !isBusy, !mustClear else { return !isOnTime }
    return !isOnTime || wanted.indices.allSatisfy { shown[$0] == wanted[$0] }
  }

  private func submit(_ job: PCAJob, at now: Int64) {
    var job = job
    guard job.submit(to: worker) else {
      state = .failed(PCAJob.timedOut)
      return
    }
    (isBusy, begunAt) = (true, now)
  }

  /// Everything off first, then the frequency, which can only be set asleep.
  private var setUp: PCAJob {
    // 25 MHz oscillator; data sheet 7.3.5, equation 1.
    let scale = (25_000_000 / (4096 * frequency)).rounded() - 1
    var job = PCAJob(address: address)
    job.write(PCA9685.allOffHigh, PCA9685.full)
    job.write(PCA9685.mode1, 0x30)  // asleep, registers counted up
    job.write(PCA9685.prescale, UInt8(min(max(scale, 3), 255)))
    job.write(PCA9685.mode2, 0x04)  // totem pole
    job.write(PCA9685.mode1, 0x20)  // awake
    job.pause(microseconds: 500)  // for the oscillator
    return job
  }

  /// Turns everything off from outside, on the calling thread; nil, or the error.
  static func turnOff(bus: Int, address: Int) -> Int32? {
    var job = PCAJob(address: address)
    job.write(allOffHigh, full)
    return job.run(on: bus)
  }
}
