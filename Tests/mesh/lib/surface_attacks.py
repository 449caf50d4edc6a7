# SPDX-License-Identifier: Apache-2.0
"""What would harm a node if its web were in it: floods, garbage, kills; and secrets that must stay."""

import os
import random
import signal
import socket
import subprocess
import time

from checks import soon, stays
from nodes import IS_BOARD
from web import Server, SurfaceNode, WebSocket, numbers


def answers(node):
    """Whether the node itself answers at once."""
    start = time.monotonic()
    return node.status().get("name") == node.name and time.monotonic() - start < 5


def killed(workshop, check):
    """A surface that is killed or stopped is not the node's trouble, and comes back"""
    server = Server(lambda *_: (204, b""))
    node = SurfaceNode(workshop, "kitchen", inputs=[numbers("http", "air")], outputs=[
        f"{{ id: hook, type: webhook, url: 'http://127.0.0.1:{server.port}/', every: 100ms }}"]).start()
    node.listens()
    node.post("/input/air", b"1")
    check(node.shows("air", 1), "a value comes through", node.adapter("air"))
    for round_ in range(3):
        pid = node.surface_pid()
        os.kill(pid, signal.SIGKILL)
        check(answers(node), f"killed ({round_ + 1}): the node answers")
        check(soon(20, lambda: node.surface_pid() not in (0, pid)), "a new surface is there")
        node.listens()
        check(soon(20, lambda: node.post("/input/air", b"%d" % (round_ + 2))[0] == 200),
              "and takes values")
        check(node.shows("air", round_ + 2), "that arrive", node.adapter("air"))
    check(node.log().count("the process ended") == 3, "told once each", node.log()[-500:])
    pid = node.surface_pid()
    before = node.anonymous()
    os.kill(pid, signal.SIGSTOP)
    check(stays(3, lambda: answers(node)), "stopped: the node answers all the time")
    check(node.anonymous() - before < 1024, "and does not pile up what it cannot send",
          (before, node.anonymous()))
    os.kill(pid, signal.SIGCONT)
    check(soon(10, lambda: node.post("/input/air", b"9")[0] == 200), "it goes on when it may")
    node.stop()
    check(soon(5, lambda: not os.path.exists(f"/proc/{pid}") or is_zombie(pid)),
          "and ends with the node")
    server.close()


def is_zombie(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] == "Z"
    except OSError:
        return True


def flooded(workshop, check):
    """Floods of connections, garbage and messages end at the surface"""
    node = SurfaceNode(workshop, "kitchen", inputs=[
        numbers("http", "air"), numbers("websocket", "fast")]).start()
    node.listens()
    # Settled: both processes have given back what their start took.
    time.sleep(3.5)
    before, pid = node.anonymous(), node.surface_pid()
    surface = anonymous(pid)
    idle = []
    for _ in range(300):
        try:
            idle.append(socket.create_connection(("127.0.0.1", node.web_port), 1))
        except OSError:
            break
    check(answers(node), f"{len(idle)} connections that say nothing: the node answers")
    check(soon(15, lambda: node.post("/input/air", b"3", timeout=3)[0] == 200),
          "and there is room again when they are given up")
    for link in idle:
        link.close()
    noise = random.Random(7)
    for number in range(200):
        try:
            with socket.create_connection(("127.0.0.1", node.web_port), 1) as link:
                link.sendall(noise.choice(GARBAGE)(noise))
        except OSError:
            pass
    check(answers(node), "200 connections of garbage: the node answers")
    check(soon(15, lambda: node.post("/input/air", b"4", timeout=3)[0] == 200), "so does the surface")
    flood = WebSocket(node.web_port, "/input/fast", node.token())
    try:
        for number in range(20_000):
            flood.send(str(number))
    except OSError:
        pass
    check(answers(node), "20,000 messages at once: the node answers")
    check(node.surface_pid() == pid, "the surface is the same process all along", node.log()[-400:])
    check(node.anonymous() - before < 512, "the node has not grown", (before, node.anonymous()))
    check(anonymous(pid) - surface < 2048, "nor has the surface, by 2 MiB",
          (surface, anonymous(pid)))
    flood.close()


def resident(pid):
    return kibibytes(pid, "VmRSS:")


def anonymous(pid):
    """What a process has made itself: pages of its code come and go with what it happens to do."""
    return kibibytes(pid, "RssAnon:")


