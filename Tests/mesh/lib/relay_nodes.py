# SPDX-License-Identifier: Apache-2.0
"""Nodes that reach each other through a relay: ours, one that is not, and one of their own."""

import os
import ssl
import subprocess
import time

from checks import soon, stays
from nodes import CHANNEL, Node, ear_settings, free_port
from relay_foreign import ForeignRelay
from relay_server import RelayProcess
from web import certificate

SPACES = ("a", "b", "relay")


class Networks:
    """Three machines: two that can reach only the third."""

    def __init__(self):
        self.prefix = f"tr{os.getpid()}"
        for space in SPACES:
            self.ip("netns", "add", self.prefix + space)
        for number, space in ((1, "a"), (2, "b")):
            self.ip("link", "add", "eth0", "netns", self.prefix + space, "type", "veth", "peer",
                    "name", f"port{number}", "netns", self.prefix + "relay")
            self.inside(space, "ip", "addr", "add", f"10.91.{number}.2/24", "dev", "eth0")
            self.inside(space, "ip", "link", "set", "eth0", "up")
            self.inside("relay", "ip", "addr", "add", f"10.91.{number}.1/24", "dev", f"port{number}")
            self.inside("relay", "ip", "link", "set", f"port{number}", "up")
            self.inside(space, "ip", "route", "add", "default", "via", f"10.91.{number}.1")
        for space in SPACES:
            self.inside(space, "ip", "link", "set", "lo", "up")

    @staticmethod
    def ip(*words):
        subprocess.run(["ip", *words], check=True)

    def prefix_of(self, space):
        return ["ip", "netns", "exec", self.prefix + space]

    def inside(self, space, *words, check=True):
        return subprocess.run([*self.prefix_of(space), *words], check=check, capture_output=True)

    def close(self):
        for space in SPACES:
            subprocess.run(["ip", "netns", "del", self.prefix + space], capture_output=True)


def relayed(node, name):
    """Whether a peer is there through the relay, its pulses flowing."""
    return any(peer["name"] == name and peer["state"] == "fresh" and peer["address"] == "relay"
               and peer["secure"] for peer in node.status().get("peers", []))


def standing(node):
    return (node.status().get("relays") or [{}])[0]


def only_the_relay(workshop, check):
    """Two nodes that can reach only the relay exchange pulses; its death and return need nobody"""
    networks = Networks()
    try:
        relay = RelayProcess(workshop, address="0.0.0.0", port=9002,
                             prefix=networks.prefix_of("relay"))
        key = 'relay: {{ url: "ws://10.91.{}.1:9002" }}'
        a = workshop.node("a", address="10.91.1.2", port=7778, mesh_keys=[key.format(1)])
        b = workshop.node("b", address="10.91.2.2", port=7778, mesh_keys=[key.format(2)], join=a,
                          peers=["10.91.1.2:7778"])
        for node in (a, b):
            node.start(prefix=networks.prefix_of(node.name))
        reach = networks.inside("a", "ping", "-c1", "-W1", "10.91.2.2", check=False).returncode
        check(reach != 0, "neither can reach the other")
        meets = soon(30, lambda: relayed(a, "b") and relayed(b, "a"), every=0.3)
        check(meets, "they meet through the relay, over a secure link",
              (a.status().get("peers"), a.log()[-1500:]))
        check(standing(a) == {"url": "ws://10.91.1.1:9002", "state": "connected", "detail": "",
                              "nodes": 1}, "status tells of the relay", standing(a))
        check(soon(15, lambda: a.n() == 2 and b.n() == 2), "both count in the mesh state",
              (a.n(), b.n()))
        before, started = a.pulses_of("b"), time.monotonic()
        time.sleep(8)
        rate = (a.pulses_of("b") - before) / (time.monotonic() - started)
        check(1 < rate <= 2.3, f"pulses come at {rate:.2f} Hz, at most 2 by design")
        check(stays(3, lambda: a.n() == 2), "and stay fresh in between")
        relay.kill()
        check(soon(10, lambda: not a.peer_names() and not b.peer_names()),
              "without the relay they are alone", a.peer_names())
        check(standing(a)["state"] == "lost" and standing(a)["detail"], "which status tells",
              standing(a))
        relay.start()
        back = soon(60, lambda: relayed(a, "b") and relayed(b, "a"), every=0.3)
        check(back, "when it is back they meet again", a.log()[-1500:])
        check(soon(15, lambda: a.n() == 2), "and count again")
        stop, seconds = b.stop()
        check(stop == 0 and seconds < 2, "a node stops as quickly as ever", (stop, seconds))
        check(soon(10, lambda: not a.peer_names()), "the other notices")
        text = "".join(node.log() for node in (a, b))
        check(text.count("warning relay") + text.count(" warning relay:") <= 4,
              "the log tells once, not at every attempt")
    finally:
        for node in workshop.nodes:
            node.kill()
        networks.close()


