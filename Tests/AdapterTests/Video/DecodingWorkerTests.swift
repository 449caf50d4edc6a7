// SPDX-License-Identifier: Apache-2.0
import CVideo
import Foundation
import Testing

@Suite struct DecodingWorkerTests {
  /// Collects `count` results, waiting on the descriptor as a reactor does.
  private func collect(_ count: Int, from worker: OpaquePointer) -> [cvideo_result] {
    var results: [cvideo_result] = []
    var result = cvideo_result()
    while results.count < count {
      var slot = pollfd(
        fd: cvideo_worker_descriptor(worker), events: Int16(POLLIN), revents: 0)
      guard poll(&slot, 1, 10_000) == 1 else { return results }
      while cvideo_worker_collect(worker, &result) == 1 { results.append(result) }
    }
    return results
  }

  private func job(_ bytes: UnsafeBufferPointer<UInt8>, _ sequence: Int) -> cvideo_job {
    cvideo_job(
      bytes: bytes.baseAddress, length: bytes.count, time_ns: Int64(sequence) * 1000,
      buffer: UInt32(sequence % 4), sequence: UInt32(sequence))
  }

  @Test func `Results come back in order with time, sequence and buffer of their frames`() throws {
    let zones = [cvideo_zone.whole]
    let worker = try #require(
      cvideo_worker_start(cvideo_reducer_make(cvideo_mjpeg, 320, 240, 0, zones, 1)))
    defer { cvideo_worker_stop(worker) }
    let frames = [Picture.scene().jpeg(), Picture.scene(light: 1.4).jpeg(), [0xFF, 0xD8, 1, 2, 3]]
    for sequence in 0..<60 {
      let bytes = frames[sequence % 3]
      let result = bytes.withUnsafeBufferPointer { pointer in
        var job = job(pointer, sequence)
        #expect(cvideo_worker_submit(worker, &job) == 0)
        return collect(1, from: worker).first
      }
      let came = try #require(result)
      #expect(came.sequence == UInt32(sequence) && came.buffer == UInt32(sequence % 4))
      #expect(came.time_ns == Int64(sequence) * 1000)
      #expect((came.verdict == CVIDEO_DAMAGED.rawValue) == (sequence % 3 == 2))
      if sequence == 1 {
        #expect(abs(Double(came.zones.0.luma) - Picture.scene(light: 1.4).mean()) < 0.004)
      }
    }
  }

  @Test func `A full queue refuses frames until results are collected`() throws {
    let zones = [cvideo_zone.whole]
    let worker = try #require(
      cvideo_worker_start(cvideo_reducer_make(cvideo_grey, 320, 240, 320, zones, 1)))
    defer { cvideo_worker_stop(worker) }
    let bytes = Picture.scene().grey(stride: 320)
    let limit = Int(CVIDEO_QUEUE)
    bytes.withUnsafeBufferPointer { pointer in
      for sequence in 0..<limit {
        var job = job(pointer, sequence)
        #expect(cvideo_worker_submit(worker, &job) == 0)
      }
      var more = job(pointer, limit)
      #expect(cvideo_worker_submit(worker, &more) == -1)
      #expect(collect(limit, from: worker).map(\.sequence) == (0..<UInt32(limit)).map { $0 })
      #expect(cvideo_worker_submit(worker, &more) == 0)
      #expect(collect(1, from: worker).count == 1)
    }
  }

  @Test func `A worker stops with frames still waiting`() throws {
    let zones = [cvideo_zone.whole]
    let bytes = Picture.scene().jpeg()
    for _ in 0..<20 {
      let worker = try #require(
        cvideo_worker_start(cvideo_reducer_make(cvideo_mjpeg, 320, 240, 0, zones, 1)))
      bytes.withUnsafeBufferPointer { pointer in
        for sequence in 0..<8 {
          var job = job(pointer, sequence)
          _ = cvideo_worker_submit(worker, &job)
        }
        cvideo_worker_stop(worker)
      }
    }
  }

  @Test func `A reducer that could not be made starts no worker`() {
    #expect(cvideo_worker_start(nil) == nil)
  }
}
