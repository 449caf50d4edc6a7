// SPDX-License-Identifier: Apache-2.0
internal import Devices
internal import MMP
internal import Runtime

/// What `taumesh bench` does: measures costs on this machine, beside what is aimed at.
///
/// Speed is never right or wrong here: other programs on the machine change it from run to run.
package struct Bench {
  private let only: String
  private let effort: BenchEffort
  /// Told what is being measured.
  private let progress: (String) -> Void
  package private(set) var report = BenchReport()
  /// Whether the user wanted the end before it was over.
  package private(set) var isInterrupted = false

  /// Measures what has a key that begins with `only`; everything where that is nil.
  package init(only: String?, effort: BenchEffort, progress: @escaping (String) -> Void) {
    (self.only, self.effort, self.progress) = (only ?? "", effort, progress)
  }

  package mutating func run() throws(BenchFailure) {
    do throws(Keys.Failure) { try Keys.prepare() } catch {
      throw BenchFailure(description: "\(error)")
    }
    timeEncoders()
    timeReadings()
    timeMeshState()
    timePulses()
    timeFrames()
    timeFlow()
    timeHops()
    measureMemory()
    countAllocations()
  }

  private func wants(_ keys: [BenchKey]) -> Bool {
    !isInterrupted && keys.contains { $0.rawValue.hasPrefix(only) }
  }

  private mutating func miss(_ keys: [BenchKey], _ failure: BenchFailure) {
    if failure == .interrupted { isInterrupted = true }
    report.miss(keys, because: failure.description)
  }
}

// MARK: - Times

extension Bench {
  private mutating func timeEncoders() {
    guard wants([.nanosecondsPerSample]) else { return }
    progress("encoders")
    for (name, work) in EncoderWork.all {
      report.add(.nanosecondsPerSample, part: name, Stopwatch(effort: effort).time(work))
    }
  }

  private mutating func timeReadings() {
    guard wants([.nanosecondsPerReading]) else { return }
    progress("adapters")
    for (name, work) in adapters([.nanosecondsPerReading]) {
      report.add(.nanosecondsPerReading, part: name, Stopwatch(effort: effort).time(work))
    }
  }

  /// The adapters that take their own examples; the others are reported missing.
  private mutating func adapters(_ keys: [BenchKey]) -> [(name: String, work: Workload)] {
    let services: AdapterServices
    do throws(SystemError) { services = AdapterServices(reactor: try Reactor()) } catch {
      report.miss(keys, because: "\(error)")
      return []
    }
    var adapters: [(name: String, work: Workload)] = []
    for (name, work) in AdapterWork.all(services) {
      if let work {
        adapters.append((name, work))
      } else {
        report.miss(keys, because: "\(name): its example is not taken")
      }
    }
    return adapters
  }

  private mutating func timeMeshState() {
    guard wants([.nanosecondsMeshState]) else { return }
    for peers in effort.meshes {
      progress("mesh state of \(peers) peers")
      report.add(
        .nanosecondsMeshState, part: "\(peers)",
        Stopwatch(effort: effort).time(MeshStateWork(peers: peers)),
        note: "tick and state of a channel")
    }
  }

  private mutating func timePulses() {
    guard wants([.nanosecondsPulseSeal, .nanosecondsPulseOpen]) else { return }
    progress("pulses")
    guard let pair = PulsePair(), let key = Key32([UInt8](repeating: 3, count: Key32.count))
    else { return }
    pair.first.measure()
    guard let pulse = pair.first.board.channels[0].pulse(), let open = PulseOpenWork(key, pulse)
    else { return }
    let watch = Stopwatch(effort: effort)
    let seal = PulseSealWork(SessionID(rawValue: 0x1234_5000), key, pulse)
    report.add(.nanosecondsPulseSeal, watch.time(seal))
    report.add(.nanosecondsPulseOpen, watch.time(open), note: "replay check included")
  }

  private mutating func timeFrames() {
    guard wants([.nanosecondsFrameEncode, .nanosecondsFrameDecode]) else { return }
    progress("frames")
    let frame = FrameEncodeWork.handshake
    let bytes: [UInt8]
    do throws(FramingFailure) { bytes = try FrameEncoder.encode(frame) } catch { return }
    let note = "handshake of \(bytes.count) bytes"
    let watch = Stopwatch(effort: effort)
    report.add(.nanosecondsFrameEncode, watch.time(FrameEncodeWork(frame)), note: note)
    report.add(.nanosecondsFrameDecode, watch.time(FrameDecodeWork(bytes)), note: note)
  }

