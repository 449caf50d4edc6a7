# SPDX-License-Identifier: Apache-2.0
"""Packages of PyPI: `noiseprotocol` and `cryptography`, from the venv that
Tests/scripts/noise-peer.py makes, and `websockets`, from another beside it."""

import fcntl
import importlib.machinery
import importlib.util
import os
import subprocess
import sys
import venv

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "../../.."))


WEBSOCKETS = "15.0.1"


def noise_peer():
    loader = importlib.machinery.SourceFileLoader(
        "noise_peer", os.path.join(ROOT, "Tests/scripts/noise-peer.py"))
    module = importlib.util.module_from_spec(
        importlib.util.spec_from_loader(loader.name, loader))
    loader.exec_module(module)
    return module


def add(place):
    version = "python%d.%d" % sys.version_info[:2]
    sys.path.append(os.path.join(place, "lib", version, "site-packages"))


def enter():
    """Makes the Noise packages importable here; the first run needs the network."""
    add(noise_peer().make_venv())
    import cryptography.hazmat.primitives.ciphers.aead  # noqa: F401
    import noise.connection  # noqa: F401


def enter_websockets():
    """Makes `websockets` importable here; the first run needs the network."""
    folder = noise_peer().cache()
    place = os.path.join(folder, "websockets-%s-python%d.%d" % ((WEBSOCKETS,) + sys.version_info[:2]))
    os.makedirs(folder, exist_ok=True)
    with open(place + ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not os.path.exists(os.path.join(place, "ready")):
            venv.create(place, clear=True, with_pip=True)
            subprocess.run(
                [os.path.join(place, "bin", "python"), "-m", "pip", "install", "-q",
                 "--disable-pip-version-check", "websockets==" + WEBSOCKETS],
                check=True, stdout=sys.stderr, stdin=subprocess.DEVNULL)
            open(os.path.join(place, "ready"), "w").close()
    add(place)
    import websockets.sync.client  # noqa: F401
