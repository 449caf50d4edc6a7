# SPDX-License-Identifier: Apache-2.0
"""A recording as a sound device: ALSA's `file` plug-in over `null`, which any machine has."""

import array
import math
import os

RATE = 8000
DOUBLINGS = 9  # of a second: about as long as any check


def hum(hertz):
    """A second of a sine, S16_LE; a whole number of periods, so that it may be repeated."""
    return array.array("h", (int(8000 * math.sin(2 * math.pi * hertz * i / RATE))
                             for i in range(RATE))).tobytes()


def alsa_configuration(recording):
    return ("</usr/share/alsa/alsa.conf>\n"
            f'pcm.ear {{ type file slave.pcm null file /dev/null infile "{recording}" format raw }}\n')


def microphone(hertz, channel="hum"):
    return (f"{{ id: ear, type: microphone, device: ear, rate: {RATE}, channel: {channel},"
            f" frequency: {hertz} Hz, width: 4 Hz, decision-tau: 1s }}")


def environment(folder):
    return {"ALSA_CONFIG_PATH": os.path.join(folder, "alsa.conf")}


def into(guest, hertz):
    """The recording inside a guest, which comes with a second of it; the environment to run in."""
    if not guest.exists("/feed/hum.raw"):
        guest.do(f"cd /feed; cp {hertz}.raw hum.new; for i in $(seq {DOUBLINGS}); do"
                 " cat hum.new hum.new >more; mv more hum.new; done; mv hum.new hum.raw", 60)
        guest.put("/feed/alsa.conf", alsa_configuration("/feed/hum.raw"))
    return environment("/feed")


def onto(folder, hertz):
    """The same in a folder of the host. ALSA does not go on well at the end of a recording."""
    with open(os.path.join(folder, "hum.raw"), "wb") as file:
        file.write(hum(hertz) * 2**DOUBLINGS)
    with open(os.path.join(folder, "alsa.conf"), "w") as file:
        file.write(alsa_configuration(os.path.join(folder, "hum.raw")))
    return environment(folder)
