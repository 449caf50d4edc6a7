# SPDX-License-Identifier: Apache-2.0
"""Full disks: in a mount namespace of its own, so that nothing of the machine is touched."""

import os
import signal
import subprocess

from checks import soon, stays
from nodes import PROGRAM


class SmallDisk:
    """A tmpfs of 64 KiB that only processes started through `inside` see at `place`."""

    def __init__(self, workshop, place):
        self.place = place
        os.makedirs(place, exist_ok=True)
        script = f"mount -t tmpfs -o size=64k none '{place}' && echo ready && exec sleep 600"
        self.holder = subprocess.Popen(
            ["unshare", "-m", "sh", "-c", script], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, text=True)
        workshop.others.append(self.holder)
        if self.holder.stdout.readline() != "ready\n":
            raise RuntimeError(f"no tmpfs at {place}: is this root?")
        self.inside = ("nsenter", "-t", str(self.holder.pid), "-m", "--")
        self.root = f"/proc/{self.holder.pid}/root"

    def path(self, name):
        """A file of the disk as this process sees it."""
        return self.root + os.path.join(self.place, name)

    def files(self):
        return sorted(os.listdir(self.path("")))

    def read(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()

    def fill(self):
        with open(self.path("filler"), "ab", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(4096))
            except OSError:
                pass

    def free(self):
        os.remove(self.path("filler"))


def run(disk, *words):
    return subprocess.run([*disk.inside, PROGRAM, *words], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=10)


def one_line(done, *words):
    lines = done.stderr.splitlines()
    return done.returncode == 1 and len(lines) == 1 and all(word in lines[0] for word in words)


def full_disk(workshop, check):
    """A full disk: at init, at the first start, when the node stops."""
    node = workshop.node("disk")
    identity = node.path("identity.key")
    os.remove(identity)
    node.write()
    with open(node.path("taumesh.yaml")) as file:
        configuration = file.read()
    secret = node.secret().hex()

    disk = SmallDisk(workshop, node.directory)
    disk.fill()
    done = run(disk, "init", "--state", node.directory)
    check(one_line(done, "taumesh init", "No space left"), "init says that the disk is full", done)
    check(disk.files() == ["filler"], "init leaves no part of a file", disk.files())
    disk.free()
    done = run(disk, "init", "--state", node.directory)
    check(done.returncode == 0, "init goes on once there is room", done)

    os.remove(disk.path("identity.key"))
    with open(disk.path("taumesh.yaml"), "w") as file:
        file.write(configuration)
    with open(disk.path("mesh.key"), "w") as file:
        file.write(secret)
    disk.fill()
    done = run(disk, "run", "--state", node.directory)
    check(one_line(done, "taumesh run", "identity.key", "No space left"),
          "a first start without room for the identity is refused", done)
    check("identity.key" not in disk.files(), "no part of a key is left", disk.files())
    disk.free()

    def start():
        open(node.log_file, "w").close()
        with open(node.log_file, "a") as log:
            process = subprocess.Popen(
                [*disk.inside, PROGRAM, "run", "--state", node.directory],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=workshop.environment())
        workshop.others.append(process)
        if not soon(5, lambda: run(disk, "status", "--state", node.directory).returncode == 0):
            raise RuntimeError(f"no answer on the small disk: {node.log()}")
        return process

    process = start()
    process.send_signal(signal.SIGTERM)
    check(process.wait(5) == 0 and "state.json" in disk.files(), "with room it starts and stops")
    old = disk.read("state.json")
    process = start()
    disk.fill()
    process.send_signal(signal.SIGTERM)
    status = process.wait(5)
    log = node.log()
    check(status == 1 and log.count("state not saved") == 1 and "No space left" in log,
          "stopping without room: told, exit status 1", (status, log))
    check(disk.read("state.json") == old and "state.json.new" not in disk.files(),
          "and the old state is untouched", disk.files())
    process = start()
    check(True, "a node that has its key starts on a full disk")
    disk.free()
    process.send_signal(signal.SIGTERM)
    check(process.wait(5) == 0 and disk.read("state.json") != old, "and saves once there is room")


def full_log(workshop, check):
    """A log that cannot be written, or is not read: the node runs on."""
    node = workshop.node("log", outputs=["{ id: tone, type: speaker, device: nothing }"])
    with open("/dev/full", "w") as full:
        node.start(stdout=full, stderr=full)
        check(soon(5, lambda: node.n() == 1), "the node runs with its log on a full disk")
        check(node.stop()[0] == 0, "and stops")
    reader, writer = os.pipe()
    node.start(stdout=writer, stderr=writer)
    os.close(writer)
    os.close(reader)
    check(stays(1.5, node.status), "the node runs when nobody reads its log any more")
    check(node.stop()[0] == 0, "and stops")
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    try:
        while True:
            os.write(writer, bytes(4096))
    except BlockingIOError:
        pass
    node.start(wait=False, stdout=writer, stderr=writer)
    os.close(writer)
    check(soon(5, node.status), "the node answers while its log's reader is stuck")
    check(stays(1, node.status), "and goes on to")
    status, seconds = node.stop()
    check(status == 0 and seconds < 1, "and stops within 1 s", (status, seconds))
    os.close(reader)
    node.start()
    with open("/dev/full", "w") as full:
        for words in (["status"], ["status", "--json"], ["peers", "--json"], ["invite"],
                      ["doctor"]):
            done = subprocess.run(
                [PROGRAM, *words, "--state", node.directory], stdin=subprocess.DEVNULL,
                stdout=full, stderr=subprocess.PIPE, text=True, timeout=10)
            check(one_line(done, "standard output"),
                  f"{' '.join(words)} to a full disk says so", done)


PARTS = [full_disk, full_log]
