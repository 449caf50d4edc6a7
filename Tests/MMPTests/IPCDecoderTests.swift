// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import MMP

/// Both framings of MMP's local IPC, however the bytes are sliced.
@Suite struct IPCDecoderTests {
  private let register = #"{"type":"register","name":"claude-code"}"#
  private let message = #"{"type":"message","content":"hello"}"#

  private func framed(_ texts: [String]) -> [UInt8] {
    texts.flatMap { text -> [UInt8] in
      let length = text.utf8.count
      return [0, 0, UInt8(length >> 8), UInt8(length & 255)] + Array(text.utf8)
    }
  }

  private func texts(_ decoder: inout IPCDecoder, _ bytes: some Sequence<UInt8>) throws -> [String]
  {
    Array(bytes).withUnsafeBytes { decoder.append($0) }
    var found: [String] = []
    while try decoder.next({ found.append(String(decoding: $0, as: UTF8.self)) }) {}
    return found
  }

  @Test func theFirstByteTellsTheFraming() throws {
    var frames = IPCDecoder()
    #expect(try texts(&frames, framed([register, message])) == [register, message])
    #expect(frames.framing == .frames)
    for first in ["", "{", " ", "hello"] {
      var lines = IPCDecoder()
      #expect(try texts(&lines, "\(first)\n\(message)\n".utf8) == [first, message])
      #expect(lines.framing == .lines)
    }
  }

  @Test func everySlicingGivesTheSameTexts() throws {
    let wanted = [register, message, register]
    for bytes in [framed(wanted), Array(wanted.map { $0 + "\n" }.joined().utf8)] {
      for size in 1...bytes.count {
        var decoder = IPCDecoder()
        var found: [String] = []
        var start = 0
        while start < bytes.count {
          found += try texts(&decoder, bytes[start..<min(start + size, bytes.count)])
          start += size
        }
        #expect(found == wanted)
        #expect(decoder.heldBytes == 0)
      }
    }
  }

  @Test func whatIsTooLongOrEmptyEndsTheStream() throws {
    let limit = IPCDecoder.strangersLimit
    for isFramed in [true, false] {
      let longest = String(repeating: "x", count: limit)
      var decoder = IPCDecoder()
      #expect(
        try texts(&decoder, isFramed ? framed([longest]) : Array("\(longest)\n".utf8)) == [longest])
      let more = isFramed ? framed([longest + "x"]) : Array("\(longest)x".utf8)
      let failure = FramingFailure.tooLong(bytes: limit + 1, limit: limit)
      #expect(throws: failure) { try texts(&decoder, more) }
      #expect(throws: failure) { try texts(&decoder, framed([message])) }
      #expect(decoder.heldBytes == 0)
    }
    var empty = IPCDecoder()
    #expect(throws: FramingFailure.empty) { try texts(&empty, [0, 0, 0, 0]) }
    var huge = IPCDecoder()
    #expect(throws: FramingFailure.tooLong(bytes: 0x00FF_FFFF, limit: limit)) {
      try texts(&huge, [0, 0xFF, 0xFF, 0xFF])
    }
  }

  @Test func aMembersTextsMayBeLonger() throws {
    var decoder = IPCDecoder()
    #expect(try texts(&decoder, framed([register])) == [register])
    decoder.limit = IPCDecoder.memberLimit
    let long = String(repeating: "y", count: 60_000)
    #expect(try texts(&decoder, framed([long])) == [long])
    #expect(decoder.heldBytes == 0)
  }

  private func read(_ text: String) -> VirtualRequest? {
    Array(text.utf8).withUnsafeBytes {
      VirtualRequest(reading: $0, limits: JSONLimits(textBytes: 65_536, arenaBytes: 256 << 10))
    }
  }

  /// The forms of mmp-wire §8: those of version 0.3.0 and those of today.
  @Test func theRequestsOfTheDaemonAreRead() throws {
    let registered = try #require(
      read(
        #"{"type":"register","name":"claude-code","#
          + #""cognitiveProfile":"Coding assistant that understands bugs, APIs, debugging"}"#))
    #expect(registered.kind == .register && registered.text == "claude-code")
    #expect(registered.detail == "Coding assistant that understands bugs, APIs, debugging")
    #expect(read(#"{"type":"register","name":"a","cognitiveProfile":null}"#)?.detail == nil)
    let message = try #require(read(#"{"type":"message","content":"hi","to":"kitchen"}"#))
    #expect(message.text == "hi" && message.detail == "kitchen")
    #expect(read(#"{"type":"send","message":"hi"}"#)?.text == "hi")
    let mood = try #require(read(#"{"type":"mood","mood":"calm","context":"after lunch"}"#))
    #expect(mood.text == "calm" && mood.detail == "after lunch")
    let old = try #require(read(#"{"type":"remember","content":"a fan hums","tags":["fan"]}"#))
    #expect(old.text == "a fan hums" && old.tags == ["fan"] && old.categories == nil)
    let new = try #require(
      read(#"{"type":"remember","categories":{"focus":"fan","mood":{"text":"calm"}}}"#))
    #expect(new.categories?[.focus] == "fan" && new.categories?[.mood] == "calm")
    #expect(read(#"{"type":"remember","fields":{"focus":"fan"}}"#)?.categories?[.focus] == "fan")
    let block = try #require(
      read(#"{"type":"cmb","cmb":{"categories":{"issue":{"text":"it rattles"}}}}"#))
    #expect(block.kind == .cmb && block.categories?[.issue] == "it rattles")
    let recall = try #require(read(#"{"type":"recall","query":"fan","limit":3}"#))
    #expect(recall.text == "fan" && recall.limit == 3)
    #expect(read(#"{"type":"recall","limit":-4}"#)?.limit == 0)
    let listen = try #require(read(#"{"type":"listen","categoryWeights":{"focus":0,"mood":2}}"#))
    #expect(listen.heard == 0x7E)
    for type in ["status", "peers", "metrics", "catchup"] {
      #expect(read("{\"type\":\"\(type)\"}")?.kind.text == type)
    }
  }

  @Test func aVerbMarksOurOwnRequests() {
    #expect(read(#"{"id":1,"verb":"status"}"#)?.kind == .control)
    #expect(read(#"{"type":"status","verb":"status"}"#)?.kind == .control)
    #expect(read(#"{"type":"verb"}"#) == nil)
  }

  @Test func whatIsUnknownOrIncompleteIsNothing() {
    for text in [
      "", "[]", "{}", "null", #"{"type":7}"#, #"{"type":"task-create"}"#, #"{"type":"register"}"#,
      #"{"type":"register","name":""}"#, #"{"type":"register","name":"a\nb"}"#,
      #"{"type":"message"}"#, #"{"type":"send","message":""}"#, #"{"type":"remember"}"#,
      #"{"type":"remember","categories":{}}"#, #"{"type":"cmb","cmb":{}}"#, #"{"type":"cmb"}"#,
      #"{"type":"handshake","nodeId":"x","name":"x"}"#, #"{"type":"state-sync"}"#,
      #"{"type":"peer-info","peers":[]}"#, #"{"type":"wake-channel"}"#,
    ] {
      #expect(read(text) == nil, "\(text)")
    }
  }

  @Test func anAnswerHasTheFramingOfTheQuestion() throws {
    let body = #"{"type":"pong"}"#
    #expect(IPCDecoder.Framing.lines.text { $0.field("type", "pong") } == Array("\(body)\n".utf8))
    #expect(IPCDecoder.Framing.frames.text { $0.field("type", "pong") } == framed([body]))
  }
}
