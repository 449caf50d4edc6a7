#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Makes Documentation/interop/mesh-group-vectors.json, by another program than the one it tests.

Written from the specifications alone: Mesh Group 0.1.0, Mesh Room 0.2.0, MMP 2.0 §8, RFC 6763.
Usage: Tests/scripts/mesh-group-vectors.py [--check]   (needs the Python package cryptography)
"""

import base64
import datetime
import hashlib
import json
import os
import struct
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "Tests/mesh/lib"))

import packages

packages.enter()

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

FILE = os.path.join(ROOT, "Documentation/interop/mesh-group-vectors.json")
SEED = bytes(range(32))
GROUP = "550e8400-e29b-41d4-a716-446655440000"
LABEL = "Living Room Sunday"
NAME = "kitchen"
ROOM = "default"
TIME = 1795251470350
EXPIRES = "2026-11-22T20:00:00Z"
TOKEN = "s3cret-token_43"
CATEGORIES = ["focus", "issue", "intent", "motivation", "commitment", "perspective", "mood"]
FORMS = {
    "mesh-group-v0.1.0": ("_mmp-mesh-group._tcp", "group", "0.2.2"),
    "mesh-room-v0.2.0": ("_mmp-mesh-room._tcp", "room", "2.0"),
}

private = Ed25519PrivateKey.from_private_bytes(SEED)
public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
member = hashlib.sha256(public).hexdigest()[:16]


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def node_id():
    """UUID version 8 of BLAKE2b-128 of the key: how a Taumesh node names itself."""
    digest = bytearray(hashlib.blake2b(public, digest_size=16).digest())
    digest[6] = digest[6] & 0x0F | 0x80
    digest[8] = digest[8] & 0x3F | 0x80
    text = digest.hex()
    return "-".join([text[:8], text[8:12], text[12:16], text[16:20], text[20:]])


def txt(form, label):
    service, word, version = FORMS[form]
    texts = [f"{word}_id={GROUP}"]
    if label and len(label.encode()) <= 64:
        texts.append(f"{word}_label={label}")
    texts += [f"mmp_version={version}", f"member_identity={member}"]
    wire = b"".join(bytes([len(t.encode())]) + t.encode() for t in texts)
    assert len(wire) <= 400
    return {"form": form, "service": service, "instance": f"{member}-{GROUP}", "label": label,
            "texts": texts, "bytes": wire.hex()}


def lp(*parts):
    """Each part behind its length in decimal and a colon."""
    encoded = [p if isinstance(p, bytes) else str(p).encode() for p in parts]
    return b"".join(str(len(p)).encode() + b":" + p for p in encoded)


def sha256(data):
    return hashlib.sha256(data).digest()


def leaf(name, text):
    return sha256(b"mmp-cmb-v1\n" + lp(name, text))


def block_key(texts):
    level = [sha256(b"\0" + leaf(name, texts[name])) for name in CATEGORIES]
    while len(level) > 1:
        level = [sha256(b"\1" + level[i] + level[i + 1]) if i + 1 < len(level) else level[i]
                 for i in range(0, len(level), 2)]
    return "cmb-" + level[0].hex()


def dump(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def cmb(texts, numbers, event):
    texts = {name: texts.get(name, "") for name in CATEGORIES}
    application = {"extension": "mesh-room-v0.2.0", "roomId": GROUP}
    if event:
        application |= {"event": event, "roomLabel": LABEL}
    data = dump(application).encode()
    digest = "sha256-" + sha256(data).hex()
    commitment = sha256(
        b"mmp-app-v1\n" + lp("1", "application/json", "", "base64url", len(data), digest)).hex()
    key = block_key(texts)
    lineage = sha256(b"mmp-fp-v1\n" + b"".join(lp(name, 0) for name in CATEGORIES)).hex()
    payload = b"mmp-sig-v2.0\n" + lp(
        "2.0", "mmp-cmb-merkle-v2", key, node_id(), NAME, TIME, ROOM, "", 0, lineage, commitment)
    categories = {}
    for name in CATEGORIES:
        categories[name] = {"text": texts[name]}
        if name == "mood" and numbers:
            categories[name] |= {"valence": numbers[0], "arousal": numbers[1]}
        categories[name]["meta"] = {"key": leaf(name, texts[name]).hex(), "parents": []}
    frame = {"type": "cmb", "timestamp": TIME, "cmb": {
        "categories": categories,
        "metadata": {
            "key": key, "createdBy": NAME, "createdTimestamp": TIME, "lineage": None,
            "room": ROOM, "to": None, "signatureSuite": "mmp-sig-v2.0",
            "addressScheme": "mmp-cmb-merkle-v2", "createdByNodeId": node_id(),
            "application": {
                "mediaType": "application/json", "schema": None, "encoding": "base64url",
                "byteLength": len(data), "digest": digest, "data": base64url(data)},
            "assertionId": "asrt-" + sha256(payload).hex(),
            "sig": base64url(private.sign(payload)), "sigAlg": "ed25519"},
        "meta": {"group_id": GROUP}}}
    return {"event": event, "key": key, "signature": frame["cmb"]["metadata"]["sig"],
            "signedBytes": payload.hex(), "application": data.decode(), "frame": dump(frame)}


def milliseconds(text):
    return round(datetime.datetime.fromisoformat(text).timestamp() * 1000)


def join_string(label, expires, token, flags):
    data = bytes.fromhex(GROUP.replace("-", ""))
    data += struct.pack(">QB", milliseconds(expires) if expires else 0, flags)
    for text in (label, token):
        data += bytes([len(text.encode())]) + text.encode()
    check = hashlib.blake2b(b"taugroup1:" + data, digest_size=16).digest()[:4]
    return {"label": label, "expires_at": expires, "token": token, "hidden": bool(flags & 1),
            "lanOnly": bool(flags & 2), "text": "taugroup1:" + base64url(data + check)}


def expiry(received):
    """What becomes of a block received then: by the receiver's clock, whatever the block says."""
    return {"expires_at": EXPIRES, "receivedAt": received, "milliseconds": milliseconds(received),
            "accepted": milliseconds(received) < milliseconds(EXPIRES)}


