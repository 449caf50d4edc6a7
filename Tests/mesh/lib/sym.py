# SPDX-License-Identifier: Apache-2.0
"""A node of the Mesh Memory Protocol as nodes in the field speak it, written from their bytes alone.

Current: sym 0.12 (two-section blocks, Merkle keys, mmp-sig-v2). Original: MMP 0.2.0.
"""

import base64
import hashlib
import json
import os
import socket
import threading
import time
import unicodedata
import uuid

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey, Ed25519PublicKey)
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CATEGORIES = ("focus", "issue", "intent", "motivation", "commitment", "perspective", "mood")
INFO_PREFIX = bytes.fromhex("302a300506032b656e032100")


def lp(value):
    data = value if isinstance(value, bytes) else str(value).encode()
    return str(len(data)).encode() + b":" + data


def nfc(text):
    return unicodedata.normalize("NFC", text)


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unbase64url(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def raw(key):
    """The 32 bytes of a public key."""
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def leaf(name, text):
    return hashlib.sha256(b"mmp-cmb-v1\n" + lp(name) + lp(nfc(text))).digest()


def block_key(texts):
    level = [hashlib.sha256(b"\0" + leaf(name, texts.get(name, ""))).digest()
             for name in CATEGORIES]
    while len(level) > 1:
        level = [hashlib.sha256(b"\1" + b"".join(level[i:i + 2])).digest()
                 if i + 1 < len(level) else level[i] for i in range(0, len(level), 2)]
    return "cmb-" + level[0].hex()


def payload(cmb):
    """What mmp-sig-v2 signs of a block."""
    data, parents = cmb["metadata"], (cmb["metadata"].get("lineage") or {}).get("parents", [])
    lineage = b"mmp-fp-v1\n"
    for name in CATEGORIES:
        refs = sorted(cmb["categories"][name].get("meta", {}).get("parents", []))
        lineage += lp(name) + lp(len(refs)) + b"".join(map(lp, refs))
    return (b"mmp-sig-v2\n" + lp(data["key"]) + lp(nfc(data["createdBy"]))
            + lp(data["createdTimestamp"]) + lp(nfc(data.get("room") or ""))
            + lp(data.get("to") or "") + lp(len(parents)) + b"".join(map(lp, sorted(parents)))
            + lp(hashlib.sha256(lineage).hexdigest()))


class Sym:
    """One connection to a node at `place`; frames that come are kept in `frames`."""

    def __init__(self, place, name="ref-peer", room="home", is_original=False, seals=False):
        self.name, self.room, self.is_original = name, room, is_original
        self.node_id = str(uuid.uuid4())
        self.key = Ed25519PrivateKey.generate()
        self.sealing = X25519PrivateKey.generate() if seals else None
        self.frames, self.is_open = [], True
        host, port = place.rsplit(":", 1)
        self.stream = socket.create_connection((host, int(port)), timeout=5)
        self.stream.settimeout(None)
        self.send(self.handshake())
        threading.Thread(target=self.read, daemon=True).start()

    def handshake(self):
        hello = {"type": "handshake", "nodeId": self.node_id, "name": self.name}
        if self.is_original:
            return hello
        hello.update(version="0.2.3", extensions=[], room=self.room,
                     publicKey=base64url(raw(self.key)),
                     lifecycleRole="participant")
        if self.sealing:
            hello["e2ePublicKey"] = base64.b64encode(INFO_PREFIX + raw(self.sealing)).decode()
        return hello

    def send(self, frame):
        data = frame if isinstance(frame, bytes) else json.dumps(
            frame, ensure_ascii=False, separators=(",", ":")).encode()
        self.stream.sendall(len(data).to_bytes(4, "big") + data)

    def read(self):
        buffer = b""
        while True:
            try:
                data = self.stream.recv(65536)
            except OSError:
                data = b""
            if not data:
                self.is_open = False
                return
            buffer += data
            while len(buffer) >= 4 and len(buffer) >= 4 + int.from_bytes(buffer[:4], "big"):
                end = 4 + int.from_bytes(buffer[:4], "big")
                frame = json.loads(buffer[4:end])
                buffer = buffer[end:]
                if frame["type"] == "ping":
                    self.send({"type": "pong"})
                self.frames.append(frame)

    def of(self, kind):
        return [frame for frame in self.frames if frame["type"] == kind]

    def block(self, texts, to=None, room=None, parents=None, signed=True):
        """A frame with a block that says `texts`."""
        categories = {}
        for name in CATEGORIES:
            text = texts.get(name, "neutral")
            categories[name] = {"text": text, "meta": {
                "key": leaf(name, text).hex(), "parents": []}}
        key = block_key({name: categories[name]["text"] for name in CATEGORIES})
        cmb = {"categories": categories, "metadata": {
            "key": key, "createdBy": self.name, "createdTimestamp": int(time.time() * 1000),
            "lineage": {"parents": parents, "method": "emit"} if parents else None,
            "room": room or self.room, "to": to}}
        if signed:
            cmb["metadata"].update(sig=base64url(self.key.sign(payload(cmb))), sigAlg="ed25519")
        frame = {"type": "cmb", "timestamp": int(time.time() * 1000), "cmb": cmb}
        if to:
            frame.update(to=to, directed=True)
        return frame

    def opened(self, cmb, hello):
        """The block with its categories in the clear."""
        if isinstance(cmb["categories"], dict):
            return cmb
        theirs = base64.b64decode(hello["e2ePublicKey"])[-32:]
        secret = self.sealing.exchange(X25519PublicKey.from_public_bytes(theirs))
        text = AESGCM(secret).decrypt(base64.b64decode(cmb["_e2e"]["nonce"]),
                                      base64.b64decode(cmb["categories"]), None)
        return dict(cmb, categories=json.loads(text))

    @staticmethod
    def is_valid(cmb, hello):
        """Whether the key is that of the categories, and the signature that of the handshake."""
        texts = {name: cmb["categories"][name]["text"] for name in CATEGORIES}
        if block_key(texts) != cmb["metadata"]["key"]:
            return False
        key = Ed25519PublicKey.from_public_bytes(unbase64url(hello["publicKey"]))
        try:
            key.verify(unbase64url(cmb["metadata"]["sig"]), payload(cmb))
            return True
        except InvalidSignature:
            return False

    def close(self):
        self.stream.close()


def random_state(size=32):
    """A state that has nothing to do with any other."""
    numbers = [byte / 128 - 1 for byte in os.urandom(2 * size)]
    return {"type": "state-sync", "h1": numbers[:size], "h2": numbers[size:], "confidence": 0.8}
