# SPDX-License-Identifier: Apache-2.0
"""What three microphones hear: real recordings, a common mains hum, noise and clock errors.

Pure Python 3 standard library. One seed always gives the same bytes; a feed is made block by
block, so a run of any length takes little memory, and blocks do not depend on one another's
size.
"""

import array
import json
import math
import os
import random
import wave

RECORDINGS = "/usr/share/sounds/alsa"
HUM_HERTZ = 50.0
LEVEL = 10 ** (-20 / 20)  # of hum and of noise, relative to the RMS of the speech
SPEECH_RMS = 2000.0  # in steps of S16_LE at gain 1: leaves more than 15 dB for peaks
MAXIMUM_PPM = 100.0
MAXIMUM_DELAY_SECONDS = 1.0

# Name, recording, carries the hum unless told otherwise.
NODES = [
    ("hum-1", "Front_Center.wav", True),
    ("hum-2", "Front_Center.wav", True),
    ("other", "Side_Right.wav", False),
]


class FeedError(Exception):
    """Something the user can put right, said in one line."""


class Recording:
    """One recording as an endless loop: high-passed, band-limited to the feed, RMS 1."""

    def __init__(self, path, feed_rate):
        samples, self.rate = read_wave(path)
        sections = butterworth4(100.0, self.rate, "high")
        sections += butterworth4(0.42 * feed_rate, self.rate, "low")
        for section in sections:
            samples = filter_loop(samples, *section)
        rms = math.sqrt(sum(x * x for x in samples) / len(samples))
        self.frames = len(samples)
        self.samples = [x / rms for x in samples]

    def looped(self, frames):
        """The loop, long enough to read `frames` from any start in its first turn."""
        turns = 1 + math.ceil((frames + 2) / self.frames)
        return self.samples * turns


class Feed:
    """One microphone of the run, with everything that sets it apart from the others."""

    def __init__(self, name, recording, hum, delay, seed):
        chance = random.Random(f"taumesh feed {seed} {name}")
        self.name, self.recording, self.hum, self.delay = name, recording, hum, delay
        self.ppm = chance.uniform(-MAXIMUM_PPM, MAXIMUM_PPM)
        self.gain = 10 ** (chance.uniform(-6.0, 6.0) / 20)
        self.offset = chance.uniform(0.0, 1.0)  # where in the recording frame 0 is, in turns
        self.noise = random.Random(chance.getrandbits(64))

    def block(self, source, rate, first, frames):
        """Frames first ..< first + frames as S16_LE.

        The card's clock is off by `ppm`: it takes its frame n when n / (rate * (1 + ppm)) s
        have passed in the room. The hum is the room's, so its phase at frame 0 is common.
        """
        step = 1.0 / (rate * (1.0 + self.ppm * 1e-6))
        begin = first * step - self.delay
        loop_rate = source.rate
        start = (begin * loop_rate + self.offset * source.frames) % source.frames
        stride = step * loop_rate
        loop = source.looped(math.ceil(frames * stride))
        turn = 2.0 * math.pi * HUM_HERTZ
        phase, advance = turn * begin, turn * step
        hum = LEVEL * math.sqrt(2.0) if self.hum else 0.0
        scale, sine, gauss = SPEECH_RMS * self.gain, math.sin, self.noise.gauss
        mixed = array.array("h")
        append = mixed.append
        for n in range(frames):
            position = start + n * stride
            k = int(position)
            before = loop[k]
            speech = before + (loop[k + 1] - before) * (position - k)
            value = scale * (speech + hum * sine(phase + n * advance) + gauss(0.0, LEVEL))
            append(-32768 if value < -32768.0 else 32767 if value > 32767.0 else round(value))
        return mixed

    def description(self, rate, frames):
        return {
            "name": self.name, "file": f"{self.name}.raw", "format": "S16_LE", "channels": 1,
            "rate": rate, "frames": frames, "recording": self.recording, "hum": self.hum,
            "ppm": self.ppm, "gain": self.gain, "offset": self.offset,
            "delaySeconds": self.delay,
        }


def feeds(seed, hum, delays):
    """The feeds of one run; `hum` is "some", "all" or "none", `delays` seconds by node name."""
    names = [name for name, _, _ in NODES]
    for name, delay in delays.items():
        if name not in names:
            raise FeedError(f"no node named {name}: expected one of {', '.join(names)}")
        if not 0.0 <= delay <= MAXIMUM_DELAY_SECONDS:
            raise FeedError(f"delay of {name} is {delay} s: expected 0 to 1 s")
    carries = {"some": lambda own: own, "all": lambda _: True, "none": lambda _: False}[hum]
    return [Feed(name, recording, carries(own), delays.get(name, 0.0), seed)
            for name, recording, own in NODES]


def render_feed(feed, seconds, rate, directory):
    """Writes one feed's raw file, a second at a time, and returns its description."""
    source = Recording(os.path.join(RECORDINGS, feed.recording), rate)
    frames = math.ceil(seconds * rate)
    description = feed.description(rate, frames)
    with open(os.path.join(directory, description["file"]), "wb") as file:
        for first in range(0, frames, rate):
            block = feed.block(source, rate, first, min(rate, frames - first))
            if array_is_big_endian():
                block.byteswap()
            block.tofile(file)
            file.flush()  # a long run may begin before its feeds are complete
    return description


def write_manifest(descriptions, seed, directory):
    with open(os.path.join(directory, "feeds.json"), "w") as file:
        json.dump({"seed": seed, "humHertz": HUM_HERTZ, "feeds": descriptions}, file, indent=2)
        file.write("\n")


def array_is_big_endian():
    return array.array("h", [1]).tobytes() == b"\0\1"


def read_wave(path):
    """Mono 16-bit samples as floats, and their rate."""
    try:
        with wave.open(path, "rb") as file:
            if file.getnchannels() != 1 or file.getsampwidth() != 2:
                raise FeedError(f"{path}: expected 16-bit mono")
            samples = array.array("h", file.readframes(file.getnframes()))
            if array_is_big_endian():
                samples.byteswap()
            return [float(x) for x in samples], file.getframerate()
    except FileNotFoundError:
        raise FeedError(f"{path}: no such recording; install the package alsa-utils") from None


def butterworth4(corner, rate, kind):
    """Two biquad sections (b0, b1, b2, a1, a2) of a Butterworth filter with 4 poles.

    Source: bilinear transform of the analogue prototype, Q = 1 / (2 cos(pi/8)) and
    1 / (2 cos(3 pi/8)).
    """
    sections = []
    if corner >= 0.5 * rate:
        return sections
    w = math.tan(math.pi * corner / rate)
    for angle in (math.pi / 8, 3 * math.pi / 8):
        q = 1.0 / (2.0 * math.cos(angle))
        norm = 1.0 / (1.0 + w / q + w * w)
        b = (w * w * norm, 2 * w * w * norm) if kind == "low" else (norm, -2 * norm)
        sections.append((b[0], b[1], b[0],
                         2.0 * (w * w - 1.0) * norm, (1.0 - w / q + w * w) * norm))
    return sections


def filter_loop(samples, b0, b1, b2, a1, a2):
    """One section over an endless loop: the second turn, when the first has settled it."""
    s1 = s2 = 0.0
    for _ in range(2):
        result = []
        append = result.append
        for x in samples:
            y = b0 * x + s1
            s1 = b1 * x - a1 * y + s2
            s2 = b2 * x - a2 * y
            append(y)
    return result
