// SPDX-License-Identifier: Apache-2.0
internal import MMP
internal import Runtime

/// Numbers published on a topic of an MQTT broker.
final class TopicEndpoint: Endpoint {
  private let line: NodeLine
  private let address: WebAddress
  private let pointer: JSONPointer

  /// Nil for an address or pointer that is none.
  init?(_ line: NodeLine, _ desk: Desk) {
    guard let address = WebAddress(mqtt: line.url), let pointer = JSONPointer(line.pointer) else {
      return nil
    }
    (self.line, self.address, self.pointer) = (line, address, pointer)
    super.init(line.endpoint, desk)
  }

  override func open() {
    var word: UInt64 = 0
    do throws(SystemError) { word = try Entropy.word() } catch { return fail("\(error)") }
    let client = "taumesh-" + String(word & 0xffff_ffff, radix: 16)
    var wanted = WebSubscription(address: address, client: client, topic: line.topic)
    wanted.user = line.user
    do throws(Desk.Refusal) { wanted.password = try desk.secret(line.secretFile) } catch {
      return fail(error.reason)
    }
    guard let connection = desk.client.subscribe(wanted) else {
      return fail("too many connections at once")
    }
    self.connection = connection
  }

  override func take(_ event: WebEvent) {
    switch event.kind {
    case .subscribed: desk.node.ready(number, "subscribed to \(line.topic)")
    case .message:
      do throws(InputValue.Complaint) {
        let value = try InputValue.number(in: event.bytes, at: pointer)
        desk.node.value(number, .number(value))
      } catch { fail("a message on \(line.topic): \(error.text)") }
    case .failed:
      connection = nil
      fail(event.name)
    default: break
    }
  }
}
