# SPDX-License-Identifier: Apache-2.0
"""A recording as a sound device: ALSA's `file` plug-in over `null`, which any machine has."""

import array
import math
import os

RATE = 8000


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


def put_into(folder, hertz, write):
    """Writes recording and configuration with `write(path, data)`: the environment to run in."""
    recording, configuration = os.path.join(folder, "hum.raw"), os.path.join(folder, "alsa.conf")
    write(recording, hum(hertz))
    write(configuration, alsa_configuration(recording).encode())
    return {"ALSA_CONFIG_PATH": configuration}
