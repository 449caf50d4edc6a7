# SPDX-License-Identifier: Apache-2.0
"""Screen, keyboard LED, line log and a card's mixer, on the kernel's own drivers."""

import base64
import json
import os
import struct
import zlib

from checks import soon
from parts import item, reaches

GUEST = "amd64"
WIDTH, HEIGHT = 640, 480
EAR = ("{ id: ear, type: microphone, device: 'hw:CARD=Loopback,DEV=1', rate: 16000, channel: hum,"
       " frequency: 50 Hz, width: 4 Hz, decision-tau: 1s }")
OUTPUTS = ["{ id: screen, type: display, device: /dev/fb0 }", "{ id: lines, type: text, path: /lines }"]


def hum(guest):
    guest.insmod("snd-aloop", pcm_substreams=1)
    return guest.spawn("rig-tool tone hw:CARD=Loopback,DEV=0 50 16000 0.3", log="/tone.log")


def coherent(guest, node, seconds=30):
    return reaches(guest, node, lambda each: (
        (each.get("channels") or [{"meanCoherence": 0}])[0]["meanCoherence"] > 0.9), seconds)


def picture(guest, name="/dev/fb0"):
    """The frame buffer's memory, 32 bits a pixel."""
    packed = guest.do(f"dd if={name} bs=65536 2>/dev/null | gzip -1 | base64", 60)
    return zlib.decompress(base64.b64decode(packed), 31)[:WIDTH * HEIGHT * 4]


def save_picture(pixels, path):
    """Writes a PNG for people to look at."""
    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))
    rows = b"".join(b"\0" + b"".join(
        pixels[(y * WIDTH + x) * 4:(y * WIDTH + x) * 4 + 3] for x in range(WIDTH)) for y in range(HEIGHT))
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0))
                   + chunk(b"IDAT", zlib.compress(rows, 1)) + chunk(b"IEND", b""))


def pixel(pixels, x, y):
    """Red, green and blue, which vfb has in this order."""
    start = (y * WIDTH + x) * 4
    return tuple(pixels[start:start + 3])


def screen_and_lines(guest, check):
    """A frame buffer shows colour and text, a log has a line a second, both of the same state"""
    guest.insmod("vfb", vfb_enable=1, videomemorysize=4194304, mode_option="640x480-32")
    check(bool(soon(5, lambda: guest.exists("/dev/fb0"))), "there is a frame buffer",
          guest.run("dmesg | tail").output)
    tone = hum(guest)
    node = guest.node(inputs=[EAR], outputs=OUTPUTS).start()
    status = coherent(guest, node)
    check(status is not None, "the node is coherent with itself", (node.status(), node.log()))
    check(item(node.status(), "outputs", "screen").get("state") == "working", "the screen works",
          node.status().get("outputs"))
    shown = picture(guest)
    file = os.path.join(guest.folder, "screen.png")
    save_picture(shown, file)
    if "TAUMESH_PICTURE" in os.environ:
        save_picture(shown, os.environ["TAUMESH_PICTURE"])
    field = pixel(shown, 100, 100)
    # Alone, the node's phase relative to itself is 0: red, as bright as it is coherent.
    check(field[0] > 120 and field[1] < 24 and field[2] < 24, f"the field is red: {field}", file)
    ink = sum(pixel(shown, x, y) == (255, 255, 255) for y in range(340, HEIGHT) for x in range(WIDTH))
    check(1000 < ink < 40000, f"text is on it: {ink} white pixels", file)
    guest.signal(tone, "KILL")
    lines = [json.loads(line) for line in guest.read("/lines").splitlines()]
    check(len(lines) >= 3 and all(each["channel"] == "hum" for each in lines),
          f"{len(lines)} lines were written", lines[:2])
    check(any(each.get("coherence", 0) > 0.5 for each in lines), "of the coherence too", lines[-1:])
    check(node.stop() is not False, "the node ends in time", node.log())
    after = picture(guest)
    lit = sum(any(pixel(after, x, y)) for y in range(HEIGHT) for x in range(WIDTH))
    # The kernel's own console may blink its cursor there.
    check(lit <= 8 * 16, f"and leaves the screen black: {lit} pixels are lit", file)


