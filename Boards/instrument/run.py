#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs three nodes as one instrument: feeds in, tone out, a summary at the end."""

import argparse
import json
import os
import signal
import sys
import tempfile
import time

from mesh import Mesh
from summary import summary, table

NAMES = ["hum-1", "hum-2", "other"]
PROFILES = ["zero", "pi4", "server"]
SETTLE_SECONDS = 1.5  # from the start of the programs to frame 0 of the feeds


def arguments():
    parser = argparse.ArgumentParser(prog="Boards/run BOARD")
    parser.add_argument("--board", choices=["zero", "pi2", "pi4", "server"], default="server")
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--json", action="store_true")
    hum = parser.add_mutually_exclusive_group()
    hum.add_argument("--all-hum", action="store_true")
    hum.add_argument("--no-hum", action="store_true")
    parser.add_argument("--delay", type=milliseconds, default=0.0)
    parser.add_argument("--mapping", choices=["seed", "angle"], default="angle")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep")
    parser.add_argument("--record")
    return parser.parse_args()


def milliseconds(text):
    for suffix, scale in (("us", 1e-3), ("ms", 1.0), ("s", 1e3)):
        if text.endswith(suffix):
            return float(text[: -len(suffix)]) * scale
    raise argparse.ArgumentTypeError("expected a time such as 5ms")


def main():
    options = arguments()
    directory = options.keep or tempfile.mkdtemp(prefix="taumesh-")
    os.makedirs(directory, exist_ok=True)
    status = 1
    mesh = Mesh(options, directory, NAMES, PROFILES)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        mesh.prepare()
        mesh.start(SETTLE_SECONDS)
        watch(mesh, options)
        states = mesh.states()
        mesh.stop()
        result = summary(states, mesh.tone_file)
        print(table(result), file=sys.stderr if options.json else sys.stdout)
        if options.json:
            print(json.dumps(result))
        status = 0
    except KeyboardInterrupt:
        status = 0
    except RuntimeError as error:
        print(f"Boards/run: {error}", file=sys.stderr)
    finally:
        mesh.kill()
        if status != 0 or not options.keep and not options.seconds:
            print(f"logs, feeds and tone are in {directory}", file=sys.stderr)
        elif not options.keep and options.json:
            print(f"the tone is in {mesh.tone_file}", file=sys.stderr)
    return status


def watch(mesh, options):
    """Shows the mesh until it is time to stop: live on a terminal, a line a while elsewhere."""
    end = mesh.frame_zero + options.seconds if options.seconds else None
    if sys.stdout.isatty() and not options.json:
        print(f"the tone goes to {mesh.tone_file}")
        mesh.watch_live(end)
        return
    while end is None or time.monotonic() < end:
        mesh.check_alive()
        pause = 2.0 if end is None else min(2.0, max(0.0, end - time.monotonic()))
        time.sleep(pause)
        if end is None or end - time.monotonic() > 0.5:
            print(mesh.line(), file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