  private mutating func timeFlow() {
    guard wants([.framesPerSecond]) else { return }
    for (part, isSecure) in [("plain", false), ("secure", true)] {
      progress("frames through a \(part) connection")
      do throws(BenchFailure) {
        let session = try BenchSession()
        defer { session.end() }
        let flow = try FrameFlow(session, isSecure: isSecure)
        defer { flow.close() }
        report.add(
          .framesPerSecond, part: part, try flow.rate(count: effort.frames, rounds: 5),
          note: "messages of \(FrameFlow.contentCount) bytes, both ends in one process")
      } catch { miss([.framesPerSecond], error) }
    }
  }

  private mutating func timeHops() {
    let keys = [BenchKey.pulseMedian, .pulseTail, .pingPongMedian, .pingPongTail]
    guard wants(keys) else { return }
    progress("pulses and datagrams between two processes")
    do throws(BenchFailure) {
      take(try HopBench(effort: effort).run())
    } catch { miss(keys, error) }
  }

  mutating func take(_ hops: Hops) {
    let bytes = "\(PulseSealer.maximumCount) bytes, one way"
    let figures: [(BenchKey, Int64?)] = [
      (.pulseMedian, hops.sealed.quantile(0.5)), (.pulseTail, hops.sealed.quantile(0.99)),
      (.pingPongMedian, hops.plain.quantile(0.5)), (.pingPongTail, hops.plain.quantile(0.99)),
    ]
    for (key, value) in figures {
      if let value { report.add(key, Double(value), note: bytes) }
    }
  }
}

// MARK: - Memory

extension Bench {
  private static let countedKeys: [BenchKey] = [
    .allocationsPerBlock, .allocationsPerPulse, .allocationsPerTick, .allocationsPerReading,
  ]

  private mutating func measureMemory() {
    let keys = [BenchKey.residentKiB, .anonymousKiB]
    guard wants(keys) else { return }
    progress("memory of an idle node")
    do throws(BenchFailure) {
      let effort = effort
      let memory = try Self.inSession { session, folder throws(BenchFailure) in
        try IdleMesh(session, folder).memory(settle: effort.settleNanoseconds)
      }
      let note = "profile zero, a microphone, two peers"
      report.add(.residentKiB, Double(memory.residentKiB), note: note)
      report.add(.anonymousKiB, Double(memory.anonymousKiB), note: note)
    } catch { miss(keys, error) }
  }

  private mutating func countAllocations() {
    guard wants(Self.countedKeys) else { return }
    guard Environment.allocations != nil else {
      return report.miss(
        Self.countedKeys, because: "only a program made by cross-compile/build counts them")
    }
    progress("allocations")
    let count = AllocationCount(effort: effort)
    do throws(BenchFailure) {
      let session = try BenchSession()
      defer { session.end() }
      if let value = try count.perBlock(session) {
        report.add(.allocationsPerBlock, value, note: "20 ms of sound")
      }
    } catch { miss([.allocationsPerBlock], error) }
    if let value = count.perPulse() {
      report.add(.allocationsPerPulse, value, note: "sealed, opened, observed")
    }
    if let value = count.perTick() {
      report.add(.allocationsPerTick, value, note: "tick, state and output")
    }
    countReadings(count)
  }

  private mutating func countReadings(_ count: AllocationCount) {
    for (name, work) in adapters([.allocationsPerReading]) {
      work.work(100)
      guard let value = count.perOperation(of: work) else { continue }
      report.add(.allocationsPerReading, part: name, value)
    }
  }

  /// Runs `body` with processes and files that are gone afterwards, whatever happens.
  static func inSession<Value>(
    _ body: (BenchSession, BenchFolder) throws(BenchFailure) -> Value
  ) throws(BenchFailure) -> Value {
    let folder: BenchFolder
    do throws(StateFile.Failure) { folder = try BenchFolder() } catch {
      throw BenchFailure(description: "\(error)")
    }
    defer { folder.remove() }
    let session = try BenchSession()
    defer { session.end() }
    return try body(session, folder)
  }
}
