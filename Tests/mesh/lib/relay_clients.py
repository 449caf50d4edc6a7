# SPDX-License-Identifier: Apache-2.0
"""Clients of PyPI's `websockets` that speak as SYM nodes do, and some that should not."""

import json
import os
import socket
import struct
import subprocess
import time

from checks import soon
from nodes import PROGRAM, free_port
from relay_server import Client, RelayProcess

A, B = "00000000-0000-4000-8000-0000000000ad", "01a1fd54-8797-7570-b222-6dc519370be4"
GROUP = "550e8400-e29b-41d4-a716-446655440000"
WAKE = {"platform": "apns", "token": "0123abcd", "environment": "sandbox"}


def secret(workshop, name, text):
    path = workshop.path(name)
    with open(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600), "w") as file:
        file.write(text)
    return path


def sessions(workshop, check):
    """Two SYM nodes meet, exchange frames and part; the relay is a peer of both"""
    relay = RelayProcess(workshop)
    first = Client(relay, B, "relay-peer")
    peers = first.next("relay-peers")["peers"]
    check([p["name"] for p in peers] == ["relay"], "the relay is listed among the peers", peers)
    own = peers[0]["nodeId"]
    greeting = first.next("handshake")
    check(greeting["from"] == own == greeting["payload"]["nodeId"], "it shakes hands with its own id")
    second = Client(relay, A, "taumesh-relay-probe", wake=WAKE)
    peers = second.next("relay-peers")["peers"]
    check({"nodeId": B, "name": "relay-peer"} in peers, "the newcomer is told who is there", peers)
    joined = first.next("relay-peer-joined")
    check(joined == {"type": "relay-peer-joined", "nodeId": A, "name": "taumesh-relay-probe"},
          "the other is told of the newcomer", joined)
    payload = '{"type": "message","content":"grüße \\u00e9 \\"}{", "n": 1.50e0}'
    second.send('{"to":"%s","payload":%s}' % (B, payload))
    text = first.text()
    check(text == '{"from":"%s","fromName":"taumesh-relay-probe","payload":%s}' % (A, payload),
          "a payload arrives byte for byte", text)
    first.send({"payload": {"type": "ping"}})
    check(second.next("ping")["from"] == B, "a broadcast arrives")
    for size in (1000, 65_536, 1_000_000):
        frame = {"type": "cmb", "data": "x" * size}
        first.send({"to": A, "payload": frame})
        check(second.next("cmb")["payload"] == frame, f"a payload of {size} bytes arrives")
    second.send({"to": own, "payload": {"type": "ping"}})
    check(second.next("pong")["from"] == own, "the relay answers a ping to itself")
    health = relay.health()
    check(health["status"] == "ok" and health["connections"] == 2, "health says how many", health)
    second.close()
    check(first.next("relay-peer-left")["nodeId"] == A, "who goes is told of")
    check(relay.stop() == 0, "the relay stops when told")
    relay.start()
    third = Client(relay, "cccccccc-0000-4000-8000-000000000001")
    peers = third.next("relay-peers")["peers"]
    check(peers[0]["nodeId"] == own, "its identity is the same after a restart")
    away = next((p for p in peers if p["nodeId"] == A), {})
    check(away == {"nodeId": A, "name": "taumesh-relay-probe", "wakeChannel": WAKE, "offline": True},
          "and it knows the wake channel of one who is away", away)
    gossip = third.next("peer-info")["payload"]["peers"]
    check(any(p["nodeId"] == A and p["wakeChannel"] == WAKE for p in gossip),
          "which it gossips as a peer", gossip)


def closings(workshop, check):
    """Each close code, at the moment it is meant for"""
    token = secret(workshop, "token", "correct horse battery\n")
    relay = RelayProcess(workshop, "--token-file", token)
    quiet = Client(relay, A, auth=False)
    started = time.monotonic()
    wrong = Client(relay, A, auth=False)
    wrong.send({"type": "relay-auth", "nodeId": A})
    check(wrong.closing() == 4002, "no name: 4002")
    wrong = Client(relay, A, token="wrong")
    error = wrong.receive()
    check(error == {"type": "relay-error", "message": "Invalid token"}, "a wrong token is told", error)
    check(wrong.closing() == 4003, "and closed: 4003")
    check(Client(relay, A).closing() == 4003, "no token: 4003")
    first = Client(relay, A, token="correct horse battery")
    first.next("relay-peers")
    check(Client(relay, A, token="correct horse battery").closing() == 4006, "twice at once: 4006")
    time.sleep(5.2)
    again = Client(relay, A, token="correct horse battery")
    again.next("relay-peers")
    check(first.closing() == 4004, "the older connection gives way: 4004")
    check(quiet.closing(15) == 4001 and 9 < time.monotonic() - started < 13,
          "who says nothing is closed after 10 s: 4001")
    started = time.monotonic()
    # Reads, but never answers a relay-ping.
    code = again.closing(40)
    check(code == 4005 and time.monotonic() - started < 25, "no relay-pong: 4005", code)


