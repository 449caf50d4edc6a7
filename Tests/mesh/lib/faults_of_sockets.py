# SPDX-License-Identifier: Apache-2.0
"""Ports in use, two nodes in one place, and a control socket that is misused."""

import json
import os
import signal
import socket
import subprocess
import time

from checks import soon
from faults_of_files import NOBODY, picture, refuses


def port_in_use(workshop, check):
    """A port in use: TCP and UDP, or UDP alone."""
    node = workshop.node("ports", ear=False)
    node.write()
    words = [f"127.0.0.1:{node.port}", "in use", "mesh.port"]
    for kind, name in ((socket.SOCK_STREAM, "TCP"), (socket.SOCK_DGRAM, "UDP")):
        with socket.socket(type=kind) as other:
            other.bind(("127.0.0.1", node.port))
            if kind == socket.SOCK_STREAM:
                other.listen()
            refuses(check, workshop, node.directory, f"{name} port in use: refused, told once",
                    [name, *words])
            report = workshop.run("doctor", "--state", node.directory)
            check(report.returncode == 1 and f"{node.port}" in report.stdout,
                  f"{name} port in use: doctor says so", report.stdout)
    node.start()
    check(node.stop()[0] == 0, "with the port free the node starts")


def two_in_one_place(workshop, check):
    """A second node on one directory, and the socket a killed one leaves."""
    node = workshop.node("place", port=0).start()
    identity = node.status()["nodeId"]
    before = picture(node.directory)
    done = workshop.run("run", "--state", node.directory)
    lines = done.stderr.splitlines()
    check(done.returncode == 1 and len(lines) == 1 and "node.sock" in lines[0]
          and "in use" in lines[0], "a second node is refused, told once", done.stderr)
    check(picture(node.directory) == before, "it changes nothing")
    check(node.status().get("nodeId") == identity, "the first one still answers")
    node.send(signal.SIGSTOP)
    done = workshop.run("run", "--state", node.directory)
    check(done.returncode == 1 and "in use" in done.stderr,
          "nor may it take the place of a paused one", done.stderr)
    node.send(signal.SIGCONT)
    node.kill()
    check(os.path.exists(node.path("node.sock")), "a killed node leaves its socket")
    asked = workshop.run("status", "--state", node.directory)
    lines = asked.stderr.splitlines()
    check(asked.returncode == 1 and len(lines) == 1 and "no node answers" in lines[0],
          "status says that nobody answers there", asked.stderr)
    node.start()
    check(node.status().get("nodeId") == identity, "the next node takes it over")
    check(node.stop()[0] == 0 and not os.path.exists(node.path("node.sock")), "and takes it away")
    with open(node.path("node.sock"), "w") as file:
        file.write("mine")
    done = workshop.run("run", "--state", node.directory)
    with open(node.path("node.sock")) as file:
        check(done.returncode == 1 and "node.sock" in done.stderr and file.read() == "mine",
              "a file of that name is not touched", done.stderr)
    os.remove(node.path("node.sock"))
    long = workshop.path("x" * 100)
    workshop.run("init", "--state", long)
    done = workshop.run("run", "--state", long)
    check(done.returncode == 1 and len(done.stderr.splitlines()) == 1
          and "node.sock" in done.stderr, "a path too long for a socket is told once", done.stderr)


def connect(node):
    stream = socket.socket(socket.AF_UNIX)
    stream.connect(node.path("node.sock"))
    stream.settimeout(3)
    return stream


def ask(stream, data):
    """Sends bytes and reads a line; b"" when the node closes instead."""
    try:
        stream.sendall(data)
        answer = b""
        while not answer.endswith(b"\n"):
            chunk = stream.recv(65536)
            if not chunk:
                return b""
            answer += chunk
        return answer
    except (ConnectionResetError, BrokenPipeError):
        return b""


def answers(node):
    start = time.monotonic()
    status = node.status()
    return bool(status) and time.monotonic() - start < 1


def few_descriptors(workshop, check):
    """No file descriptors left: the node waits without spinning, and recovers."""
    node = workshop.node("few").start(prefix=["prlimit", "--nofile=32"])
    check(soon(3, lambda: node.n() == 1), "a node with 32 descriptors runs")
    held = [socket.create_connection((node.address, node.port), timeout=3) for _ in range(60)]
    with open(f"/proc/{node.pid}/stat") as file:
        before = file.read().split()
    full = soon(3, lambda: len(os.listdir(f"/proc/{node.pid}/fd")) >= 32)
    time.sleep(2)
    with open(f"/proc/{node.pid}/stat") as file:
        after = file.read().split()
    ticks = sum(int(after[i]) - int(before[i]) for i in (13, 14))
    check(full and ticks < 100, "all in use by connections, it does not spin", (full, ticks))
    check(node.alive(), "it runs")
    for stream in held:
        stream.close()
    check(soon(5, node.status), "the connections gone, it answers")
    check(soon(3, lambda: node.n() == 1) and node.stop()[0] == 0, "hears, and stops")