def vectors():
    presence = {"perspective": NAME, "mood": "neutral"}
    return {
        "description": "Mesh Group 0.1.0 and its successor Mesh Room 0.2.0, as a second "
                       "implementation reads them. member_identity is SHA-256 of the raw Ed25519 "
                       "key, first 16 hexadecimal digits. A block carries meta.group_id and the "
                       "room's id in its signed application; both must name one group.",
        "key": {"seed": SEED.hex(), "publicKey": base64url(public), "nodeId": node_id(),
                "member_identity": member},
        "txt": [txt(form, label) for form in FORMS
                for label in (LABEL, None, "Küche", "l" * 64, "l" * 65)],
        "cmb": [
            cmb({"focus": "mesh-group:join"} | presence, (0.0, 0.0), "join"),
            cmb({"focus": "mesh-group:leave"} | presence, (0.0, 0.0), "leave"),
            cmb({"focus": "melotune-room:state", "perspective": "play it softer"}, None, None)],
        "joinString": [join_string(LABEL, EXPIRES, TOKEN, 0), join_string("", None, "", 0),
                       join_string("den", None, TOKEN, 1), join_string("den", None, "", 2)],
        "expiry": [expiry(t) for t in (
            "2026-11-22T19:59:59Z", "2026-11-22T20:00:00Z", "2026-11-22T20:00:01Z",
            "2026-11-22T21:59:59+02:00", "2026-11-22T12:00:00-08:00")],
    }


def main():
    text = json.dumps(vectors(), indent=1, ensure_ascii=False) + "\n"
    if "--check" in sys.argv:
        with open(FILE, encoding="utf-8") as file:
            sys.exit(0 if file.read() == text else "the file is another than this program makes")
    os.makedirs(os.path.dirname(FILE), exist_ok=True)
    with open(FILE, "w", encoding="utf-8") as file:
        file.write(text)


if __name__ == "__main__":
    main()
