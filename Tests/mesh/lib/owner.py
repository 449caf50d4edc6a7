# SPDX-License-Identifier: Apache-2.0
"""The owner of a mesh, as the command line has it; and somebody who pretends to be."""

import base64
import os
import struct
import time

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from link import Identity

BINDING, CERTIFICATE, REVOCATION, ROTATION = 1, 2, 3, 4


class Owner:
    """A key file with a passphrase, and the verbs that need them."""

    def __init__(self, workshop, name="owner"):
        self.workshop = workshop
        self.file, self.phrase = workshop.path(name + ".key"), workshop.path(name + ".phrase")
        with open(self.phrase, "w") as file:
            file.write("correct horse battery staple\n")
        os.chmod(self.phrase, 0o600)
        done = self.ask("owner", "init")
        if done.returncode != 0:
            raise RuntimeError(done.stderr)

    def ask(self, *words):
        """Runs a verb with the owner's key; the completed process."""
        return self.workshop.run(
            *words, "--owner", self.file, "--passphrase-file", self.phrase, timeout=60)

    def public(self):
        return self.workshop.run("owner", "show", "--owner", self.file).stdout.strip()


def statement(kind, body, mesh="home", identity=None, issued=None):
    """A statement signed by `identity`, which is the owner only if it is the owner's."""
    identity = identity or Identity()
    issued = int(time.time() * 1000) if issued is None else issued
    content = struct.pack(">BBQ", 1, kind, issued) + body
    message = b"taumesh-owner-statement" + bytes([len(mesh)]) + mesh.encode() + content
    signature = Ed25519PrivateKey.from_private_bytes(identity.seed).sign(message)
    return base64.urlsafe_b64encode(content + signature).decode().rstrip("=")


def news(*statements):
    return {"type": "x-taumesh-owner", "statements": list(statements)}
