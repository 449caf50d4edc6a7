# SPDX-License-Identifier: Apache-2.0
"""Wrong configurations, damaged keys, damaged memory."""

import os
import shutil
import subprocess
import time

from configurations import GOOD, WRONG

NOBODY = 65534


def picture(directory):
    """Everything in a directory: names, modes, times and contents."""
    found = {}
    for root, folders, files in os.walk(directory):
        for name in folders + files:
            path = os.path.join(root, name)
            info = os.lstat(path)
            content = b""
            if os.path.isfile(path):
                with open(path, "rb") as file:
                    content = file.read()
            found[path] = (info.st_mode, info.st_mtime_ns, info.st_ino, content)
    return found


def refusal(workshop, directory, status=1, **options):
    """Runs a node that must not start: its only line, or what came instead; seconds; changes."""
    before = picture(directory)
    start = time.monotonic()
    try:
        done = workshop.run("run", "--state", directory, timeout=5, **options)
    except subprocess.TimeoutExpired:
        return "it runs", 5.0, picture(directory) != before
    seconds = time.monotonic() - start
    lines = done.stderr.splitlines()
    changed = picture(directory) != before
    if done.returncode != status or len(lines) != 1 or done.stdout:
        return f"status {done.returncode}, {done.stdout!r}, {lines[:4]}", seconds, changed
    return lines[0], seconds, changed


def refuses(check, workshop, directory, what, words, **options):
    line, seconds, changed = refusal(workshop, directory, **options)
    right = line.startswith("taumesh run: ") and all(word in line for word in words)
    check(right and seconds < 2 and not changed, what,
          f"{line} ({seconds:.1f} s{', files changed' if changed else ''}; expected {words})")


def wrong_configurations(workshop, check):
    """Wrong configurations: one line with file, line, key and what was expected."""
    directory = workshop.path("bad")
    workshop.run("init", "--state", directory)
    file = os.path.join(directory, "taumesh.yaml")
    for what, text, line, words in WRONG:
        with open(file, "wb") as out:
            out.write(text if isinstance(text, bytes) else text.encode())
        place = f"{file}:{line}: " if line else file
        refuses(check, workshop, directory, f"configuration: {what}", [place, *words], status=2)
    os.remove(file)
    refuses(check, workshop, directory, "configuration: missing file",
            [file, "no such file", "taumesh init"], status=2)
    os.mkdir(file)
    refuses(check, workshop, directory, "configuration: a directory", [file, "regular file"],
            status=2)
    os.rmdir(file)
    os.mkfifo(file)
    refuses(check, workshop, directory, "configuration: a pipe", [file, "regular file"],
            status=2)
    os.remove(file)
    with open(file, "w") as out:
        out.write(GOOD)
    os.chmod(file, 0o600)
    refuses(check, workshop, directory, "configuration: a file one may not read",
            [file, "ermission"], status=2, user=NOBODY, group=NOBODY, extra_groups=[])
    refuses(check, workshop, workshop.path("nowhere"), "configuration: a missing directory",
            [workshop.path("nowhere"), "no such file"], status=2)
    with open(file, "w") as out:
        out.write(GOOD.replace("port: 0", "port: 0, address: 192.0.2.77"))
    refuses(check, workshop, directory, "configuration: an address of another machine",
            ["192.0.2.77", "assign"])
    with open(file, "w") as out:
        out.write("\ufeff# Grüße\n" + GOOD)
    node = workshop.run("doctor", "--state", directory).stdout
    check("192.0.2" not in node and "taumesh.yaml" in node, "a right one is read again")


