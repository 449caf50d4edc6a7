# SPDX-License-Identifier: Apache-2.0
"""Where things are: the checkout, the cache, what cross-compile knows of a board."""

import os
import shlex
import subprocess

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "../../.."))
GUEST_FILES = os.path.join(ROOT, "Tests/boards/guest")
CACHE = os.environ.get("TAUMESH_CACHE") or os.path.join(
    os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "taumesh")
BINARIES = os.environ.get("TAUMESH_BOARDS") or os.path.join(ROOT, ".build/boards")


def binary(board):
    return os.path.join(BINARIES, board, "taumesh")


def prepare(boards):
    """Installs QEMU, kernels and the boards' compilers where they are missing, and builds the
    boards that are."""
    subprocess.run([os.path.join(ROOT, "cross-compile/setup"), "guests", *sorted(boards)],
                   check=True)
    missing = sorted(board for board in boards if not os.path.exists(binary(board)))
    if missing:
        subprocess.run([os.path.join(ROOT, "cross-compile/build"), *missing], check=True)


def ask_cross_compile(expression):
    """What a function of cross-compile/common.sh prints."""
    script = f"source {shlex.quote(os.path.join(ROOT, 'cross-compile/common.sh'))}; {expression}"
    done = subprocess.run(["bash", "-euc", script], check=True, capture_output=True, text=True,
                          stdin=subprocess.DEVNULL)
    return done.stdout.strip()
