# SPDX-License-Identifier: Apache-2.0
"""Devices that are not there, nodes that are told to stop, peers that stop by themselves."""

import array
import json
import os
import signal
import socket

from checks import soon, stays
from nodes import RATE, ear_settings, render_hum


def told(node, word):
    return [line for line in node.log().splitlines() if word in line]


def states(node):
    status = node.status()
    return {each["id"]: each["state"] for each in status["inputs"] + status["outputs"]}


def missing_devices(workshop, check):
    """Devices that are missing, and come later: told once, picked up, the node runs."""
    late = workshop.path("late.raw")
    workshop.device("late", workshop.microphone(late))
    node = workshop.node("devices", inputs=[
        ear_settings("late", "late"), ear_settings("unknown", "unknown"),
        "{ id: card, type: microphone, device: 'hw:CARD=Nowhere' }"],
        outputs=["{ id: tone, type: speaker, device: later, channel: late }"]).start()
    check(set(states(node).values()) == {"failed"}, "the node runs without any of its devices")
    check(stays(3, node.status), "and goes on to while it tries again")
    for name, words in (("ear-late", ["late.raw", "No such file"]),
                        ("ear-unknown", ["unknown", "Unknown PCM"]),
                        ("card", ["hw:CARD=Nowhere"]), ("tone", ["later"])):
        lines = told(node, f" {name}: ")
        check(len(lines) == 1 and "warning" in lines[0] and all(w in lines[0] for w in words),
              f"{name} is told of once, with its device and the reason", lines)
    render_hum(late, seconds=60)
    workshop.device("later", workshop.speaker(workshop.path("tone.raw")))
    workshop.device("unknown", workshop.microphone(workshop.feed))
    back = soon(20, lambda: list(states(node).values()).count("working") == 3)
    check(back, "a file and two PCMs that come later are picked up", states(node))
    check(soon(5, lambda: {c["name"]: c["n"] for c in node.status()["channels"]}["late"] == 1),
          "and their channel has its member")
    check(len(told(node, " ear-late: ")) == 2 and "working" in told(node, " ear-late: ")[1],
          "told once again", told(node, " ear-late: "))
    check(len(told(node, " card: ")) == 1, "the one that is still missing is not told of again")
    check(node.stop()[0] == 0, "and the node stops")


def no_devices_at_all(workshop, check):
    """A machine without any sound configuration."""
    node = workshop.node("mute")
    environment = workshop.environment
    workshop.environment = lambda: dict(environment(), ALSA_CONFIG_PATH="/nowhere/alsa.conf")
    node.start()
    lines = told(node, " ear-ear: ")
    check(len(lines) == 1 and "cannot open" in lines[0], "told in one line", node.log())
    check("ALSA lib" not in node.log(), "without the library's own words on standard error")
    check(node.stop()[0] == 0, "and the node stops")
    workshop.environment = environment


