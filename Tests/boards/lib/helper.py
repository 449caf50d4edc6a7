# SPDX-License-Identifier: Apache-2.0
"""Compiles the guests' own helper (guest/rig-tool.c) for a board, with its cross compiler."""

import os
import subprocess

from places import GUEST_FILES, ROOT, ask_cross_compile


def build(board):
    """The path of the static program, compiled when its source is newer."""
    source = os.path.join(GUEST_FILES, "rig-tool.c")
    target = os.path.join(ROOT, ".build/boards", board, "rig-tool")
    if os.path.exists(target) and os.path.getmtime(target) > os.path.getmtime(source):
        return target
    os.makedirs(os.path.dirname(target), exist_ok=True)
    alsa = ask_cross_compile(f"source \"$root/cross-compile/alsa.sh\"; alsa_folder {board}")
    sysroot = ask_cross_compile(f"sysroot_folder {board}")
    compiler = ask_cross_compile(f"board_value {board} compile.gnu") + "-gcc"
    flags = ask_cross_compile(f"board_value {board} compile.flags").split()
    # The linker's warnings about static name look-ups are of parts of ALSA that are not called.
    done = subprocess.run(
        [compiler, f"--sysroot={sysroot}", *flags, "-std=gnu11", "-O1", "-Wall", "-static", "-o",
         target, source, os.path.join(alsa, "libasound.a"), "-lm", "-lpthread", "-lrt", "-ldl"],
        stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{source} for {board}:\n{done.stderr}")
    return target
