# SPDX-License-Identifier: Apache-2.0
"""Applications at a node's socket, in either of the two framings of MMP's local IPC."""

import json
import socket
import struct
import time

from checks import soon


class Application:
    """One connection; `framed` speaks MMP frames, otherwise lines as SYM's own daemon does."""

    def __init__(self, path, framed=False):
        self.framed, self.held = framed, b""
        self.stream = socket.socket(socket.AF_UNIX)
        self.stream.settimeout(5)
        self.stream.connect(path)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        try:
            self.stream.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # The node has closed it already.
        self.stream.close()

    def encoded(self, **members):
        text = json.dumps(members).encode()
        return struct.pack(">I", len(text)) + text if self.framed else text + b"\n"

    def send(self, **members):
        self.stream.sendall(self.encoded(**members))

    def register(self, name, profile=None):
        self.send(type="register", name=name, cognitiveProfile=profile)
        return self.next(lambda text: text["type"] in ("registered", "error"))

    def ask(self, **members):
        """A request's result; events that come before it are passed over."""
        self.send(**members)
        return self.next(lambda text: text["type"] == "result" and text["action"] == members["type"])

    def next(self, wanted=lambda text: True, seconds=5):
        """The next text that is wanted; None when none comes in time or the node closes."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            text = self.taken()
            if text is None:
                self.stream.settimeout(max(0.01, end - time.monotonic()))
                try:
                    more = self.stream.recv(65536)
                except (TimeoutError, ConnectionResetError):
                    return None
                if not more:
                    return None
                self.held += more
            elif wanted(text):
                return text
        return None

    def taken(self):
        if self.framed:
            if len(self.held) < 4:
                return None
            end = 4 + struct.unpack(">I", self.held[:4])[0]
            if len(self.held) < end:
                return None
            text, self.held = self.held[4:end], self.held[end:]
        else:
            text, found, rest = self.held.partition(b"\n")
            if not found:
                return None
            self.held = rest
        return json.loads(text)

    def event(self, name, seconds=5):
        """The data of the next event of this name, or the frame itself where it is one."""
        found = self.next(lambda text: text.get("event") == name or text["type"] == name, seconds)
        return found.get("data", found) if found else None

    def is_closed(self, seconds=5):
        """Whether the node closes the connection in time."""
        self.stream.settimeout(seconds)
        try:
            while self.stream.recv(65536):
                pass
            return True
        except TimeoutError:
            return False
        except OSError:
            return True


def pair(workshop, **settings):
    """Two nodes with a microphone each that have joined and hear each other's pulses."""
    here = workshop.node("here", **settings).start()
    there = workshop.node("there", join=here, peers=[here]).start()
    if not soon(8, lambda: here.n() == 2 and there.n() == 2):
        raise RuntimeError(f"no mesh of two:\n{here.log()[-1000:]}\n{there.log()[-1000:]}")
    return here, there


def at(node, framed=False):
    return Application(node.path("node.sock"), framed)


def figures(node, name):
    """What `status` says of a virtual node."""
    return next((each for each in node.status().get("virtualNodes", [])
                 if each["name"] == name), {})
