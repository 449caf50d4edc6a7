# SPDX-License-Identifier: Apache-2.0
"""Nodes with a surface, and what speaks to them: requests, WebSockets, servers, a broker."""

import base64
import http.server
import json
import os
import socket
import ssl
import struct
import subprocess
import threading
import time

from checks import soon
from nodes import Node, free_port


class SurfaceNode(Node):
    """A node whose surface listens on a port of its own."""

    def __init__(self, workshop, name, surface="", **settings):
        super().__init__(workshop, name, ear=False, **settings)
        workshop.nodes.append(self)
        self.web_port, self.surface = free_port(), surface

    def configuration(self):
        return super().configuration() + f"surface: {{ port: {self.web_port}{self.surface} }}\n"

    def token(self):
        with open(self.path("surface.token")) as file:
            return file.read().strip()

    def surface_pid(self):
        """The process of the surface, 0 while there is none."""
        for entry in os.listdir("/proc"):
            try:
                with open(f"/proc/{entry}/stat") as file:
                    fields = file.read().rsplit(")", 1)[1].split()
                with open(f"/proc/{entry}/cmdline") as file:
                    words = file.read().split("\0")
            except (OSError, IndexError):
                continue
            if int(fields[1]) == self.pid and fields[0] != "Z" and "surface" in words:
                return int(entry)
        return 0

    def adapter(self, name):
        status = self.status()
        for entry in status.get("inputs", []) + status.get("outputs", []):
            if entry["id"] == name:
                return entry
        return {}

    def reading(self, name):
        """The newest value of an input; None where there is none."""
        readings = self.adapter(name).get("readings") or []
        return readings[0]["value"] if readings else None

    def shows(self, name, value, seconds=8):
        return soon(seconds, lambda: self.reading(name) == value)

    def channel(self, name):
        return next((c for c in self.status().get("channels", []) if c["name"] == name), {})

    def own(self, channel):
        """This node's own member of a channel."""
        members = self.channel(channel).get("members", [])
        return next((m for m in members if m["self"]), {})

    def listens(self):
        return soon(8, lambda: can_connect(self.web_port))

    def post(self, path, body, token=True, method="POST", headers=(), timeout=5):
        """(status, answer) of one request; (0, reason) when the connection just ends."""
        lines = [f"{method} {path} HTTP/1.1", "Host: node", "Connection: close"]
        if token:
            lines.append(f"Authorization: Bearer {self.token() if token is True else token}")
        if body is not None:
            lines.append(f"Content-Length: {len(body)}")
        text = "\r\n".join([*lines, *headers, "", ""]).encode()
        try:
            with socket.create_connection(("127.0.0.1", self.web_port), timeout) as link:
                link.settimeout(timeout)
                link.sendall(text + (body or b""))
                answer = read_all(link)
        except OSError as error:
            return 0, str(error)
        if not answer.startswith(b"HTTP/1.1 "):
            return 0, answer
        head, _, rest = answer.partition(b"\r\n\r\n")
        return int(head.split()[1]), rest


def read_all(link):
    parts = []
    try:
        while part := link.recv(65536):
            parts.append(part)
    except OSError:
        pass
    return b"".join(parts)


def can_connect(port):
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True
    except OSError:
        return False


