#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prints Tests/vectors/pulse-golden.json, made without any code of Taumesh.

Needs PyPI's `cryptography` (`pip install cryptography`) and the standard library. The layout is
written here a second time, from the description of the protocol, on purpose.
"""
import hashlib
import json
import struct

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

KEY = bytes(range(0x40, 0x60))
SESSION = 0xA1B2C007


def channel(name):
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=16).digest()[:4], "little")


def datagram(kind, counter, body):
    header = struct.pack("<BIQ", 0x10 | kind, SESSION, counter)
    nonce = bytes(4) + struct.pack("<Q", counter)
    return header + ChaCha20Poly1305(KEY).encrypt(nonce, body, header)


def pulse(name):
    return struct.pack(
        "<QIIIffIfHBBfQ", 123_456_789_012_345, 0xDEADBEEF, 4_242, channel(name),
        0.6, -0.8, 50_012_345, 6.2831855, 61, 200, 0b101, 5.0, 0x0123456789ABCDEF)


def node(public):
    digest = bytearray(hashlib.blake2b(public, digest_size=16).digest())
    digest[6] = digest[6] & 0x0F | 0x80
    digest[8] = digest[8] & 0x3F | 0x80
    text = digest.hex()
    return "-".join([text[:8], text[8:12], text[12:16], text[16:20], text[20:]])


def psk(mesh, secret):
    parts = b"taumesh-psk" + bytes([len(mesh)]) + mesh + bytes([len(secret)]) + secret
    return hashlib.blake2b(parts, digest_size=32).hexdigest()


def public_key(seed):
    from cryptography.hazmat.primitives import serialization as s
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.from_private_bytes(seed).public_key()
    return key.public_bytes(s.Encoding.Raw, s.PublicFormat.Raw)


SEED = bytes(range(1, 33))
print(json.dumps({
    "source": "Tests/scripts/pulse-golden.py with PyPI cryptography",
    "key": KEY.hex(),
    "session": SESSION,
    "channel": channel("hum"),
    "pulse": {"counter": 258, "datagram": datagram(1, 258, pulse("hum")).hex()},
    "ping": {"counter": 0, "datagram": datagram(2, 0, struct.pack("<Q", 7_000_000_001)).hex()},
    "ack": {
        "counter": 2**40 + 3,
        "datagram": datagram(
            3, 2**40 + 3, struct.pack("<QQQ", 7_000_000_001, 9_000_000_002, 9_000_000_500)).hex(),
    },
    "identity": {
        "seed": SEED.hex(), "publicKey": public_key(SEED).hex(), "node": node(public_key(SEED))},
    "psk": psk(b"home", bytes(range(50, 82))),
}, indent=1))
