# SPDX-License-Identifier: Apache-2.0
"""Push notifications through services that check every token."""

import json
import os
import time

from checks import soon, stays
from push_services import Apple, Google, pem
from web import SurfaceNode, certificate


class WakingNode(SurfaceNode):
    """A node with a `wake` section."""

    def __init__(self, workshop, name, wake, certificates=None):
        super().__init__(workshop, name, f", ca-file: {certificates}" if certificates else "")
        self.wake = wake

    def configuration(self):
        lines = ["wake:"] + [f"  {line}" for line in self.wake]
        return super().configuration() + "\n".join(lines) + "\n"

    def ask(self, name):
        """What `taumesh wake` says, and its exit status."""
        done = self.workshop.run("wake", "--state", self.directory, name)
        return done.returncode, (done.stdout + done.stderr).strip()

    def says(self, text, seconds=15):
        return soon(seconds, lambda: text in self.log())

    def counts(self, name):
        return self.status().get("counters", {}).get(name)


def secret(workshop, name, text, mode=0o600):
    path = workshop.path(name)
    with open(path, "w") as file:
        file.write(text)
    os.chmod(path, mode)
    return path


def phones(kind, tokens):
    return [f"  - {{ name: {name}, {kind}: '{token}' }}" for name, token in tokens]


LIMITS = ["cooldown: 1s", "per-hour: 1000"]


def apple_node(workshop, apple, files, tokens, key=None, name="kitchen", limits=LIMITS):
    key = key or secret(workshop, f"{name}.p8", pem(apple.key))
    return WakingNode(workshop, name, [
        *limits,
        f"apns: {{ key-file: {key}, key-id: {apple.KEY_ID}, team-id: {apple.TEAM},"
        f" topic: {apple.TOPIC}, url: 'https://localhost:{apple.port}' }}",
        "peers:", *phones("apns", tokens)], files[0]).start()


def through_apple(workshop, check):
    """Apple's service: HTTP/2, a token whose signature holds, the headers it asks for"""
    files = certificate(workshop, "apple", "localhost")
    apple = Apple(files)
    tokens = [("phone", "a1" * 32), ("tablet", "b2" * 32)]
    node = apple_node(workshop, apple, files, tokens)
    check(node.ask("phone") == (0, "phone: on its way"), "a phone is woken", node.log()[-300:])
    check(node.says("phone: sent"), "and the service takes it", (apple.requests, node.log()[-300:]))
    headers, body = apple.requests[0]
    check(headers[":path"] == "/3/device/" + "a1" * 32 and headers[":scheme"] == "https",
          "its token is in the path", headers)
    check(headers.get("apns-push-type") == "background" and headers.get("apns-priority") == "5"
          and headers.get("apns-topic") == apple.TOPIC, "with Apple's headers", headers)
    content = json.loads(body)
    check(content["type"] == "wake" and content["fromName"] == "kitchen"
          and content["reason"] == "message" and len(content["from"]) == 36,
          "it says who wakes and why", content)
    node.ask("tablet")
    check(node.says("tablet: sent"), "another one after it", node.log()[-300:])
    check(len(apple.tokens) == 1, "with the same token: a new one is not made each time",
          len(apple.tokens))
    check(node.counts("wakesSent") == 2 and node.counts("wakesFailed") == 0, "both are counted",
          node.status().get("counters"))
    apple.close()


def refused_by_apple(workshop, check):
    """What Apple's service answers is told, tried again where that helps, and bounded"""
    files = certificate(workshop, "apple", "localhost")
    apple = Apple(files)
    names = ["bad", "gone", "busy", "down", "old", "large"]
    tokens = [(name, f"{index:02x}" * 32) for index, name in enumerate(names)]
    by_name = dict(tokens)
    apple.answers = {
        by_name["bad"]: [(400, "BadDeviceToken")], by_name["gone"]: [(410, "Unregistered")],
        by_name["busy"]: [(429, "TooManyRequests"), (503, "ServiceUnavailable"), (200, None)],
        by_name["down"]: [(500, "InternalServerError")],
        by_name["old"]: [(403, "ExpiredProviderToken")], by_name["large"]: [(413, None)]}
    node = apple_node(workshop, apple, files, tokens)

    def asked(name):
        return sum(h[":path"].endswith(by_name[name]) for h, _ in apple.requests)

    for name, reason in [("bad", "BadDeviceToken"), ("gone", "Unregistered"),
                         ("large", "status 413")]:
        node.ask(name)
        check(node.says(f"{name}: {reason}") and asked(name) == 1, f"{reason}: told, not tried again",
              (asked(name), node.log()[-300:]))
    node.ask("old")
    check(node.says("old: ExpiredProviderToken") and asked("old") == 1,
          "a token is not made anew within twenty minutes, whatever the service says", asked("old"))
    node.ask("busy")
    check(node.says("busy: sent") and asked("busy") == 3, "429 and 503: tried again until it works",
          (asked("busy"), node.log()[-300:]))
    node.ask("down")
    check(node.says("down: InternalServerError", 30) and asked("down") == 4,
          "500 for ever: given up after four attempts", (asked("down"), node.log()[-300:]))
    check(node.counts("wakesSent") == 1 and node.counts("wakesFailed") == 5, "all are counted",
          node.status().get("counters"))
    check(len(apple.tokens) == 1, "all with one token", len(apple.tokens))
    apple.close()