def keyboard_led(guest, check):
    """A keyboard's LED follows the coherence, and is its trigger's again afterwards"""
    found = guest.run("basename $(ls -d /sys/class/leds/*capslock | head -n 1)").output.strip()
    check(bool(found), "there is an LED", guest.run("ls /sys/class/leds").output)
    folder = f"/sys/class/leds/{found}"
    before = guest.read(f"{folder}/trigger")
    tone = hum(guest)
    node = guest.node(inputs=[EAR], outputs=[f"{{ id: led, type: led, device: '{found}' }}"]).start()
    check(coherent(guest, node) is not None, "the node is coherent with itself", node.status())
    check(bool(soon(5, lambda: guest.read(f"{folder}/brightness").strip() == "1")), "the LED is lit",
          node.status().get("outputs"))
    check("[none]" in guest.read(f"{folder}/trigger"), "and taken from its trigger")
    guest.signal(tone, "KILL")
    check(node.stop() is not False, "the node ends in time", node.log())
    check(guest.read(f"{folder}/trigger") == before, "its trigger has it again", before)


def small_display(guest, check):
    """An SSD1306 on the bus is set up and sent what changes; without an answer it is failed"""
    guest.insmod("i2c-stub", chip_addr="0x3c")
    bus = guest.i2c_bus("SMBus stub")
    tone = hum(guest)
    node = guest.node(inputs=[EAR], outputs=[
        f"{{ id: oled, type: ssd1306, bus: {bus}, height: 64 }}",
        f"{{ id: none, type: ssd1306, bus: {bus}, address: 0x3D }}"]).start()
    check(coherent(guest, node) is not None, "the node is coherent with itself", node.status())
    status = node.status()
    check(item(status, "outputs", "oled").get("state") == "working", "the display works",
          status.get("outputs"))
    check(item(status, "outputs", "none").get("state") == "failed", "the one that is not there does not",
          status.get("outputs"))
    # The simulated chip keeps the last byte of each register: commands from 0x00 on, the picture from 0x40 on.
    check(guest.i2c_read(bus, 0x3C, 0x18) == 0xAF, "it was switched on")
    check(guest.i2c_read(bus, 0x3C, 0x00) == 0x21, "and told where to write")
    block = [guest.i2c_read(bus, 0x3C, 0x40 + place) for place in range(32)]
    check(any(block), f"the picture was sent: {bytes(block).hex()}")
    guest.signal(tone, "KILL")
    check(node.stop() is not False, "the node ends in time", node.log())
    check(bool(soon(3, lambda: guest.i2c_read(bus, 0x3C, 0x00) == 0xAE)), "which leaves it switched off")


def mixer(guest, check):
    """A card's capture gain and playback volume are set, in percent and in decibels

    The card has steps of 0.3 dB: of those not above -20 dB the nearest is -20.1 dB.
    """
    guest.insmod("snd-dummy")
    node = guest.node(
        inputs=["{ id: mic, type: microphone, device: 'hw:CARD=Dummy', gain: 70 %, mixer: Mic }"],
        outputs=["{ id: out, type: speaker, device: 'hw:CARD=Dummy', volume: -20 dB }"]).start()
    told = node.status()
    detail = item(told, "inputs", "mic").get("detail", "")
    check("Mic at 70 %" in detail, f"the microphone's: {detail}", told.get("inputs"))
    detail = item(told, "outputs", "out").get("detail", "")
    check("Master at 55 %" in detail and "-20.1 dB" in detail, f"the speaker's: {detail}",
          told.get("outputs"))
    check(node.stop() is not False, "the node ends in time", node.log())
    said = guest.run(f"taumesh doctor --state {node.directory}", 30).output
    heard = [line for line in said.splitlines() if "input mic" in line]
    check(bool(heard) and "dBFS" in heard[0], f"the doctor says how loud it is: {heard}", said)


PARTS = [screen_and_lines, keyboard_led, small_display, mixer]
