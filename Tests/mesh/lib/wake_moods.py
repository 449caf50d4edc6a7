# SPDX-License-Identifier: Apache-2.0
"""What is said while somebody is away wakes him: through the channel he told, and not for ever."""

import json

from checks import soon, stays
from link import Identity, Link
from push_services import Apple
from wake_pushes import apple_node
from web import certificate

TOKEN = "c3" * 32


def visit(node, name, channel):
    """A member comes, says how it can be woken, and goes."""
    link = Link.connect((node.address, node.port), Identity(), "home", node.secret())
    link.dial()
    link.greet(name, "home")
    link.read_frame()
    if channel:
        link.send_frame({"type": "wake-channel", **channel})
    seen = soon(5, lambda: name in node.peer_names("fresh") + node.peer_names())
    link.close()
    gone = soon(10, lambda: all(
        peer["state"] == "offline" for peer in peers(node) if peer["name"] == name))
    return seen and gone


def peers(node):
    done = node.workshop.run("peers", "--json", "--state", node.directory)
    return json.loads(done.stdout) if done.returncode == 0 else []


def say(node, *words):
    return node.workshop.run(words[0], "--state", node.directory, *words[1:])


def moods(workshop, check):
    """A mood and a message wake a phone that was here and told its channel"""
    files = certificate(workshop, "apple", "localhost")
    apple = Apple(files)
    node = apple_node(workshop, apple, files, [("nobody", "00")],
                      limits=["cooldown: 5s", "per-hour: 1000"])
    phone = {"platform": "apns", "token": TOKEN, "environment": "sandbox"}
    check(visit(node, "phone", phone), "a phone comes and goes", peers(node))
    check(visit(node, "pin", {"platform": "gpio", "token": "GPIO17"}), "and one that names a line")
    check(visit(node, "mute", None), "and one that says nothing")
    say(node, "mood", "content")
    check(node.says("phone: sent"), "a mood wakes the phone", node.log()[-300:])
    check(json.loads(apple.requests[0][1])["reason"] == "mood", "and says so", apple.requests)
    say(node, "mood", "still content")
    check(stays(0.5, lambda: len(apple.requests) == 1), "within its cooldown it is left alone")
    check(soon(20, lambda: say(node, "send", "hello", "--to", "phone").returncode == 1
               and len(apple.requests) > 1), "a message to it wakes it again", apple.requests)
    check(json.loads(apple.requests[-1][1])["reason"] == "message", "and says so", apple.requests)
    check(all(h[":path"].endswith(TOKEN) for h, _ in apple.requests), "nobody else is woken")
    before = len(apple.requests)
    apple.answers[TOKEN] = [(410, "Unregistered")]
    check(soon(20, lambda: say(node, "send", "hello", "--to", "phone").returncode == 1
               and node.says("phone: Unregistered", 2)), "its token is given up by the service",
          node.log()[-300:])
    after = len(apple.requests)
    status, text = node.ask("phone")
    check(status == 1 and "no way" in text, "and forgotten here", (before, after, text))
    apple.close()


PARTS = [moods]
