# SPDX-License-Identifier: Apache-2.0
"""PyPI's `noiseprotocol` and `cryptography`, from the venv that Tests/scripts/noise-peer.py makes."""

import importlib.machinery
import importlib.util
import os
import sys

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "../../.."))


def enter():
    """Makes the packages importable here; the first run needs the network."""
    loader = importlib.machinery.SourceFileLoader(
        "noise_peer", os.path.join(ROOT, "Tests/scripts/noise-peer.py"))
    module = importlib.util.module_from_spec(
        importlib.util.spec_from_loader(loader.name, loader))
    loader.exec_module(module)
    version = "python%d.%d" % sys.version_info[:2]
    sys.path.append(os.path.join(module.make_venv(), "lib", version, "site-packages"))
    import cryptography.hazmat.primitives.ciphers.aead  # noqa: F401
    import noise.connection  # noqa: F401