def channels(workshop, check):
    """Channels do not hear each other, by token, by header, by group"""
    table = secret(workshop, "channels", f"# token channel\ntokA one\ntokB two\nsecret-of-group {GROUP}\n")
    relay = RelayProcess(workshop, "--channels", table)
    one, two = Client(relay, "a", token="tokA"), Client(relay, "b", token="tokB")
    one.next("relay-peers")
    peers = two.next("relay-peers")["peers"]
    check([p["name"] for p in peers] == ["relay"], "another channel's nodes are not listed", peers)
    one.send({"to": "b", "from": "b", "channel": "two", "payload": {"type": "message"}})
    one.send({"payload": {"type": "message"}})
    check(two.silent(), "nothing crosses, whatever is forged")
    other = Client(relay, "c", token="tokA")
    other.next("relay-peers")
    one.send({"to": "c", "payload": {"type": "message"}})
    check(other.next("message")["from"] == "a", "within a channel the same message arrives")
    member = Client(relay, "d", bearer="secret-of-group", path="/" + GROUP)
    check(len(member.next("relay-peers")["peers"]) == 1, "a bearer token opens the group's channel")
    check(Client(relay, "e", bearer="tokA", path="/" + GROUP).closing() == 4003,
          "another channel's token does not")
    check(Client(relay, "a", token="tokB").next("relay-peers")["type"] == "relay-peers",
          "one identity may be in two channels")


def groups(workshop, check):
    """A relay for groups gives each a channel that only its token opens"""
    relay = RelayProcess(workshop, "--groups")
    token = "a token of twenty chars"
    first = Client(relay, "a", bearer=token, path="/" + GROUP)
    first.next("relay-peers")
    second = Client(relay, "b", bearer=token, path="/" + GROUP)
    check(any(p["nodeId"] == "a" for p in second.next("relay-peers")["peers"]), "members meet")
    stranger = Client(relay, "c", bearer="another token of length", path="/" + GROUP)
    check(len(stranger.next("relay-peers")["peers"]) == 1, "with another token nobody is there")
    check(Client(relay, "d", path="/" + GROUP).closing() == 4003, "without one there is no way in")


def slow_readers(workshop, check):
    """Who does not read loses the oldest, then the connection; the others notice nothing"""
    relay = RelayProcess(workshop)
    sender, reader = Client(relay, "a"), Client(relay, "b")
    sender.next("relay-peers"), reader.next("relay-peers")
    slow = socket.create_connection(("127.0.0.1", relay.port))
    slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    slow.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                 b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n")
    slow.recv(1024)
    hello = json.dumps({"type": "relay-auth", "nodeId": "s", "name": "S"}).encode()
    slow.sendall(bytes([0x81, 0x80 | len(hello)]) + bytes(4) + hello)
    sender.next("relay-peer-joined")
    before, delivered = relay.kib(), 0
    for number in range(400):
        sender.send({"to": "s", "payload": {"type": "cmb", "n": number, "data": "x" * 50_000}})
        if number % 20 == 0:
            sender.send({"to": "b", "payload": {"type": "message", "n": number}})
            delivered += reader.next("message")["payload"]["n"] == number
    check(delivered == 20, "the others get everything meanwhile", delivered)
    left = sender.next("relay-peer-left", 10)
    check(left["nodeId"] == "s", "the slow one is closed, and the others are told")
    grown = relay.kib() - before
    check(grown < 4096, f"20 MB for it cost no more than its queue ({grown} KiB)")
    slow.close()


def nonsense(workshop, check):
    """What is no message harms nobody else"""
    relay = RelayProcess(workshop)
    good = Client(relay, "g")
    good.next("relay-peers")
    flood = Client(relay, "f", auth=False)
    flood.send("x" * 5000)
    check(flood.closing() == 1009, "a stranger may not send more than a hello: 1009")
    binary = Client(relay, "h")
    binary.next("relay-peers")
    for text in ("", "[]", "{}", "{\"to\":\"g\"", "nonsense", '{"to":"g","payload":[1]}', "\u0000"):
        binary.send(text)
    binary.link.send(b"\xff\x00")
    binary.send({"to": "g", "payload": {"type": "message"}})
    check(good.next("message")["from"] == "h", "a connection survives its own nonsense")
    for count in range(30):
        raw = socket.create_connection(("127.0.0.1", relay.port))
        raw.sendall(os.urandom(200) if count % 2 else b"GET /health HTTP/1.1\r\n")
        if count % 3:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            raw.close()
    check(relay.health()["status"] == "ok", "rubbish and resets leave it standing")


def refusals(workshop, check):
    """What keeps it from starting is told"""
    port = free_port()
    with socket.create_server(("127.0.0.1", port)):
        done = run(workshop, "--address", "127.0.0.1", "--port", str(port))
        check(done.returncode == 1 and "cannot listen" in done.stderr, "a port in use", done.stderr)
    path = workshop.path("exposed")
    with open(path, "w") as file:
        file.write("token")
    os.chmod(path, 0o644)
    done = run(workshop, "--token-file", path)
    check(done.returncode == 1 and "0600" in done.stderr, "a token others can read", done.stderr)
    done = run(workshop, "--token-file", secret(workshop, "empty", "\n"))
    check(done.returncode == 1 and "expected a token" in done.stderr, "an empty token", done.stderr)


def run(workshop, *words):
    return subprocess.run([PROGRAM, "relay", "--state", workshop.path("r"), *words], timeout=10,
                          capture_output=True, text=True, stdin=subprocess.DEVNULL)


PARTS = [sessions, closings, channels, groups, slow_readers, nonsense, refusals]
