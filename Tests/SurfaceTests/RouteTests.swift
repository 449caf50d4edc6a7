// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Surface

@Suite struct RouteTests {
  private func status(_ route: Route) -> Int? {
    if case .refused(let status, _) = route { return status }
    return nil
  }

  @Test func strangersLearnNothing() {
    for path in ["/input/fan", "/", "/input/", "/nothing"] {
      for isPost in [false, true] {
        #expect(status(Route(isPost: isPost, isAuthorised: false, path: path)) == 401)
      }
    }
  }

  @Test func findsInputs() {
    #expect(Route(isPost: true, isAuthorised: true, path: "/input/fan") == .input("fan"))
    #expect(Route(isPost: true, isAuthorised: true, path: "/input/fan?x=1") == .input("fan"))
    #expect(Route(isPost: true, isAuthorised: true, path: "/input/a%20b") == .input("a b"))
    #expect(status(Route(isPost: false, isAuthorised: true, path: "/input/fan")) == 405)
    for path in ["/", "/input", "/input/", "/input/%", "/input/%zz", "/input/%00", "/inputs/fan"] {
      #expect(status(Route(isPost: true, isAuthorised: true, path: path)) == 404, "\(path)")
    }
  }

  @Test func readsAddresses() throws {
    let plain = try #require(WebAddress(http: "http://host/a?b=c#d"))
    #expect(plain.host == "host" && plain.port == 80 && plain.path == "/a?b=c" && !plain.isTLS)
    let secure = try #require(WebAddress(http: "https://[2001:db8::1]:8443"))
    #expect(secure.host == "2001:db8::1" && secure.port == 8443 && secure.path == "/")
    #expect(secure.isTLS)
    #expect(WebAddress(mqtt: "mqtts://broker")?.port == 8883)
    for text in [
      "host", "ftp://host", "http://", "http://a b", "http://user:secret@host", "http://host:0",
      "http://host:99999", "http://[::1", "mqtt://host",
    ] {
      #expect(WebAddress(http: text) == nil, "\(text)")
    }
  }

  /// Takes as much as is to be had of a connection; how much that is.
  private func exhaust(_ visitors: inout Visitors, _ connection: UInt32, at now: Int64) -> Int {
    var count = 0
    for _ in 0..<1000 where visitors.take(connection, at: now) { count += 1 }
    return count
  }

  /// One connection may not take what others need, and gets its own back with time.
  @Test func oneVisitorCannotTakeItAll() {
    var visitors = Visitors(at: 0)
    #expect(exhaust(&visitors, 1, at: 0) == Visitors.burst)
    #expect(exhaust(&visitors, 2, at: 0) == Visitors.burst)
    #expect(exhaust(&visitors, 1, at: 1_000_000_000) == Visitors.perSecond)
    visitors.leave(1)
    #expect(exhaust(&visitors, 1, at: 1_000_000_000) == Visitors.burst)
    var others = 0
    for visitor in 3..<50 { others += exhaust(&visitors, UInt32(visitor), at: 1_000_000_000) }
    #expect(others < Visitors.totalBurst)
  }
}