def keys_for_apple(workshop, check):
    """A key that others may read, that is none, or another's, and a service that is not Apple's"""
    files = certificate(workshop, "apple", "localhost")
    apple, other = Apple(files), Apple(files)
    phone = [("phone", "a1" * 32)]
    cases = [
        ("open", secret(workshop, "open.p8", pem(apple.key), 0o644), "expected 0600"),
        ("none", secret(workshop, "none.p8", "nonsense"), "expected a P-256 key"),
        ("absent", workshop.path("absent.p8"), "no such file"),
        ("another", secret(workshop, "another.p8", pem(other.key)), "InvalidProviderToken")]
    for name, key, reason in cases:
        node = apple_node(workshop, apple, files, phone, key, name)
        node.ask("phone")
        check(node.says(reason), f"{reason}: told", node.log()[-300:])
        node.kill()
    check(len(apple.requests) == 1 and not apple.tokens, "only the last was sent at all",
          len(apple.requests))
    stranger = certificate(workshop, "stranger", "localhost")
    node = apple_node(workshop, apple, stranger, phone, name="doubting")
    node.ask("phone")
    check(node.says("phone: ", 40) and len(apple.requests) == 1,
          "a server without a trusted certificate gets no token", node.log()[-300:])
    for service in (apple, other):
        service.close()


def limits_hold(workshop, check):
    """Cooldown and hourly budget hold for a person, too; a failed attempt may be made again"""
    files = certificate(workshop, "apple", "localhost")
    apple = Apple(files)
    tokens = [(f"p{index}", f"{index:02x}" * 32) for index in range(4)]
    apple.answers[tokens[0][1]] = [(413, None), (200, None)]
    node = apple_node(workshop, apple, files, tokens, limits=["cooldown: 1h", "per-hour: 4"])
    node.ask("p0")
    check(node.says("p0: status 413"), "the first attempt fails")
    check(node.ask("p0")[0] == 0 and node.says("p0: sent"), "and may be made again at once")
    status, text = node.ask("p0")
    check(status == 1 and "cooldown" in text, "but not after it worked", text)
    check(node.ask("p1")[0] == 0 and node.ask("p2")[0] == 0, "others are woken meanwhile")
    status, text = node.ask("p3")
    check(status == 1 and "per-hour" in text, "as long as the hour's budget lasts", text)
    status, text = node.ask("nobody")
    check(status == 1 and "nobody" in text, "nobody of an unknown name is woken", text)
    check(soon(5, lambda: len(apple.requests) == 4), "four requests in all", len(apple.requests))
    apple.close()


def through_google(workshop, check):
    """Google's service: an assertion for an access token, kept until it runs out"""
    files = certificate(workshop, "google", "localhost")
    google = Google(files)
    names = ["phone", "tablet", "gone", "busy", "wrong"]
    tokens = [(name, f"{name}:APA91b-x_{name}") for name in names]
    by_name = dict(tokens)
    google.answers = {
        by_name["gone"]: [(404, "UNREGISTERED")], by_name["wrong"]: [(400, "INVALID_ARGUMENT")],
        by_name["busy"]: [(503, "UNAVAILABLE"), (429, "QUOTA_EXCEEDED"), (200, None)]}
    account = secret(workshop, "account.json", google.account())
    node = WakingNode(workshop, "kitchen", [
        *LIMITS, f"fcm: {{ service-account-file: {account}, url: '{google.address}' }}",
        "peers:", *phones("fcm", tokens)], files[0]).start()
    node.ask("phone")
    check(node.says("phone: sent"), "a phone is woken", (google.refusals, node.log()[-300:]))
    message = google.messages[0]
    check(message["data"]["type"] == "wake" and message["data"]["fromName"] == "kitchen"
          and message["android"]["priority"] == "high", "with a message of data alone", message)
    node.ask("tablet")
    check(node.says("tablet: sent") and google.issued == 1, "the access token is kept",
          google.issued)
    google.valid = "another one"
    time.sleep(1.1)
    node.ask("phone")
    check(soon(10, lambda: len(google.messages) == 3) and google.issued == 2,
          "401: once more with a new access token", (google.issued, node.log()[-300:]))
    for name, reason in [("gone", "UNREGISTERED"), ("wrong", "INVALID_ARGUMENT")]:
        node.ask(name)
        check(node.says(f"{name}: {reason}"), f"{reason}: told", node.log()[-300:])
    began = time.monotonic()
    node.ask("busy")
    check(node.says("busy: sent", 20), "503 and 429: tried again", node.log()[-300:])
    check(time.monotonic() - began >= 2, "not before Retry-After", time.monotonic() - began)
    check(not google.refusals, "every assertion was right", google.refusals)
    google.close()


def surface_lost(workshop, check):
    """A surface process that is killed: the next wake goes through a new one"""
    files = certificate(workshop, "apple", "localhost")
    apple = Apple(files)
    node = apple_node(workshop, apple, files, [("phone", "a1" * 32)])
    node.ask("phone")
    check(node.says("phone: sent"), "control: it works", node.log()[-300:])
    first = node.surface_pid()
    os.kill(first, 9)

    def again():
        node.ask("phone")
        return soon(2, lambda: len(apple.requests) > 1)
    check(soon(30, again), "and works again", node.log()[-400:])
    check(node.surface_pid() not in (0, first), "through another process")
    check(stays(1, lambda: node.status().get("name") == "kitchen"), "the node did not notice")
    apple.close()


PARTS = [through_apple, refused_by_apple, keys_for_apple, limits_hold, through_google, surface_lost]
