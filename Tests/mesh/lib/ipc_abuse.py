# SPDX-License-Identifier: Apache-2.0
"""Applications that flood, die, do not read, or are not let in."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time

from applications import at, figures, pair
from checks import soon, stays

NOBODY = 65534
GROUP = 54321
CHATTER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "chatter.py")


def flood(workshop, check):
    """100,000 frames from one application: the mesh's pulses go on, and so do the others."""
    here, there = pair(workshop)
    with at(here) as calm, at(there) as far:
        calm.register("calm")
        far.register("far")

        def unhappy():
            counters = there.counters()
            return {name: counters[name] for name in (
                "pulsesLate", "datagramsMalformed", "datagramsUnauthentic", "framesBad")}

        def state():
            return there.peer_names("fresh") == ["here"] and there.n() == 2

        def rate():
            first, start = there.pulses_of("here"), time.monotonic()
            time.sleep(3)
            return (there.pulses_of("here") - first) / (time.monotonic() - start)

        before, quiet = unhappy(), rate()
        for framed in (False, True):
            with at(here, framed) as noisy:
                noisy.register("noisy")
                noisy.stream.settimeout(60)
                frame = noisy.encoded(type="message", content="spam", nonce="x" * 40)
                taken = []
                sender = threading.Thread(target=lambda: taken.extend(
                    noisy.stream.sendall(frame * 100) for _ in range(1000)))
                sender.start()
                # Who does not read the answers would be closed for that.
                threading.Thread(target=noisy.is_closed, args=[120], daemon=True).start()
                loud = rate()
                fresh = stays(2, state, every=0.3)
                check(fresh and loud > 0.9 * quiet, f"framed={framed}: pulses go on, none is missed",
                      (fresh, quiet, loud))
                calm.send(type="message", content="still here?", to="far")
                event = far.next(lambda text: text.get("data", {}).get("content") == "still here?")
                check(event, "a calm application is heard through it")
                sender.join()
                check(len(taken) == 1000, "all 100,000 were taken from it", len(taken))
                check(soon(20, lambda: figures(here, "noisy")["received"] >= 100_001),
                      "and counted", figures(here, "noisy"))
                told = figures(here, "noisy")
                check(told["dropped"] > 90_000, "nearly all as dropped", told)
                print(f"        {quiet:.1f} pulses a second before, {loud:.1f} during; {told}")
        check(unhappy() == before, "the peer's counters show nothing of it", unhappy())
        check(here.log().count("\n") < 100, "nor does the log")


def killed(workshop, check):
    """kill -9 of an application, again and again: the mesh does not notice."""
    here, there = pair(workshop)
    with at(there) as far:
        far.register("far")
        for turn in range(5):
            child = subprocess.Popen(
                [sys.executable, CHATTER, here.path("node.sock"), f"app{turn}", str(turn % 2)],
                stdout=subprocess.PIPE)
            check(child.stdout.readline() == b"registered\n", f"application {turn} registers")
            heard = far.next(lambda text: text.get("data", {}).get("from") == f"app{turn}")
            check(heard, "and is heard")
            child.send_signal(signal.SIGKILL)
            child.wait()
            check(soon(2, lambda: not figures(here, f"app{turn}")), "killed, it is listed no more")
        kinds = []
        while event := far.next(seconds=0.5):
            kinds.append(event.get("event"))
        check("peer-left" not in kinds and "peer-joined" not in kinds,
              "the node never left the mesh", kinds)
    check(here.n() == 2 and there.n() == 2, "two nodes are coherent as before")


