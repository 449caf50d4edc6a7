# SPDX-License-Identifier: Apache-2.0
"""What others send to a node: posted bodies and WebSocket messages."""

import json
import os
import stat

from checks import soon
from web import SurfaceNode, WebSocket, numbers, phase


def posted(workshop, check):
    """Numbers and phases that are posted become channels of the node"""
    node = SurfaceNode(workshop, "kitchen", inputs=[
        numbers("http", "air", quantity="temperature", **{"quantity-unit": "°C"}),
        numbers("http", "beat", encode="phase")]).start()
    check(node.listens(), "the surface listens once an input wants it to")
    mode = stat.S_IMODE(os.stat(node.path("surface.token")).st_mode)
    check(mode == 0o600, "the token was made, mode 0600", oct(mode))
    check(node.post("/input/air", b"21.5") == (200, b'{"ok":true}'), "a number is taken")
    check(node.shows("air", 21.5), "and is the input's reading", node.adapter("air"))
    node.post("/input/air", b'{"value": 33}')
    check(node.shows("air", 33), "so is {\"value\": number}", node.adapter("air"))
    rise = iter(range(34, 1000))

    def rises():
        node.post("/input/air", b"%d" % next(rise))
        return node.own("air-channel").get("quality", 0) > 0.5
    check(soon(15, rises, every=0.3), "a rise has a phase: the channel's quality is high",
          node.own("air-channel"))
    node.post("/input/beat", phase(0.0, 0.9))
    check(soon(5, lambda: node.own("beat-channel").get("quality", 0) > 0.8),
          "the seed's {phase, coherence} is a phasor of its quality", node.own("beat-channel"))


def refused(workshop, check):
    """Requests that are wrong are refused with what was expected"""
    node = SurfaceNode(workshop, "kitchen", inputs=[numbers("http", "air")]).start()
    node.listens()
    right = node.token()
    near = right[:-1] + ("0" if right[-1] != "0" else "1")
    for token, what in [(None, "no token"), ("x", "a short one"), (near, "one digit off"),
                        (right + "0", "one digit more"), ("", "an empty one")]:
        status, _ = node.post("/input/air", b"1", token=token)
        check(status == 401, f"{what}: 401", status)
    check(node.post("/input/air", b"1")[0] == 200, "control: the right token is taken")
    cases = [
        ("POST", "/input/air", b"warm", 400), ("POST", "/input/air", b"", 400),
        ("POST", "/input/air", b'{"value": "7"}', 400), ("POST", "/input/air", b"NaN", 400),
        ("POST", "/input/air", b"[" * 3000, 400), ("POST", "/input/air", b"\xff\xfe", 400),
        ("POST", "/input/other", b"1", 404), ("POST", "/", b"1", 404),
        ("GET", "/input/air", None, 405), ("DELETE", "/input/air", None, 405),
        ("POST", "/input/air", b"1" * 5000, 413), ("POST", "/input/" + "a" * 600, b"1", 414),
    ]
    for method, path, body, expected in cases:
        status, answer = node.post(path, body, method=method)
        shown = f"{method} {path[:16]} {(body or b'')[:12]!r}: {expected}"
        said = isinstance(answer, bytes) and b'"error"' in answer
        check(status == expected and said, shown, (status, answer))
    status, _ = node.post(
        "/input/air", None, headers=["Transfer-Encoding: chunked", "", "1", "5", "0", ""])
    check(status == 411, "a body without a length: 411", status)
    check(node.reading("air") == 1, "none of it became a value", node.adapter("air"))


def sockets(workshop, check):
    """Messages of WebSockets become channels; without the token there is none"""
    node = SurfaceNode(workshop, "kitchen", inputs=[
        numbers("websocket", "air"), numbers("websocket", "beat", encode="phase")]).start()
    node.listens()
    check(WebSocket(node.web_port, "/input/air", None).status == 401, "no token: 401")
    check(WebSocket(node.web_port, "/input/air", "wrong" * 12).status == 401, "a wrong one: 401")
    link = WebSocket(node.web_port, "/input/air", node.token())
    check(link.status == 101, "with the token: a WebSocket", link.status)
    link.send("17.25")
    check(node.shows("air", 17.25), "a message is a value", node.adapter("air"))
    link.send("warm")
    opcode, answer = link.receive()
    check(opcode == 1 and b"error" in answer, "a wrong one is answered", (opcode, answer))
    link.send('{"value": 18}')
    check(node.shows("air", 18), "and the next one taken", node.adapter("air"))
    link.send("9" * 6000)
    opcode, answer = link.receive()
    check(opcode in (8, None), "a message over 4 KiB ends the WebSocket", (opcode, answer))
    beat = WebSocket(node.web_port, "/input/beat", node.token())
    beat.send(phase(0.6, 0.8, 0.9))
    check(soon(5, lambda: node.own("beat-channel").get("quality", 0) > 0.8),
          "the seed's message is a phasor", node.own("beat-channel"))
    check(WebSocket(node.web_port, "/input/none", node.token()).receive()[0] in (8, None),
          "a WebSocket of no input is ended")


PARTS = [posted, refused, sockets]