def stop_signals(workshop, check):
    """SIGTERM, SIGINT, SIGHUP: status 0 within 1 s, tone faded, state written."""
    tone = workshop.path("tone.raw")
    workshop.device("tone", workshop.speaker(tone))
    node = workshop.node("loud", outputs=["{ id: tone, type: speaker, device: tone }"])
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        node.start()
        loud = soon(8, lambda: node.status()["outputs"][0].get("volume", 0) > 0.02)
        check(loud, f"{number.name}: the node plays", node.status()["outputs"])
        status, seconds = node.stop(number)
        check(status == 0 and seconds < 1, f"{number.name}: status 0 within 1 s", (status, seconds))
        with open(tone, "rb") as file:
            samples = array.array("h", file.read())
        end, last = samples[-RATE // 4:], samples[-48:]
        check(max(map(abs, samples)) > 300 and max(map(abs, last)) < 60,
              f"{number.name}: the tone was there and ends faded",
              (len(samples), max(map(abs, end)), list(last)[-8:]))
        step = max(abs(a - b) for a, b in zip(end, end[1:]))
        check(step < max(map(abs, end)) * 0.2 + 60, f"{number.name}: and ends without a click", step)
        with open(node.path("state.json")) as file:
            check("banks" in json.load(file), f"{number.name}: the state is written")
        os.remove(node.path("state.json"))
        check(not os.path.exists(node.path("node.sock")), f"{number.name}: the socket is gone")
    node.start()
    node.send(signal.SIGTERM)
    node.send(signal.SIGTERM)
    node.send(signal.SIGINT)
    status = node.process.wait(5)
    check(status == 0 and os.path.exists(node.path("state.json")),
          "signals in a row stop it once, in order", status)
    node.start(wait=False)
    status, seconds = node.stop()
    check(status in (0, -signal.SIGTERM) and seconds < 1, "a signal at its very start ends it",
          (status, seconds))


def stop_while_busy(workshop, check):
    """SIGTERM while dialing, in a handshake, with failing devices, without peers."""
    silent = socket.create_server(("127.0.0.1", 0))  # Accepts and says nothing.
    deaf = socket.create_server(("127.0.0.1", 0), backlog=0)  # Its backlog is full: no answer.
    fillers = []
    for _ in range(4):
        filler = socket.socket()
        filler.setblocking(False)
        filler.connect_ex(deaf.getsockname())
        fillers.append(filler)
    peers = [f"127.0.0.1:{silent.getsockname()[1]}", f"127.0.0.1:{deaf.getsockname()[1]}",
             "127.0.0.1:9", "192.0.2.1:7778"]
    node = workshop.node("busy", peers=peers, inputs=[ear_settings("nowhere")],
                         outputs=["{ id: tone, type: speaker, device: nowhere }"])
    node.start()
    connection, _ = silent.accept()
    check(connection.recv(4) == b"TAU1", "it dials a peer that never answers")
    check(soon(2, lambda: set(states(node).values()) == {"failed"}), "while its devices fail")
    status, seconds = node.stop()
    check(status == 0 and seconds < 1, "and stops with status 0 within 1 s", (status, seconds))
    for each in (silent, deaf, connection, *fillers):
        each.close()

    lone = workshop.node("lone").start()
    check(soon(3, lambda: lone.n() == 1), "a node without peers runs")
    status, seconds = lone.stop()
    check(status == 0 and seconds < 1, "and stops", (status, seconds))


def paused_peer(workshop, check):
    """A peer that is paused for 5 s: stale, out of the mesh state, and back."""
    first = workshop.node("first").start()
    second = workshop.node("second", join=first, peers=[first]).start()
    check(soon(15, lambda: first.n() == 2 == second.n()), "two nodes count each other")
    second.send(signal.SIGSTOP)
    check(soon(3, lambda: first.n() == 1), "the paused one no longer counts")
    # The phase ages from when it was measured, the peer from when it was last heard: a little later.
    check(soon(1, lambda: first.peer_names("stale") == ["second"]), "it is shown as stale")
    check(stays(3, lambda: first.n() == 1 and first.peer_names() == ["second"]),
          "but it has not left")
    second.send(signal.SIGCONT)
    check(soon(5, lambda: first.n() == 2), "continued, it counts again")
    check(soon(5, lambda: second.n() == 2), "and the other counts for it")
    check(not told(first, " left"), "all on the same link", told(first, " left"))


def killed_peer(workshop, check):
    """A peer that is killed and started again: it rejoins, and nobody takes it for another."""
    first = workshop.node("first").start()
    second = workshop.node("second", join=first, peers=[first]).start()
    check(soon(15, lambda: first.n() == 2 == second.n()), "two nodes count each other")
    identity = second.status()["nodeId"]
    for attempt in ("first", "second"):
        second.kill()
        check(soon(3, lambda: first.n() == 1 and not first.peer_names()),
              f"{attempt} time: the killed one is gone")
        check(os.path.exists(second.path("node.sock")), f"{attempt} time: it left its socket")
        second.start()
        check(second.status()["nodeId"] == identity, f"{attempt} time: it is who it was")
        check(soon(6, lambda: first.n() == 2 == second.n()),
              f"{attempt} time: it counts again, both ways", (first.n(), second.n()))
    counters = first.counters()
    quiet = {name: value for name, value in counters.items() if value and name in (
        "identityConflicts", "connectionsUnauthentic", "connectionsOfGarbage", "handshakesBad",
        "framesBad", "datagramsUnauthentic", "datagramsReplayed", "datagramsMalformed",
        "connectionsOfOtherMesh", "pulsesOfForeignBoot")}
    check(not quiet, "no counter of attacks rises", quiet)
    check(counters["datagramsOpened"] > 50, "and datagrams were opened")


def dialed_peer_killed(workshop, check):
    """A configured peer that comes, goes and comes: its dialer finds it each time."""
    first = workshop.node("first")
    second = workshop.node("second", join=first, peers=[first]).start()
    check(stays(1.5, lambda: second.status() and not second.peer_names()), "nobody is there yet")
    first.start()
    check(soon(12, lambda: second.peer_names() == ["first"]), "it comes, and is found")
    first.kill()
    check(soon(3, lambda: not second.peer_names()), "it goes")
    first.start()
    check(soon(12, lambda: second.n() == 2 == first.n()), "it comes again, and counts")


PARTS = [missing_devices, no_devices_at_all, stop_signals, stop_while_busy, paused_peer,
         killed_peer, dialed_peer_killed]