def slow_reader(workshop, check):
    """An application that does not read: it loses its oldest events, the others none."""
    here, there = pair(workshop)
    with at(here) as slow, at(here) as quick, at(there) as far:
        slow.register("slow")
        quick.register("quick")
        far.register("far")
        text = "x" * 4000
        for number in range(180):
            far.send(type="message", content=f"{number} {text}")
        last = quick.next(lambda event: event["data"]["content"].startswith("179 "), 10)
        check(last, "one that reads has all 180")
        check(soon(3, lambda: figures(here, "slow").get("dropped", 0) > 0),
              "one that does not has lost some", figures(here, "slow"))
        numbers = []
        while event := slow.next(seconds=1):
            if event["type"] == "event":
                numbers.append(int(event["data"]["content"].split()[0]))
        check(numbers == sorted(numbers) and numbers[0] == 0 and numbers[-1] == 179
              and len(numbers) < 180, "the newest are there, in order, when it reads again",
              (len(numbers), numbers[-3:]))


def sockets(workshop, check):
    """The socket's mode and group, and who is refused."""
    node = workshop.node("modes", ear=False)
    own = node.path("own.sock")
    node.sections = [f'ipc: {{ socket: "{own}", mode: 0666, group: {GROUP} }}']
    node.start()
    status = os.stat(own)
    check(status.st_mode & 0o777 == 0o666 and status.st_gid == GROUP,
          "the socket has the configured path, mode and group", oct(status.st_mode))
    check(not os.path.exists(node.path("node.sock")), "and there is no other")
    os.chmod(node.directory, 0o755)
    # The other user may not be able to read this folder.
    scripts = os.path.dirname(CHATTER)
    copies = [shutil.copy(os.path.join(scripts, script), workshop.directory)
              for script in ("chatter.py", "applications.py", "checks.py")]

    def asked_by(**user):
        done = subprocess.run([sys.executable, "-B", copies[0], own, "asker", "0", "once"],
                              capture_output=True, text=True, timeout=10, **user)
        return done.stdout.strip()

    check(asked_by(user=NOBODY, group=NOBODY, extra_groups=[]) == "refused", "a stranger is refused")
    refusals = node.log().count(f"refused a connection of user {NOBODY}")
    check(refusals == 1, "with one line in the log", refusals)
    check(asked_by(user=NOBODY, group=NOBODY, extra_groups=[GROUP]) == "registered",
          "a member of the group is answered")
    check(asked_by(user=NOBODY, group=GROUP, extra_groups=[]) == "registered",
          "and one whose own group it is")
    check(asked_by() == "registered", "so is root")
    check(node.stop()[0] == 0, "the node stops")
    node.sections = ["ipc: { mode: 0999 }"]
    node.write()
    done = workshop.run("run", "--state", node.directory)
    check(done.returncode != 0 and "octal" in done.stderr, "a wrong mode is refused", done.stderr)


def malformed(workshop, check):
    """Streams that cannot be followed end alone; nonsense inside of one does not end it."""
    here, there = pair(workshop)
    for name, data in (("an empty frame", b"\0\0\0\0"), ("a frame of 8 MB", b"\0\x80\0\0{"),
                       ("a line without end", b"{" * 70000)):
        with at(here) as bad:
            bad.stream.sendall(data)
            check(bad.is_closed(), f"{name} closes its connection")
    with at(here, True) as odd:
        odd.register("odd")
        for text in (b"[]", b"{", b"\xff\xff", b'{"type":7}', b'{"type":"handshake","nodeId":"x"}'):
            odd.stream.sendall(len(text).to_bytes(4, "big") + text)
        check(odd.ask(type="peers")["peers"][0]["name"] == "there", "nonsense in frames does not")
        check(figures(here, "odd")["dropped"] == 5, "it is counted", figures(here, "odd"))
        many = [at(here) for _ in range(16)]
        told = [each.register(f"app{number}")["type"] for number, each in enumerate(many)]
        check(told == ["registered"] * 15 + ["error"], "a seventeenth application is refused", told)
        for each in many:
            each.close()
        with at(here) as again:
            check(soon(2, lambda: again.register("again")["type"] == "registered"),
                  "and taken when another has gone")
    check(here.n() == 2 and there.n() == 2, "the mesh is as it was")


PARTS = [flood, killed, slow_reader, sockets, malformed]
