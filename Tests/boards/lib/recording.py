# SPDX-License-Identifier: Apache-2.0
"""What a guest has played, from the WAV file that QEMU writes on the host."""

import array
import os
import statistics

RATE, CHANNELS, HEADER = 48000, 2, 44  # S16_LE, as QEMU's `wav` writes it


def position(path):
    """Frames in the file by now."""
    return max(0, os.path.getsize(path) - HEADER) // (2 * CHANNELS)


def pitch(path, first_frame):
    """Median frequency over tenths of a second from that frame on, in which a tone is heard, by
    rising zero crossings with interpolation; and their number. Pauses do not count."""
    with open(path, "rb") as file:
        file.seek(HEADER + first_frame * 2 * CHANNELS)
        data = file.read()
    samples = array.array("h", data[:len(data) // 4 * 4])[::CHANNELS]
    block, found = RATE // 10, []
    for start in range(0, len(samples) - block, block):
        part = samples[start:start + block]
        if min(map(abs, (max(part), min(part)))) < 300 or _has_pause(part):
            continue
        rises = [i + part[i] / (part[i] - part[i + 1])
                 for i in range(len(part) - 1) if part[i] < 0 <= part[i + 1]]
        if len(rises) > 2:
            found.append((len(rises) - 1) * RATE / (rises[-1] - rises[0]))
    return (statistics.median(found) if found else 0.0), len(found)


def _has_pause(part):
    """An underrun leaves a run of zeros."""
    run = 0
    for sample in part:
        run = run + 1 if sample == 0 else 0
        if run > 20:
            return True
    return False
