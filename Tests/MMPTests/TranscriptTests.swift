// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import MMP

/// Frames recorded from real nodes mean here what they meant there.
@Suite struct TranscriptTests {
  private func frames(_ name: String) throws -> [(isTheirs: Bool, frame: Frame)] {
    let text = String(decoding: try testFile("vectors/transcripts/\(name)"), as: UTF8.self)
    return try text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
      let bytes = Array(line.dropFirst(2).utf8)
      let frame = try bytes.withUnsafeBytes { try Frame.decode($0, limits: .server) }
      return (line.hasPrefix("<"), frame)
    }
  }

  private func handshake(_ frames: [(isTheirs: Bool, frame: Frame)], isTheirs: Bool) -> Handshake? {
    for entry in frames where entry.isTheirs == isTheirs {
      if case .handshake(let handshake) = entry.frame { return handshake }
    }
    return nil
  }

  private func key(_ handshake: Handshake?) throws -> Key32 {
    let text = try #require(handshake?.publicKey)
    return try #require(ByteText.bytes(base64: text.utf8, count: 32).flatMap { Key32($0) })
  }

  @Test func everyFrameOfTheCurrentNodeIsRead() throws {
    let types = try frames("sym-0.12.1.txt").filter { $0.isTheirs }.map { $0.frame.type }
    #expect(
      types == [
        "handshake", "attestation", "attestation", "attestation", "cmb-fetch-result",
        "cmb-fetch-result", "cmb", "message", "mood",
      ])
  }

  @Test func everyFrameOfTheOriginalNodeIsRead() throws {
    let all = try frames("sym-0.3.0.txt")
    #expect(
      all.filter { $0.isTheirs }.map { $0.frame.type } == [
        "handshake", "state-sync", "pong", "memory-share", "message", "mood", "ping", "ping",
      ])
    #expect(handshake(all, isTheirs: true)?.dialect == .original)
    let shared = all.compactMap { entry -> MemoryShare? in
      if case .memoryShare(let memory) = entry.frame { memory } else { nil }
    }
    #expect(shared.map { $0.key } == ["mem_a1b2c3", "memory-1795251658547"])
    #expect(shared.last?.content == "Room 3 pressure 1013 hPa steady")
    #expect(shared.last?.tags == ["sensor"])
  }

  @Test func blocksHaveTheKeysAndSignaturesOfTheirAuthors() throws {
    let all = try frames("sym-0.12.1.txt")
    let keys = [true, false].map { isTheirs in handshake(all, isTheirs: isTheirs) }
    var verdicts: [CMBSignature.Verdict] = []
    for entry in all {
      guard case .cmb(let frame) = entry.frame else { continue }
      let author = try key(keys[entry.isTheirs ? 0 : 1])
      let categories = try #require(frame.cmb.categories)
      verdicts.append(CMBSignature.verify(frame.cmb, author: author))
      if verdicts.last == .valid { #expect(CMBKey.current(of: categories) == frame.cmb.key) }
      // Whoever else says so has not signed it.
      let other = try key(keys[entry.isTheirs ? 1 : 0])
      if verdicts.last == .valid {
        #expect(CMBSignature.verify(frame.cmb, author: other) == .forged)
      }
    }
    // The third was changed after signing; the fourth is of another room, which is no forgery.
    #expect(verdicts == [.valid, .valid, .contentMismatch, .valid, .valid, .valid])
  }

  @Test func directedAndFetchedBlocksKeepWhatMatters() throws {
    let blocks = try frames("sym-0.12.1.txt").compactMap { entry -> CMBFrame? in
      if case .cmb(let frame) = entry.frame { frame } else { nil }
    }
    let directed = try #require(blocks.first { $0.isDirected })
    #expect(directed.to == "01a1fd53-71ff-7d62-94ba-a1f035178dc4")
    #expect(directed.cmb.to == directed.to)
    #expect(directed.cmb.categories?.valence == -0.6)
    #expect(directed.cmb.categories?.arousal == -0.5)
    let results = try frames("sym-0.12.1.txt").compactMap { entry -> CMBFetchResult? in
      if case .cmbFetchResult(let result) = entry.frame { result } else { nil }
    }
    #expect(results.map { $0.requestID } == ["r1", "r2"])
    #expect(results[0].cmb?.categories?[.focus] == "boiler room temperature 61C rising")
    #expect(results[1].cmb == nil)
  }

  /// What is read and written again is read the same.
  @Test func framesSurviveBeingWritten() throws {
    for name in ["sym-0.12.1.txt", "sym-0.3.0.txt"] {
      for (_, frame) in try frames(name) {
        if case .unknown = frame { continue }
        let bytes = try FrameEncoder.encode(frame)
        let again = try bytes.dropFirst(4).withUnsafeBytes {
          try Frame.decode($0, limits: .server)
        }
        guard case .cmb(let block) = frame, case .cmb(let copy) = again else {
          #expect(again == frame)
          continue
        }
        #expect(copy.cmb.signature == block.cmb.signature)
        #expect(copy.cmb.categories == block.cmb.categories)
      }
    }
  }
}
