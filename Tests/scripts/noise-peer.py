#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A Taumesh secure link on PyPI's `noiseprotocol`, without any code of Taumesh.

    noise-peer.py initiator|responder

speaks the link on standard input and output: a handshake with the mesh "home" of secret 50…81 as
the identity of seed 90…121, then one record with the pulse keys it exported (64 bytes, sending
first), then it answers every record with its content reversed; content beginning with `R` makes
it change its key before it answers. It ends with its input, 0 when all was well.

The packages live in a venv under $TAUMESH_CACHE (else ~/.cache/taumesh) that the first run makes;
later runs need no network.
"""
import fcntl
import hashlib
import hmac
import os
import signal
import struct
import subprocess
import sys
import venv

NOISEPROTOCOL = "0.3.1"
P = 2**255 - 19


def cache():
    home = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return os.environ.get("TAUMESH_CACHE") or os.path.join(home, "taumesh")


def make_venv():
    """The folder of the venv, which is made when it is not there."""
    version = "%d.%d" % sys.version_info[:2]
    place = os.path.join(cache(), "noise-peer-%s-python%s" % (NOISEPROTOCOL, version))
    python = os.path.join(place, "bin", "python")
    os.makedirs(cache(), exist_ok=True)
    with open(place + ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not os.path.exists(os.path.join(place, "ready")):
            venv.create(place, clear=True, with_pip=True)
            subprocess.run(
                [python, "-m", "pip", "install", "-q", "--disable-pip-version-check",
                 "noiseprotocol==" + NOISEPROTOCOL, "cryptography"],
                check=True, stdout=sys.stderr, stdin=subprocess.DEVNULL)
            open(os.path.join(place, "ready"), "w").close()
    return place


def enter_venv():
    """Runs this script again in the venv."""
    python = os.path.join(make_venv(), "bin", "python")
    os.execv(python, [python, os.path.abspath(__file__), *sys.argv[1:], "--in-venv"])


def read(count):
    data = sys.stdin.buffer.read(count)
    if len(data) < count:
        sys.exit(0 if not data else "input ended inside a message")
    return data


def read_message():
    return read(struct.unpack(">H", read(2))[0])


def write(data):
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def write_message(message):
    write(struct.pack(">H", len(message)) + bytes(message))


def hello(public):
    return b"\x01" + public + struct.pack(">IIIH", 0, 0xB007, 0x5E551001, 7778)


def check_hello(payload, remote_static):
    """The peer's X25519 key is the Montgomery form of its Ed25519 key."""
    assert len(payload) >= 47 and payload[0] == 1, payload
    y = int.from_bytes(payload[1:33], "little") & (2**255 - 1)
    u = (1 + y) * pow(1 - y, P - 2, P) % P
    assert u.to_bytes(32, "little") == remote_static, "static key is not that of the identity"


def handshake(role):
    from cryptography.hazmat.primitives import serialization as s
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from noise.connection import Keypair, NoiseConnection

    seed, secret = bytes(range(90, 122)), bytes(range(50, 82))
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes(
        s.Encoding.Raw, s.PublicFormat.Raw)
    parts = b"taumesh-psk" + b"\x04home" + b"\x20" + secret
    link = NoiseConnection.from_name(b"Noise_XXpsk0_25519_ChaChaPoly_SHA256")
    link.set_psks(psk=hashlib.blake2b(parts, digest_size=32).digest())
    link.set_prologue(b"TAU1 taumesh-link 1")
    link.set_keypair_from_private_bytes(Keypair.STATIC, hashlib.sha512(seed).digest()[:32])
    link.set_as_initiator() if role == "initiator" else link.set_as_responder()
    link.start_handshake()
    # Both are dropped by the library with the last message.
    state = link.noise_protocol.handshake_state
    symmetric = link.noise_protocol.symmetric_state
    if role == "initiator":
        write(b"TAU1")
        write_message(link.write_message())
        payload = link.read_message(read_message())
        write_message(link.write_message(hello(public)))
    else:
        assert read(4) == b"TAU1"
        assert link.read_message(read_message()) == b""
        write_message(link.write_message(hello(public)))
        payload = link.read_message(read_message())
    check_hello(bytes(payload), state.rs.public_bytes)
    return link, symmetric.ck, link.get_handshake_hash()


def main(role):
    signal.alarm(60)
    link, chaining_key, handshake_hash = handshake(role)

    def export(name):
        label = b"taumesh pulse " + name
        return hmac.new(chaining_key, label + handshake_hash, hashlib.sha256).digest()

    keys = [export(b"initiator"), export(b"responder")]
    keys = keys if role == "initiator" else keys[::-1]
    write_message(link.encrypt(b"\x00" + keys[0] + keys[1]))
    while True:
        record = bytes(link.decrypt(read_message()))
        if record == b"\x01":
            link.rekey_inbound_cipher()
            continue
        assert record[0] == 0, record
        if record[1:2] == b"R":
            write_message(link.encrypt(b"\x01"))
            link.rekey_outbound_cipher()
        write_message(link.encrypt(b"\x00" + record[:0:-1]))


if __name__ == "__main__":
    if sys.argv[1:2] not in (["initiator"], ["responder"]):
        sys.exit(__doc__)
    main(sys.argv[1]) if "--in-venv" in sys.argv else enter_venv()
