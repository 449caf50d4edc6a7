# SPDX-License-Identifier: Apache-2.0
"""A recording as a sound device: ALSA's `file` plug-in over `null`, which any machine has."""

import array
import math
import os

RATE = 8000
SECONDS = 600


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


def put_into(folder, hertz, write, repeat):
    """Makes recording and configuration with `write(path, data)` and `repeat(second, path, times)`,
    which copies a file many times into another: the environment to run in. ALSA does not go on
    well at the end of a recording, so it is as long as any check."""
    second, recording = os.path.join(folder, "second.raw"), os.path.join(folder, "hum.raw")
    configuration = os.path.join(folder, "alsa.conf")
    write(second, hum(hertz))
    repeat(second, recording, SECONDS)
    write(configuration, alsa_configuration(recording).encode())
    return {"ALSA_CONFIG_PATH": configuration}


def into(guest, hertz):
    """The same inside a guest, made once."""
    if guest.exists("/feed/alsa.conf"):
        return {"ALSA_CONFIG_PATH": "/feed/alsa.conf"}
    return put_into("/feed", hertz, guest.put, lambda second, path, times: guest.do(
        f"for i in $(seq {times}); do cat {second}; done >{path}", 60))