def kibibytes(pid, name):
    with open(f"/proc/{pid}/status") as file:
        return sum(int(line.split()[1]) for line in file if line.startswith(name))


GARBAGE = [
    lambda noise: noise.randbytes(3000),
    lambda noise: b"POST /input/air HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\nx",
    lambda noise: b"POST /input/air HTTP/1.1\r\nContent-Length: -5\r\n\r\nx",
    lambda noise: b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 3000,
    lambda noise: b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n\r\n",
    lambda noise: b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + noise.randbytes(400),
    lambda noise: b"GET / HTTP/1.1\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQ\r\n\r\n",
    lambda noise: b"CONNECT host:1 HTTP/1.1\r\n\r\n" + noise.randbytes(100),
    lambda noise: b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + noise.randbytes(500),
]


def secrets(workshop, check):
    """Tokens and passwords are in their files and nowhere else"""
    words = {"key": "the-key-of-an-api-0123456789", "password": "the-password-of-a-broker-01234"}
    for name, word in words.items():
        with open(workshop.path(name), "w") as file:
            file.write(word + "\n")
        os.chmod(workshop.path(name), 0o600)
    server = Server(lambda *_: (503, b"{}"))
    node = SurfaceNode(workshop, "kitchen", inputs=[
        numbers("http", "air"),
        numbers("http-poll", "far", url=f'"http://127.0.0.1:{server.port}/"', every="300ms",
                **{"key-file": workshop.path("key")}),
        numbers("mqtt", "topic", url='"mqtt://127.0.0.1:9"', topic="a", user="u",
                **{"password-file": workshop.path("password")})]).start()
    node.listens()
    words["token"] = node.token()
    node.post("/input/air", b"1")
    node.post("/input/air", b"1", token=words["token"][:-1])
    node.post("/input/air?token=" + words["token"], b"1", token=None)
    check(soon(5, lambda: server.requests), "control: the key is in use")
    places = {"log": node.log(), "status": str(node.status())}
    for pid, what in ((node.pid, "node"), (node.surface_pid(), "surface")):
        for file in ("cmdline", "environ"):
            with open(f"/proc/{pid}/{file}", errors="replace") as text:
                places[f"{what}'s {file}"] = text.read()
    for place, text in places.items():
        leaked = [name for name, word in words.items() if word[:-1] in text]
        check(not leaked and text, f"no secret in the {place}", leaked)
    memory = read_memory(node.pid)
    check(not [name for name, word in words.items() if word.encode() in memory],
          "nor in the node's memory")
    check(words["key"].encode() in read_memory(node.surface_pid())
          or words["token"].encode() in read_memory(node.surface_pid()),
          "control: they are in the surface's")
    os.chmod(workshop.path("key"), 0o644)
    check(soon(20, lambda: "expected 0600" in node.log()), "a key that others may read is refused",
          node.log()[-300:])
    done = workshop.run("surface", "--state", node.directory)
    check(done.returncode == 1 and "no node" in done.stderr, "without a node it only says so",
          done.stderr)
    server.close()


def read_memory(pid):
    """What a process holds in writable memory."""
    found = []
    with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", 0) as memory:
        for line in maps:
            place, rights = line.split()[:2]
            if not rights.startswith("rw") or "[v" in line:
                continue
            start, end = (int(word, 16) for word in place.split("-"))
            try:
                memory.seek(start)
                found.append(memory.read(end - start))
            except (OSError, ValueError):
                continue
    return b"".join(found)


def apart(workshop, check):
    """A node with a surface is hardly larger than one without"""
    plain = SurfaceNode(workshop, "plain").start()
    web = SurfaceNode(workshop, "web", inputs=[numbers("http", "air")]).start()
    web.listens()
    time.sleep(4)
    sizes = [(resident(node.pid), node.anonymous()) for node in (plain, web)]
    print(f"        resident and anonymous, KiB: without {sizes[0]}, with {sizes[1]};"
          f" the surface {resident(web.surface_pid())}")
    check(not plain.surface_pid(), "no surface where nothing needs it")
    if IS_BOARD:
        check(sizes[1][0] < 3072, "resident, less than 3 MiB", sizes)
    check(sizes[1][1] - sizes[0][1] < 150, "anonymous, within 150 KiB", sizes)


PARTS = [killed, flooded, secrets, apart]
