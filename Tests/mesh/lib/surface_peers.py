# SPDX-License-Identifier: Apache-2.0
"""What a node fetches, subscribes to and posts: HTTP servers, TLS, a broker, a language model."""

import json
import math
import os
import time

from checks import soon, stays
from web import Broker, Server, SurfaceNode, certificate, numbers


def polled(workshop, check):
    """Numbers are fetched at a JSON pointer; failures are told and pass"""
    answers = {"/now": (200, b'{"main": {"temp": [3, 4.5]}}')}
    server = Server(lambda path, _: answers.get(path, (404, b"{}")))
    key = workshop.path("key")
    with open(key, "w") as file:
        file.write("a-key-of-the-api\n")
    os.chmod(key, 0o600)
    poll = numbers("http-poll", "far", every="300ms", timeout="1s", pointer="/main/temp/1",
                   url=f'"http://127.0.0.1:{server.port}/now"', **{"key-file": key})
    node = SurfaceNode(workshop, "kitchen", inputs=[poll]).start()
    check(node.shows("far", 4.5), "the number at the pointer is the reading", node.adapter("far"))
    check(server.requests[0][2].get("authorization") == "Bearer a-key-of-the-api",
          "the key of its file is sent", server.requests[0][2])
    answers["/now"] = (200, b'{"main": {"temp": [3, 5.5]}}')
    check(node.shows("far", 5.5), "and the next one later", node.adapter("far"))
    for answer, word in [((503, b"{}"), "503"), ((200, b"nonsense"), "JSON"),
                         ((200, b'{"main": {}}'), "pointer"), ((200, b"x" * 70000), "longer")]:
        answers["/now"] = answer
        check(soon(12, lambda: word in node.adapter("far").get("state", "")
                   + node.adapter("far").get("detail", "") + node.log().splitlines()[-1]),
              f"{answer[0]} {answer[1][:12]!r} is told", node.adapter("far"))
    answers["/now"] = (200, b'{"main": {"temp": [3, 6.5]}}')
    check(node.shows("far", 6.5, seconds=40), "and passes with its cause", node.adapter("far"))
    server.close()


def verified(workshop, check):
    """Servers prove who they are: trusted authority, right name"""
    good = certificate(workshop, "good", "localhost")
    other = certificate(workshop, "other", "elsewhere.example")
    answer = lambda path, _: (200, b"7.5")
    servers = [Server(answer, certificate=good), Server(answer, certificate=other)]
    bundle = workshop.path("bundle.crt")
    with open(bundle, "w") as file:
        for path in (good[0], other[0]):
            with open(path) as part:
                file.write(part.read())
    urls = [f'"https://localhost:{server.port}/"' for server in servers]
    polls = [numbers("http-poll", name, every="500ms", timeout="3s", url=url)
             for name, url in (("good", urls[0]), ("named", urls[1]))]
    trusting = SurfaceNode(workshop, "trusting", inputs=polls, surface=f", ca-file: {bundle}").start()
    check(trusting.shows("good", 7.5, 15), "control: trusted, right name: read",
          trusting.adapter("good"))
    check(stays(2, lambda: trusting.reading("named") is None),
          "trusted, but of another name: refused", trusting.adapter("named"))
    check(not servers[1].requests, "before anything was asked of it", servers[1].requests)
    doubting = SurfaceNode(workshop, "doubting", inputs=polls[:1]).start()
    check(soon(10, lambda: "not trusted" in doubting.log()), "by the system's authorities: refused",
          doubting.log()[-300:])
    check(doubting.reading("good") is None, "and not read")
    for server in servers:
        server.close()


def subscribed(workshop, check):
    """Numbers of a topic of a real Mosquitto, with a password, over its restarts"""
    broker = Broker(workshop).start()
    secret = workshop.path("mqtt-password")
    with open(secret, "w") as file:
        file.write(Broker.PASSWORD + "\n")
    os.chmod(secret, 0o600)
    url = f'"mqtt://127.0.0.1:{broker.port}"'
    node = SurfaceNode(workshop, "kitchen", inputs=[
        numbers("mqtt", "air", url=url, topic="home/air", pointer="/t", user=Broker.USER,
                **{"password-file": secret}),
        numbers("mqtt", "bare", url=f'"mqtt://localhost:{broker.anonymous_port}"',
                topic="home/bare"),
        numbers("mqtt", "stranger", url=url, topic="home/air")]).start()

    def arrives(name, value, topic, text):
        def attempt():
            broker.publish(topic, text)
            return node.reading(name) == value
        return soon(20, attempt, every=0.3)

    check(arrives("air", 21.25, "home/air", '{"t": 21.25}'), "a number at its pointer",
          node.adapter("air"))
    check(arrives("bare", -4, "home/bare", "-4"), "a bare number, without user",
          node.adapter("bare"))
    check(node.reading("stranger") is None, "without the password nothing is read")
    broker.publish("home/bare", b"x" * 100_000)
    check(arrives("bare", 5, "home/bare", "5"), "a message of 100 kB is passed over",
          node.adapter("bare"))
    pid = node.surface_pid()
    broker.stop()
    check(soon(10, lambda: "failed" in node.adapter("bare").get("state", "")),
          "a broker that ends is told", node.adapter("bare"))
    broker.start()
    check(arrives("bare", 6, "home/bare", "6"), "and found again", node.adapter("bare"))
    check(arrives("air", 22, "home/air", '{"t": 22}'), "with its password", node.adapter("air"))
    check(node.surface_pid() == pid, "all by one surface process")


