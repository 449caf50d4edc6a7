# SPDX-License-Identifier: Apache-2.0
"""A speaker on an Intel HDA card, whose sound the host records."""

import os
import time

from checks import soon
from parts import item, node_runs, reaches
from recording import pitch, position

GUEST = "amd64"
HUM, RATE = 50, 16000
INPUT = (f"{{ id: ear, type: microphone, device: 'hw:CARD=Loopback,DEV=1', rate: {RATE},"
         f" channel: hum, frequency: {HUM} Hz, width: 4 Hz, decision-tau: 1s }}")
OUTPUT = ("{ id: tone, type: speaker, device: 'hw:CARD=Intel', rate: 48000, channels: 2,"
          " channel: hum }")


def speaker(guest, check):
    """A hum into the loopback, a tone out of the card: measured in the host's file"""
    guest.insmod("snd-aloop", pcm_substreams=1)
    guest.insmod("snd-hda-codec-generic")
    guest.insmod("snd-hda-intel")
    check(bool(soon(10, lambda: guest.exists("/proc/asound/Intel"))), "the card is there",
          guest.run("cat /proc/asound/cards; dmesg | tail -n 5").output)
    guest.do("rig-tool unmute hw:CARD=Intel")
    guest.spawn(f"rig-tool tone hw:CARD=Loopback,DEV=0 {HUM} {RATE} 0.3")
    node = guest.node(inputs=[INPUT], outputs=[OUTPUT]).start()
    status = reaches(guest, node, lambda each: (
        (each["channels"] or [{"meanCoherence": 0}])[0]["meanCoherence"] > 0.9), 30)
    check(status is not None, "the node is coherent with itself", node.status())
    time.sleep(1)
    file = os.path.join(guest.folder, "speaker.wav")
    start = position(file)
    check(bool(soon(30, lambda: position(file) - start > 4 * 48000, 0.5)), "the host records",
          position(file) - start)
    measured, parts = pitch(file, start)
    expected = item(node.status(), "outputs", "tone").get("expectedHertz", 0)
    check(parts >= 5 and abs(measured - expected) <= 0.01 * expected,
          f"tone measured {measured:.2f} Hz in {parts} tenths of a second, commanded"
          f" {expected:.2f} Hz", node.status().get("outputs"))
    check(node.stop() is not False, "the node ends in time", node.log())


PARTS = [node_runs, speaker]