def direct_is_preferred(workshop, check):
    """Where both ways stand the direct one is used, and the relay when that fails"""
    relay = RelayProcess(workshop)
    key = f'relay: {{ url: "{relay.url}" }}'
    a = workshop.node("a", mesh_keys=[key])
    b = workshop.node("b", mesh_keys=[key], join=a, peers=[a])
    a.start(), b.start()

    def direct(node, name):
        return any(p["name"] == name and p["state"] == "fresh" and p["address"] not in ("", "relay")
                   for p in node.status().get("peers", []))

    check(soon(20, lambda: direct(a, "b") and direct(b, "a")), "they are linked directly",
          a.status().get("peers"))
    check(stays(5, lambda: direct(a, "b") and direct(b, "a")), "and stay so")
    check(standing(a)["state"] == "connected", "though both are at the relay")


def foreign_relay(workshop, check):
    """A relay that is not ours: the real one's behaviour, without any of our additions"""
    port = free_port()
    relay = ForeignRelay(port, token="letmein")
    token = workshop.path("token")
    with open(os.open(token, os.O_CREAT | os.O_WRONLY, 0o600), "w") as file:
        file.write("letmein\n")
    key = f'relay: {{ url: "ws://127.0.0.1:{port}", token-file: {token} }}'
    a = workshop.node("a", mesh_keys=[key])
    b = workshop.node("b", mesh_keys=[key], join=a)
    a.start(), b.start()
    check(soon(30, lambda: relayed(a, "b") and relayed(b, "a"), every=0.3), "they meet there",
          a.log()[-1500:])
    hello, headers = relay.hellos[0]
    check(hello["token"] == "letmein" and headers.get("authorization") == "Bearer letmein",
          "the token is shown in both ways", (hello, headers))
    kinds = {message["payload"]["type"] for _, message in relay.heard}
    check(kinds == {"x-taumesh-link", "x-taumesh-pulse"}, "all it sees is sealed", kinds)
    text = str(relay.heard)
    check(CHANNEL not in text and "handshake" not in text, "no name of a channel among it")
    node = relay.hellos[0][0]["nodeId"]
    relay.close(node, 4004)
    name = a if a.status()["nodeId"] == node else b
    check(soon(5, lambda: "took this node's place" in standing(name).get("detail", "")),
          "who is replaced says so", standing(name))
    check(stays(5, lambda: node not in relay.clients), "and does not fight")
    count = len(relay.hellos)
    relay.stop()
    relay = ForeignRelay(port, token="changed")
    other = b if name is a else a
    check(soon(20, lambda: "Invalid token" in standing(other).get("detail", "")),
          "a token that is refused is told", standing(other))
    check(count >= 2 and len(relay.hellos) == 1, "and not tried at once again", len(relay.hellos))
    relay.stop()


def own_relay(workshop, check):
    """A node serves a relay beside its inputs"""
    port = free_port()
    key = f'relay: {{ url: "ws://127.0.0.1:{port}" }}'
    a = workshop.node("a", mesh_keys=[key],
                      sections=[f"relay: {{ address: 127.0.0.1, port: {port}, name: attic }}"])
    b = workshop.node("b", mesh_keys=[key], join=a)
    a.start(), b.start()
    check(soon(40, lambda: relayed(a, "b") and relayed(b, "a"), every=0.3),
          "its own node and another meet there", a.log()[-1500:])
    check(os.path.exists(a.path("relay.key")), "it has an identity of its own")
    check(f"serves at 127.0.0.1 port {port}" in a.log(), "which its log tells")


def wss(workshop, check):
    """Over TLS the relay has to prove who it is"""
    good, port = certificate(workshop, "good", "localhost"), free_port()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*good)
    relay = ForeignRelay(port, tls=context)
    key = f'relay: {{ url: "wss://localhost:{port}" }}'
    a = workshop.node("a", mesh_keys=[key], sections=[f"surface: {{ ca-file: {good[0]} }}"])
    b = workshop.node("b", mesh_keys=[key], join=a, sections=[f"surface: {{ ca-file: {good[0]} }}"])
    c = workshop.node("c", mesh_keys=[key], join=a)
    a.start(), b.start(), c.start()
    check(soon(30, lambda: relayed(a, "b") and relayed(b, "a"), every=0.3),
          "a relay with a trusted certificate is used", a.log()[-1500:])
    check(soon(10, lambda: standing(c).get("state") == "lost"), "one that is not trusted is not",
          standing(c))
    check(len(relay.clients) == 2, "and learns nothing", relay.hellos)
    relay.stop()


PARTS = [only_the_relay, direct_is_preferred, foreign_relay, own_relay, wss]
