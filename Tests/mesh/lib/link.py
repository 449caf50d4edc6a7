# SPDX-License-Identifier: Apache-2.0
"""A Taumesh link spoken by PyPI's `noiseprotocol`, as a member or as an attacker would."""

import base64
import hashlib
import hmac
import json
import os
import socket
import struct

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from noise.connection import Keypair, NoiseConnection

PROLOGUE = b"TAU1 taumesh-link 1"
LARGEST = 16384 - 17  # Content of one record.


class Refused(Exception):
    """The other side has closed."""


class Identity:
    """An Ed25519 key, its X25519 form and the nodeId that follows from it."""

    def __init__(self, seed=None):
        self.seed = seed or os.urandom(32)
        key = Ed25519PrivateKey.from_private_bytes(self.seed).public_key()
        self.public = key.public_bytes(
            serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        self.agreement = hashlib.sha512(self.seed).digest()[:32]
        self.node_id = node_id(self.public)


def node_id(public):
    digest = bytearray(hashlib.blake2b(public, digest_size=16).digest())
    digest[6], digest[8] = digest[6] & 0x0F | 0x80, digest[8] & 0x3F | 0x80
    text = digest.hex()
    return "-".join([text[:8], text[8:12], text[12:16], text[16:20], text[20:]])


def psk(mesh, secret):
    parts = bytes([len(mesh)]) + mesh.encode() + bytes([len(secret)]) + secret
    return hashlib.blake2b(b"taumesh-psk" + parts, digest_size=32).digest()


class Link:
    """One stream; `hello` says what is claimed inside the handshake, truly by default."""

    def __init__(self, stream, identity, mesh, secret, udp_port=0, session=1, boot=1,
                 public=None):
        self.stream, self.identity = stream, identity
        self.stream.settimeout(5)
        self.hello = b"\x01" + (public or identity.public) + struct.pack(
            ">IIIH", 0, boot, session, udp_port)
        self.noise = NoiseConnection.from_name(b"Noise_XXpsk0_25519_ChaChaPoly_SHA256")
        self.noise.set_psks(psk=psk(mesh, secret))
        self.noise.set_prologue(PROLOGUE)
        self.noise.set_keypair_from_private_bytes(Keypair.STATIC, identity.agreement)
        self.sent = self.received = b""  # What was said inside, in the clear.
        self.buffer = b""

    @classmethod
    def connect(cls, place, *arguments, **named):
        return cls(socket.create_connection(place, timeout=5), *arguments, **named)

    # The handshake, in steps so that an attacker may stop between them.

    def begin(self):
        """Sends the dialer's first message."""
        self.noise.set_as_initiator()
        self.noise.start_handshake()
        self.is_dialer = True
        self.stream.sendall(b"TAU1" + framed(self.noise.write_message()))

    def finish(self):
        """Takes the answer and sends the last message."""
        self.peer(self.noise.read_message(self.message()))
        self._remember()
        self.stream.sendall(framed(self.noise.write_message(self.hello)))
        self._export()

    def dial(self):
        self.begin()
        self.finish()
        return self

    def answer(self):
        """The listener's side of it."""
        self.noise.set_as_responder()
        self.noise.start_handshake()
        self.is_dialer = False
        if self.exactly(4) != b"TAU1":
            raise Refused("not a link")
        self.noise.read_message(self.message())
        self._remember()
        self.stream.sendall(framed(self.noise.write_message(self.hello)))
        self.peer(self.noise.read_message(self.message()))
        self._export()
        return self

    def peer(self, hello):
        hello = bytes(hello)
        self.peer_public = hello[1:33]
        _, self.peer_boot, self.peer_session, self.peer_udp = struct.unpack(
            ">IIIH", hello[33:47])

    def _remember(self):
        # The library drops both with the last message.
        self._symmetric = self.noise.noise_protocol.symmetric_state

    def _export(self):
        key, digest = self._symmetric.ck, self.noise.get_handshake_hash()
        keys = [hmac.new(key, b"taumesh pulse " + name + digest, hashlib.sha256).digest()
                for name in (b"initiator", b"responder")]
        self.sending, self.receiving = keys if self.is_dialer else keys[::-1]

    # Bytes

    def exactly(self, count):
        data = b""
        while len(data) < count:
            try:
                chunk = self.stream.recv(count - len(data))
            except ConnectionError:
                chunk = b""
            if not chunk:
                raise Refused(f"closed after {len(data)} of {count} bytes")
            data += chunk
        return data

    def message(self):
        return self.exactly(struct.unpack(">H", self.exactly(2))[0])

    def send(self, content):
        """Sends bytes of the stream inside."""
        self.sent += content[:4096]
        out = b""
        for start in range(0, len(content), LARGEST):
            out += framed(self.noise.encrypt(b"\x00" + content[start:start + LARGEST]))
        try:
            self.stream.sendall(out)
        except ConnectionError:
            raise Refused("closed while writing") from None

    def send_frame(self, value):
        self.send(frame(value))

    def read_frame(self):
        """The next frame, with pings answered."""
        while True:
            while len(self.buffer) >= 4:
                length = struct.unpack(">I", self.buffer[:4])[0]
                if len(self.buffer) < 4 + length:
                    break
                value = json.loads(self.buffer[4:4 + length])
                self.buffer = self.buffer[4 + length:]
                if value["type"] != "ping":
                    return value
                self.send_frame({"type": "pong"})
            record = bytes(self.noise.decrypt(self.message()))
            if record[0] == 0:
                self.received += record[1:]
                self.buffer += record[1:]

    def greet(self, name, mesh, boot=1, node=None, inputs=(), **changes):
        """Sends the MMP handshake of a Taumesh node."""
        text = {
            "type": "handshake", "nodeId": node or self.identity.node_id, "name": name,
            "version": "0.2.3", "extensions": [], "room": mesh, "group": mesh,
            "publicKey": base64.urlsafe_b64encode(self.identity.public).decode().rstrip("="),
            "taumesh": {"profile": "server", "tick": 10, "pulseInterval": 200,
                        "version": "0.1.0", "boot": boot, "inputs": list(inputs),
                        "outputs": []}}
        text.update(changes)
        self.send_frame(text)

    def is_closed(self, seconds=3):
        """Whether the other side closes within so many seconds."""
        self.stream.settimeout(seconds)
        try:
            while self.stream.recv(65536):
                pass
            return True
        except ConnectionError:
            return True
        except TimeoutError:
            return False

    def close(self):
        self.stream.close()


def framed(message):
    return struct.pack(">H", len(message)) + bytes(message)


def frame(value):
    text = value if isinstance(value, bytes) else json.dumps(value).encode()
    return struct.pack(">I", len(text)) + text