def other_user(workshop, check):
    """Another user at the control socket."""
    node = workshop.node("private", ear=False).start()
    check(os.stat(node.path("node.sock")).st_mode & 0o7 == 0, "the socket is closed to others")
    for path in (node.directory, node.path("node.sock")):
        os.chmod(path, 0o777)
    asker = ("import socket,sys; s=socket.socket(socket.AF_UNIX); s.settimeout(3);"
             "s.connect(sys.argv[1])\ntry:\n s.sendall(b'{\"id\":1,\"verb\":\"status\"}\\n');"
             "print(len(s.recv(99)))\nexcept OSError as e: print(0)")

    def asked_by(**user):
        done = subprocess.run(["/usr/bin/python3", "-c", asker, node.path("node.sock")],
                              capture_output=True, text=True, timeout=10, **user)
        return done.stdout.strip() or done.stderr

    stranger = asked_by(user=NOBODY, group=NOBODY, extra_groups=[])
    check(stranger == "0", "another user gets no answer, even on a socket open to all", stranger)
    check(int(asked_by()) > 50, "where root with the same program does")
    check(f"user {NOBODY}" in node.log(), "and the node tells of it")


def control_socket(workshop, check):
    """Nonsense on the control socket: answered or closed, and status still works."""
    node = workshop.node("control").start()
    resting = node.anonymous()
    good = b'{"id":7,"verb":"status"}\n'
    with connect(node) as stream:
        answer = json.loads(ask(stream, good))
        check(answer["id"] == 7 and answer["result"]["name"] == "control", "status is answered")
        answer = json.loads(ask(stream, b'{"id":8,"verb":"dance"}\n'))
        check(answer["id"] == 8 and "expected status, peers" in answer["error"],
              "an unknown verb is named, with those there are", answer)
        for data in (b"\n", b"hello\n", b"{}\n", b"[]\n", b"null\n", b"\x00\xff\xfe\n",
                     b'{"id":"x","verb":7}\n', b'{"verb":"status","verb":"peers"}\n',
                     b"[" * 1000 + b"\n", b'{"id":' + b"9" * 400 + b',"verb":"status"}\n',
                     b'{"id":1,"verb":"' + b"x" * 3000 + b'"}\n',
                     b'{"id":1,"verb":"\\u0000\\ud800"}\n'):
            answer = ask(stream, data)
            told = json.loads(answer).get("error") if answer else None
            if data.startswith(b'{"id":999'):
                told = told or json.loads(answer).get("result")
            check(told, f"{data[:24]!r} is answered with an error", answer[:200])
        check(json.loads(ask(stream, good))["id"] == 7, "and the next request is answered")
    with connect(node) as stream:
        answer = ask(stream, b"x" * 4000 + b"\n")
        check(b"error" in answer, "a line of 4,000 bytes is answered")
        check(ask(stream, b"x" * 100000) == b"", "one without end is closed")
    check(answers(node), "status answers")
    with connect(node) as stream:
        stream.sendall(good[:10])
        time.sleep(0.1)
        check(json.loads(ask(stream, good[10:]))["id"] == 7, "a request may come in pieces")
        stream.sendall(good * 20)
        text = b""
        while text.count(b"\n") < 20:
            text += stream.recv(65536)
        check(text.count(b'"result"') == 20, "or many at once")

    held = [connect(node) for _ in range(50)]
    for index, stream in enumerate(held):
        try:
            stream.sendall([b"", b'{"id":1', b"x" * 3000][index % 3])
        except (BrokenPipeError, ConnectionResetError):
            pass
    check(answers(node), "with 50 connections held, half of them half a request, status answers")
    check(all(answers(node) for _ in range(20)), "20 times in a row")
    for stream in held:
        stream.close()
    greedy = [connect(node) for _ in range(16)]
    for stream in greedy:
        stream.setblocking(False)
        try:
            for _ in range(200):
                stream.send(good * 100)
        except (BlockingIOError, BrokenPipeError, ConnectionResetError):
            pass
    check(answers(node), "with 16 who ask and never read, status answers")
    for stream in greedy:
        stream.close()
    check(answers(node) and node.alive(), "and when they are gone")
    print(f"        anonymous memory {resting} KiB, then {node.anonymous()} KiB")
    check(node.log().count(" control: ") < 60, "the log of all this is bounded")

    check(soon(2, lambda: node.n() == 1), "its ear works through all of this")
    check(node.stop()[0] == 0, "the node stops")


PARTS = [port_in_use, two_in_one_place, few_descriptors, other_user, control_socket]
