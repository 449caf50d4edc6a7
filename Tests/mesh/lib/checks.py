# SPDX-License-Identifier: Apache-2.0
"""Counts what holds and what does not."""

import os
import sys
import time
import traceback


class Checks:
    def __init__(self, name):
        self.name, self.passed, self.failures = name, 0, []
        self.started = time.monotonic()

    def __call__(self, holds, what, detail=""):
        """Prints `ok WHAT` or `FAILED WHAT`; `detail` is what was found instead."""
        if holds:
            self.passed += 1
            print(f"ok      {what}", flush=True)
        else:
            self.failures.append(what)
            print(f"FAILED  {what}" + (f": {detail}" if detail != "" else ""), flush=True)
        return bool(holds)

    def run(self, part, *arguments):
        """Runs one part; what breaks it is a failure of its own, and the next part follows."""
        print(f"-- {(part.__doc__ or part.__name__).strip().splitlines()[0]}", flush=True)
        try:
            part(*arguments)
        except Exception:  # The other parts still have something to say.
            traceback.print_exc(file=sys.stdout)
            self(False, f"{part.__name__} ran to its end")

    def finish(self):
        for failure in self.failures:
            print(f"failed: {failure}")
        seconds = time.monotonic() - self.started
        print(f"{self.name}: {seconds:.0f} s")
        print(f"{self.passed} passed, {len(self.failures)} failed")
        return 1 if self.failures else 0


def soon(seconds, condition, every=0.05):
    """Waits for a condition, not for a time: its value once true, else its last value."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value or time.monotonic() > end:
            return value
        time.sleep(every)


def stays(seconds, condition, every=0.1):
    """Whether a condition holds all the time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not condition():
            return False
        time.sleep(every)
    return True


def main(name, modules):
    """Runs the parts of the modules, or those named on the command line; the exit status."""
    from nodes import PROGRAM, Workshop

    parts = [part for module in modules for part in module.PARTS]
    wanted = sys.argv[1:]
    names = [part.__name__ for part in parts]
    for word in wanted:
        if word not in names:
            sys.exit(f"{name}: unknown part {word}; expected some of: {', '.join(names)}")
    if not os.access(PROGRAM, os.X_OK):
        sys.exit(f"{name}: {PROGRAM} is not there; cross-compile/build server makes it")
    check = Checks(name)
    for part in parts:
        if wanted and part.__name__ not in wanted:
            continue
        workshop, failures = Workshop(), len(check.failures)
        try:
            check.run(part, workshop, check)
        finally:
            workshop.close(keep=len(check.failures) > failures)
    return check.finish()
