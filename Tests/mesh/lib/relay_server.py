# SPDX-License-Identifier: Apache-2.0
"""`taumesh relay` as a process, and its clients on PyPI's `websockets`, as SYM nodes are."""

import json
import os
import subprocess
import urllib.request

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from checks import soon
from nodes import PROGRAM, free_port


class RelayProcess:
    """One relay with its state folder; `prefix` is what it is started through."""

    def __init__(self, workshop, *words, name="relay", address="127.0.0.1", port=None, prefix=()):
        self.workshop, self.words, self.prefix = workshop, words, prefix
        self.directory, self.address = workshop.path(name), address
        self.port = port or free_port()
        self.process = None
        self.start()

    def start(self):
        before = self.log().count("listens on")
        with open(self.directory + ".log", "a") as log:
            self.process = subprocess.Popen(
                [*self.prefix, PROGRAM, "relay", "--state", self.directory, "--address",
                 self.address, "--port", str(self.port), *self.words], stdin=subprocess.DEVNULL,
                stdout=log, stderr=log)
        self.workshop.others.append(self.process)
        if not soon(10, lambda: self.log().count("listens on") > before):
            raise RuntimeError("the relay does not start")

    def stop(self):
        self.process.terminate()
        return self.process.wait(10)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def log(self):
        if not os.path.exists(self.directory + ".log"):
            return ""
        with open(self.directory + ".log", errors="replace") as file:
            return file.read()

    @property
    def url(self):
        return f"ws://{self.address}:{self.port}"

    def kib(self, word="VmRSS:"):
        with open(f"/proc/{self.process.pid}/status") as lines:
            return sum(int(line.split()[1]) for line in lines if line.startswith(word))

    def health(self):
        with urllib.request.urlopen(f"http://{self.address}:{self.port}/health", timeout=5) as answer:
            return json.load(answer)

    def identity(self):
        """The relay's own nodeId, as a client is told it."""
        client = Client(self, f"asks-{os.urandom(4).hex()}")
        peers = client.next("relay-peers")["peers"]
        client.close()
        return next(peer["nodeId"] for peer in peers if peer.get("relay"))


class Client:
    """A node at the relay that speaks as sym 0.12.1 does; `auth=False` says nothing at first."""

    def __init__(self, relay, node, name=None, token=None, path="/", bearer=None, wake=None, auth=True):
        headers = {"Authorization": f"Bearer {bearer}"} if bearer else None
        self.node, self.name = node, name or node.upper()
        self.link = connect(getattr(relay, "url", relay) + path, additional_headers=headers,
                            max_size=None, open_timeout=10, compression="deflate")
        if auth:
            hello = {"type": "relay-auth", "nodeId": node, "name": self.name}
            if token:
                hello["token"] = token
            if wake:
                hello["wakeChannel"] = wake
            self.send(hello)

    def send(self, message):
        self.link.send(message if isinstance(message, str) else json.dumps(message))

    def text(self, seconds=5):
        """The next message as it came; relay pings are answered and left out."""
        while True:
            text = self.link.recv(timeout=seconds)
            if text != '{"type":"relay-ping"}':
                return text
            self.send({"type": "relay-pong"})

    def receive(self, seconds=5):
        return json.loads(self.text(seconds))

    def next(self, kind, seconds=5):
        """The next message, or payload, of a type."""
        while True:
            message = self.receive(seconds)
            if message.get("type") == kind or message.get("payload", {}).get("type") == kind:
                return message

    def silent(self, seconds=0.5):
        """Whether nothing comes but what the relay says of itself."""
        try:
            while True:
                message = self.receive(seconds)
                if message.get("fromName") != "relay":
                    return False
        except TimeoutError:
            return True

    def closing(self, seconds=30):
        """The code with which the relay closes."""
        try:
            while True:
                self.link.recv(timeout=seconds)
        except ConnectionClosed as end:
            return end.rcvd.code if end.rcvd else 0
        except TimeoutError:
            return None

    def close(self):
        self.link.close()