def recorded_stream():
    """A completion as servers stream it: a role, 48 tokens with logprobs, an end."""
    def event(choice):
        return b"data: " + json.dumps(
            {"id": "c", "object": "chat.completion.chunk", "choices": [choice]}).encode() + b"\n\n"

    first = event({"index": 0, "delta": {"role": "assistant", "content": ""}, "logprobs": None})
    tokens = [event({"index": 0, "delta": {"content": f" {i}"}, "logprobs": {"content": [
        {"token": f" {i}", "logprob": math.log(0.9), "top_logprobs": []}]}}) for i in range(48)]
    last = event({"index": 0, "delta": {}, "finish_reason": "stop"}) + b"data: [DONE]\n\n"
    parts = [first, *tokens, last]
    # Networks cut where they like.
    whole = b"".join(parts)
    size = max(1, len(whole) // 60)
    return [whole[i:i + size] for i in range(0, len(whole), size)]


def tokens(workshop, check):
    """A language model's tokens turn the phase; the quality is its confidence"""
    server = Server(lambda *_: (200, recorded_stream()), pause=0.05)
    bare = Server(lambda *_: (200, [b'data: {"choices":[{"delta":{"content":"x"}}]}\n\n']))
    text = ("{{ id: {0}, type: tokens, url: 'http://127.0.0.1:{1}/v1/chat/completions', model: tiny,"
            " prompt: count, pause: 200ms, period: 12, channel: {0}-channel }}")
    node = SurfaceNode(workshop, "kitchen", inputs=[
        text.format("model", server.port), text.format("mute", bare.port)]).start()
    phases = set()

    def turns():
        own = node.own("model-channel")
        if own.get("quality", 0) > 0.8:
            phases.add(round(own.get("phaseDegrees") or 0))
        return 0.85 < own.get("quality", 0) < 0.95
    check(soon(15, turns), "quality is the probability of the tokens, 0.9",
          node.own("model-channel"))
    asked = json.loads(server.requests[0][1])
    check(asked["stream"] and asked["logprobs"] and asked["model"] == "tiny"
          and asked["messages"][0]["content"] == "count", "it asks for logprobs", asked)
    check(soon(15, lambda: len(server.requests) > 1), "and asks again after its pause")
    check(soon(10, lambda: "without logprobs" in node.log()), "a server without logprobs is told",
          node.log()[-300:])
    server.close()
    bare.close()


def hooks(workshop, check):
    """Reports are posted, tried again, dropped and counted, and never hold the node up"""
    status = {"now": 204}
    server = Server(lambda *_: (status["now"], b""))
    hook = (f"{{ id: hook, type: webhook, url: 'http://127.0.0.1:{server.port}/report',"
            " every: 200ms, timeout: 1s }")
    node = SurfaceNode(workshop, "kitchen", outputs=[hook], inputs=[
        numbers("http", "air")]).start()
    check(soon(10, lambda: len(server.requests) > 2), "reports come", node.adapter("hook"))
    body = json.loads(server.requests[0][1])
    check("coherence" in body and "phase" in body, "of coherence and phase", body)
    status["now"] = 500
    before = len(server.requests)
    check(soon(10, lambda: "500" in node.log()), "an error of the server is told", node.log()[-300:])
    check(soon(10, lambda: len(server.requests) > before + 1), "and the report tried again")
    port = server.port
    server.close()
    time.sleep(3)
    check(node.alive() and node.status().get("name") == "kitchen", "without a server the node answers")
    status["now"] = 204
    server = Server(lambda *_: (status["now"], b""), port=port)
    check(soon(30, lambda: len(server.requests) > 2), "reports come again when it is back",
          node.adapter("hook"))
    check(soon(10, lambda: counted(node) > 0), "what was dropped is counted", node.adapter("hook"))
    server.close()


def counted(node):
    readings = node.adapter("hook").get("readings") or []
    return next((r["value"] for r in readings if r["name"] == "dropped"), 0)


PARTS = [polled, verified, subscribed, tokens, hooks]