class WebSocket:
    """A WebSocket client (RFC 6455), enough to send what a client may, and what it may not."""

    def __init__(self, port, path, token):
        self.link = socket.create_connection(("127.0.0.1", port), 5)
        self.link.settimeout(5)
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [f"GET {path} HTTP/1.1", "Host: node", "Upgrade: websocket", "Connection: Upgrade",
                 f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13"]
        if token:
            lines.append(f"Authorization: Bearer {token}")
        self.link.sendall("\r\n".join([*lines, "", ""]).encode())
        head = b""
        while b"\r\n\r\n" not in head:
            part = self.link.recv(1)
            if not part:
                break
            head += part
        self.status = int(head.split()[1]) if head else 0

    def send(self, text, opcode=1):
        data = text.encode() if isinstance(text, str) else text
        mask = os.urandom(4)
        size = len(data)
        head = bytes([0x80 | opcode])
        if size < 126:
            head += bytes([0x80 | size])
        elif size < 65536:
            head += bytes([0x80 | 126]) + struct.pack(">H", size)
        else:
            head += bytes([0x80 | 127]) + struct.pack(">Q", size)
        self.link.sendall(head + mask + bytes(b ^ mask[i % 4] for i, b in enumerate(data)))

    def receive(self):
        """(opcode, payload) of one frame; (None, b"") at the end."""
        try:
            head = self.link.recv(2)
            if len(head) < 2:
                return None, b""
            size = head[1] & 127
            if size == 126:
                size = struct.unpack(">H", self.link.recv(2))[0]
            data = b""
            while len(data) < size:
                data += self.link.recv(size - len(data))
            return head[0] & 15, data
        except OSError:
            return None, b""

    def close(self):
        self.link.close()


class Server:
    """An HTTP server; `answer(path, body)` gives (status, bytes) or a list of parts to stream, and
    headers after them if there are more."""

    def __init__(self, answer, certificate=None, pause=0.0, port=0):
        self.requests, outer = [], self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def reply(self, body):
                outer.requests.append((self.path, body, dict(self.headers)))
                status, content, *more = answer(self.path, body)
                self.send_response(status)
                for header in more:
                    self.send_header(*header)
                if isinstance(content, list):
                    self.send_header("Content-Type", "text/event-stream")
                    self.send_header("Connection", "close")
                    self.end_headers()
                    for part in content:
                        self.wfile.write(part)
                        self.wfile.flush()
                        time.sleep(pause)
                    self.close_connection = True
                else:
                    self.send_header("Content-Length", str(len(content)))
                    self.end_headers()
                    self.wfile.write(content)

            def do_GET(self):
                self.reply(b"")

            def do_POST(self):
                self.reply(self.rfile.read(int(self.headers["Content-Length"])))

            def log_message(self, *_):
                pass

        class Quiet(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_):
                pass

        self.server = Quiet(("127.0.0.1", port), Handler)
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def certificate(workshop, name, host):
    """A self-signed certificate for a host: (certificate file, key file)."""
    files = workshop.path(f"{name}.crt"), workshop.path(f"{name}.key")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
         f"/CN={host}", "-addext", f"subjectAltName=DNS:{host}", "-out", files[0], "-keyout",
         files[1]], check=True, capture_output=True)
    return files


class Broker:
    """A Mosquitto with one user, and how it is published to."""

    USER, PASSWORD = "board", "a-password-of-the-broker"

    def __init__(self, workshop):
        self.workshop, self.port, self.process = workshop, free_port(), None
        self.anonymous_port = free_port()
        self.passwords = workshop.path("passwords")
        subprocess.run(
            ["mosquitto_passwd", "-b", "-c", self.passwords, self.USER, self.PASSWORD], check=True,
            capture_output=True)
        os.chmod(self.passwords, 0o644)
        with open(workshop.path("mosquitto.conf"), "w") as file:
            file.write(
                "per_listener_settings true\n"
                f"listener {self.port} 127.0.0.1\npassword_file {self.passwords}\n"
                f"allow_anonymous false\nlistener {self.anonymous_port} 127.0.0.1\n"
                "allow_anonymous true\n")

    def start(self):
        self.process = subprocess.Popen(
            ["mosquitto", "-c", self.workshop.path("mosquitto.conf")], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.workshop.others.append(self.process)
        soon(5, lambda: can_connect(self.anonymous_port))
        return self

    def stop(self):
        self.process.terminate()
        self.process.wait()

    def publish(self, topic, message):
        """Publishes as MQTT 3.1.1 has it: CONNECT, PUBLISH with QoS 0, DISCONNECT."""
        def text(value):
            data = value.encode() if isinstance(value, str) else value
            return struct.pack(">H", len(data)) + data

        def packet(kind, body):
            size, head = len(body), b""
            while True:
                size, digit = size >> 7, size & 127
                head += bytes([digit | (128 if size else 0)])
                if not size:
                    return bytes([kind]) + head + body

        body = message if isinstance(message, bytes) else str(message).encode()
        with socket.create_connection(("127.0.0.1", self.port), 5) as link:
            link.sendall(packet(
                0x10, text("MQTT") + bytes([4, 0xC2, 0, 30]) + text("test-publisher")
                + text(self.USER) + text(self.PASSWORD)))
            if link.recv(4)[3:] != b"\0":
                raise RuntimeError("the broker refuses the publisher")
            link.sendall(packet(0x30, text(topic) + body) + packet(0xE0, b""))
            read_all(link)


def numbers(kind, name, **keys):
    """The YAML of an input of numbers that a test reads back."""
    settings = {"noise-floor": "[0.1]", "every": "1s", "channel": f"{name}-channel", **keys}
    words = ", ".join(f"{key}: {value}" for key, value in settings.items())
    return f"{{ id: {name}, type: {kind}, {words} }}"


def phase(angle_re, angle_im, coherence=1.0):
    return json.dumps({
        "node_id": "x", "phase": {"real": angle_re, "imag": angle_im}, "coherence": coherence,
        "timestamp": 1}).encode()