def damaged_keys(workshop, check):
    """Damaged keys: one line, and the file is never replaced."""
    node = workshop.node("keys", port=0)
    node.write()
    for name, valid, wrong in (
            ("identity.key", "restore it from a backup", b"\x00\xff" * 40),
            ("mesh.key", "64 hexadecimal digits", b"not a secret\n")):
        path = node.path(name)
        with open(path, "rb") as file:
            good = file.read()
        flipped = good.replace(good[60:61], b"1" if good[60:61] == b"0" else b"0", 1)
        damages = [("garbage", wrong), ("empty", b""), ("truncated", good[:-20]),
                   ("of 1 MB", good * 10000)]
        if name == "identity.key":
            damages += [("with a changed digit", flipped), ("of another version", good.replace(
                b"identity 1", b"identity 2")), ("without its check", good[:good.index(b"check")])]
        for what, content in damages:
            with open(path, "wb") as file:
                file.write(content)
            words = [path] if what == "of 1 MB" else [path, valid]
            refuses(check, workshop, node.directory, f"{name} {what}", words)
        with open(path, "wb") as file:
            file.write(good)
        for mode in (0o644, 0o640, 0o606):
            os.chmod(path, mode)
            refuses(check, workshop, node.directory, f"{name} of mode {mode:04o}",
                    [path, f"{mode:04o}", "0600"])
        os.remove(path)
        os.mkdir(path)
        refuses(check, workshop, node.directory, f"{name} a directory", [path, "regular file"])
        os.rmdir(path)
        os.symlink("/dev/zero", path)
        refuses(check, workshop, node.directory, f"{name} a link to a device",
                [path, "regular file"])
        os.remove(path)
        if name == "mesh.key":
            refuses(check, workshop, node.directory, f"{name} missing", [path, "taumesh init"])
        with open(path, "wb") as file:
            file.write(good)
        os.chmod(path, 0o600)
    refuses(check, workshop, node.directory, "keys of another user",
            ["identity.key", "ermission"], user=NOBODY, group=NOBODY, extra_groups=[])
    identity = node.start().status()["nodeId"]
    check(identity in good_node(node), "with its keys back the node is who it was")
    check(node.stop()[0] == 0, "and stops")
    done = workshop.run("init", "--state", node.directory, "--name", "other")
    check(done.returncode == 0 and node.configuration().encode() == read(node, "taumesh.yaml"),
          "init keeps what is there")


def good_node(node):
    return read(node, "identity.key").decode()


def read(node, name):
    with open(node.path(name), "rb") as file:
        return file.read()


def damaged_memory(workshop, check):
    """A damaged state.json: warned of, and the node starts."""
    node = workshop.node("memory")
    for what, content in (
            ("garbage", b"\x00\xff" * 100), ("empty", b""), ("truncated", b'{"secureNodes":["'),
            ("a list", b"[1,2,3]"), ("of 1 MB", b" " * 2**20),
            ("deeply nested", b"[" * 100000),
            ("of wrong types", b'{"secureNodes":7,"savedAt":"x","banks":[{"channel":1,"sums":[['
             b'"a"],5,null]},9],"machineBoot":[]}'),
            ("of huge numbers", b'{"savedAt":1e300,"banks":[{"channel":"' + b"x" * 5000 +
             b'","sums":[[1e999,1e308,-1e308]]}]}')):
        with open(node.path("state.json"), "wb") as file:
            file.write(content)
        open(node.log_file, "w").close()
        node.start()
        told = [line for line in node.log().splitlines()
                if "state.json" in line and "warning" in line]
        check(len(told) == 1, f"state.json {what}: told once", told)
        check(node.n() >= 0 and node.stop()[0] == 0, f"state.json {what}: the node runs and stops")
        check(read(node, "state.json").startswith(b'{"secureNodes":[]'), "and a good one is left")
    os.remove(node.path("state.json"))
    os.mkdir(node.path("state.json"))
    node.start()
    status, _ = node.stop()
    check(status == 1 and "state not saved" in node.log(),
          "state.json a directory: the node starts, and says that it cannot save", node.log())
    open(node.log_file, "w").close()
    node.log_file = workshop.path("apart.log")
    os.rmdir(node.path("state.json"))
    node.start()
    shutil.rmtree(node.directory)
    check(node.alive(), "its directory taken away, a node runs on")
    status, _ = node.stop()
    errors = [line for line in node.log().splitlines() if " error " in line]
    check(status == 1 and len(errors) == 2 and "state not saved" in errors[0]
          and "memories not saved" in errors[1], "and says at its end, once of each file, that it "
          "cannot save", errors)


PARTS = [wrong_configurations, damaged_keys, damaged_memory]
