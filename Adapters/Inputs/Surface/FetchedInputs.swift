// SPDX-License-Identifier: Apache-2.0
internal import Devices

/// What the node fetches or subscribes to: HTTP polling and MQTT.
package enum FetchedInputs {
  package static let poll = InputType(
    "http-poll", "a number fetched over HTTP, at a JSON pointer",
    keys: [
      .required("url", .text, "http://… or https://…; certificates are checked"),
      SurfaceKeys.pointer, SurfaceKeys.keyFile,
    ] + SurfaceKeys.quantity + SlowInput.keys(every: "10s")
  ) { values throws(AdapterProblem) in
    let url = try values.url("url", schemes: ["http", "https"])
    let endpoint = SurfaceEndpoint.poll(
      url: url, pointer: try values.pointer("pointer"), keyFile: values.optionalText("key-file"),
      // A little less than the input waits, so that the reason is told rather than the time.
      timeoutMilliseconds: Int(values.duration("timeout") * 900))
    return try SlowInput(
      values, SurfaceDevice(url, try SurfaceKeys.quantity(values), endpoint, pushes: false))
  }

  package static let mqtt = InputType(
    "mqtt", "numbers on a topic of an MQTT broker",
    keys: [
      .required("url", .text, "mqtt://HOST[:PORT], or mqtts:// with TLS"),
      .required("topic", .text, "one topic, without wildcards"),
      SurfaceKeys.pointer,
      .optional("user", .text, "name at the broker, at most 64 bytes"),
      .optional("password-file", .text, "a file (mode 0600) with the password, at most 128 bytes"),
    ] + SurfaceKeys.quantity + SlowInput.keys
  ) { values throws(AdapterProblem) in
    let url = try values.url("url", schemes: ["mqtt", "mqtts"])
    let topic = try topic(values)
    let user = values.optionalText("user")
    guard (user?.utf8.count ?? 0) <= 64 else {
      throw AdapterProblem("user", "is longer than 64 bytes")
    }
    guard user != nil || values.optionalText("password-file") == nil else {
      throw AdapterProblem("password-file", "is given without user; expected both")
    }
    let endpoint = SurfaceEndpoint.topic(
      url: url, topic: topic, pointer: try values.pointer("pointer"), user: user,
      passwordFile: values.optionalText("password-file"))
    return try SlowInput(
      values,
      SurfaceDevice("\(url) \(topic)", try SurfaceKeys.quantity(values), endpoint, pushes: true))
  }

  private static func topic(_ values: AdapterValues) throws(AdapterProblem) -> String {
    let topic = values.text("topic")
    let bytes = Array(topic.utf8)
    guard bytes.count <= 200, !bytes.contains(35), !bytes.contains(43),
      bytes.allSatisfy({ $0 > 31 })
    else {
      throw AdapterProblem(
        "topic", "is \"\(topic)\"; expected one topic of at most 200 bytes without + and #")
    }
    return topic
  }
}
