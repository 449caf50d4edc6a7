# SPDX-License-Identifier: Apache-2.0
"""A relay that shares no code with ours: what sym-relay 0.1.2 does, on PyPI's `websockets`."""

import json
import logging
import threading
import time

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import serve


# What clients do to it is told by the checks.
logging.getLogger("websockets").setLevel(logging.CRITICAL + 1)


class ForeignRelay:
    """Serves one channel at `port`; `token` is asked for, `tls` is an SSL context."""

    def __init__(self, port, token=None, tls=None, address="127.0.0.1"):
        self.token, self.clients, self.lock = token, {}, threading.Lock()
        self.heard, self.hellos = [], []
        self.server = serve(self.handle, address, port, ssl=tls, max_size=None)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        threading.Thread(target=self.ping, daemon=True).start()
        self.is_open = True

    def handle(self, link):
        try:
            hello = json.loads(link.recv(timeout=10))
            self.hellos.append((hello, {k.lower(): v for k, v in link.request.headers.raw_items()}))
            if hello.get("type") != "relay-auth" or not hello.get("nodeId") or not hello.get("name"):
                return link.close(4002)
            if self.token and hello.get("token") != self.token:
                link.send(json.dumps({"type": "relay-error", "message": "Invalid token"}))
                return link.close(4003)
            self.serve(link, hello["nodeId"], hello["name"])
        except (ConnectionClosed, TimeoutError):
            pass

    def serve(self, link, node, name):
        with self.lock:
            others = [(key, other) for key, other in self.clients.items() if key != node]
            self.clients[node] = (link, name)
        link.send(json.dumps({"type": "relay-peers", "peers": [
            {"nodeId": key, "name": other[1]} for key, other in others]}))
        self.tell(node, {"type": "relay-peer-joined", "nodeId": node, "name": name})
        try:
            for text in link:
                message = json.loads(text)
                if message.get("type") == "relay-pong" or "payload" not in message:
                    continue
                self.heard.append((node, message))
                out = {"from": node, "fromName": name, "payload": message["payload"]}
                if message.get("to"):
                    self.send(message["to"], out)
                else:
                    self.tell(node, out)
        finally:
            with self.lock:
                if self.clients.get(node, (None,))[0] is link:
                    del self.clients[node]
            self.tell(node, {"type": "relay-peer-left", "nodeId": node, "name": name})

    def send(self, node, message):
        with self.lock:
            link = self.clients.get(node, (None,))[0]
        try:
            if link:
                link.send(json.dumps(message))
        except ConnectionClosed:
            pass

    def tell(self, sender, message):
        with self.lock:
            others = [node for node in self.clients if node != sender]
        for node in others:
            self.send(node, message)

    def ping(self):
        while True:
            time.sleep(10)
            self.tell(None, {"type": "relay-ping"})

    def close(self, node, code):
        with self.lock:
            link = self.clients.pop(node)[0]
        link.close(code)

    def stop(self):
        self.server.shutdown()
        with self.lock:
            links = [link for link, _ in self.clients.values()]
        for link in links:
            link.socket.close()
