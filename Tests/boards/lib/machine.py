# SPDX-License-Identifier: Apache-2.0
"""One QEMU process: started, watched, and ended whatever happens."""

import atexit
import ctypes
import os
import re
import signal
import subprocess
import threading
import time

from failure import GuestFailure

PANIC = re.compile(r"Kernel panic|Unable to handle kernel|Internal error: Oops|BUG: |Oops:")
TAIL_LINES = 25


class Machine:
    """QEMU with a console in a file, an agent's serial line, QMP and qtest on sockets."""

    def __init__(self, name, folder, command, limit, prefix=()):
        self.name, self.folder, self.limit = name, folder, limit
        self.console_path = os.path.join(folder, "console")
        self.started, self.overdue = time.monotonic(), False
        open(self.console_path, "w").close()
        with open(os.path.join(folder, "qemu.log"), "wb") as log:
            self._process = subprocess.Popen(
                [*prefix, *command, *self._sockets()], stdin=subprocess.DEVNULL, stdout=log,
                stderr=log, preexec_fn=_die_with_parent)
        self._alarm = threading.Timer(limit, self._end_of_time)
        self._alarm.daemon = True
        self._alarm.start()
        atexit.register(self.kill)

    def path(self, name):
        return os.path.join(self.folder, name)

    def _sockets(self):
        return [
            "-display", "none", "-monitor", "none", "-no-reboot",
            "-chardev", f"file,id=console,path={self.console_path}",
            "-chardev", f"socket,id=agent,path={self.path('agent')},server=on,wait=off",
            "-serial", "chardev:console", "-serial", "chardev:agent",
            "-qmp", f"unix:{self.path('qmp')},server=on,wait=off",
            "-qtest", f"unix:{self.path('qtest')},server=on,wait=off",
            "-qtest-log", "/dev/null"]

    def wait_for_socket(self, name):
        """The path of a socket, once QEMU has made it."""
        while not os.path.exists(self.path(name)):
            self.check()
            time.sleep(0.02)
        return self.path(name)

    def console(self):
        with open(self.console_path, errors="replace") as file:
            return file.read().replace("\r", "")

    def alive(self):
        return self._process.poll() is None

    def seconds(self):
        return time.monotonic() - self.started

    def check(self):
        """Raises when the guest has panicked, ended, or used up its time."""
        console = self.console()
        panic = PANIC.search(console)
        if panic:
            raise self.failure(f"the kernel failed: {panic[0]}")
        if self.overdue:
            raise self.failure(f"not done within {self.limit} s")
        if not self.alive():
            raise self.failure(f"QEMU ended with status {self._process.returncode}")

    def failure(self, what):
        tail = "\n".join("    " + line for line in self.console().splitlines()[-TAIL_LINES:])
        with open(self.path("qemu.log"), errors="replace") as file:
            said = file.read()[-1000:].strip()
        said = f"\n  QEMU says: {said}" if said else ""
        return GuestFailure(f"{self.name}: {what}{said}\n  end of its console:\n{tail}")

    def wait_for_end(self, seconds):
        """The exit status of QEMU, or None if it runs on."""
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def kill(self):
        self._alarm.cancel()
        if self.alive():
            self._process.kill()
            self._process.wait()
        atexit.unregister(self.kill)

    def _end_of_time(self):
        self.overdue = True
        if self.alive():
            self._process.kill()


def _die_with_parent():
    """QEMU does not outlive the harness, even when that is killed."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)
    os.setpgid(0, 0)
