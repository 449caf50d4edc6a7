# SPDX-License-Identifier: Apache-2.0
"""Every I²C chip with registers reads its datasheet's example through the kernel's I²C, and one
that goes wrong takes no other with it."""

import json
import os

from parts import item, reaches

GUEST = "amd64"

with open(os.path.join(os.path.dirname(__file__), "i2c_chips.json")) as table:
    CHIPS = json.load(table)["chips"]


def simulate(guest):
    """The bus with all chips, their registers as in the table; its number."""
    guest.insmod("i2c-stub", chip_addr=",".join(chip["address"] for chip in CHIPS))
    bus = guest.i2c_bus("SMBus stub")
    for chip in CHIPS:
        load(guest, bus, chip)
    return bus


def load(guest, bus, chip):
    address = int(chip["address"], 16)
    registers = {int(start, 16) + index: int(byte, 16)
                 for start, text in chip.get("bytes", {}).items()
                 for index, byte in enumerate(text.split())}
    guest.i2c_write(bus, address, registers)
    # A word's first byte on the wire is the low one of SMBus.
    words = {int(register, 16): int.from_bytes(bytes.fromhex(text), "little")
             for register, text in chip.get("words", {}).items()}
    guest.i2c_write(bus, address, words, word=True)


def line(bus, chip):
    own = "".join(f", {key}: {value}" for key, value in chip.get("config", {}).items())
    chosen = ", ".join(chip["readings"])
    return (f"{{ id: {chip['type']}, type: {chip['type']}, bus: {bus}, address: {chip['address']},"
            f" channel: {chip['type']},"
            f" every: 300ms, measure: [{chosen}]{own} }}")


def deviations(status, chip):
    """Readings that are not as the datasheet has them."""
    found = {each["name"]: each["value"]
             for each in item(status, "inputs", chip["type"]).get("readings", [])}
    return {name: (found.get(name), value) for name, value in chip["readings"].items()
            if name not in found or abs(found[name] - value) > chip["tolerance"]}


def datasheets(guest, check):
    """Each chip reads its datasheet's example, through i2c-dev and the kernel's I²C core"""
    bus = simulate(guest)
    node = guest.node(inputs=[line(bus, chip) for chip in CHIPS]).start()
    reaches(guest, node, lambda status: not any(deviations(status, chip) for chip in CHIPS), 30)
    status = node.status()
    for chip in CHIPS:
        wrong = deviations(status, chip)
        check(not wrong, f"{chip['type']}: {chip['readings']}",
              (wrong, item(status, "inputs", chip["type"])))
    doctor = guest.run(f"taumesh doctor --state {node.directory}", 60).output
    print("".join(f"        {each}\n" for each in doctor.splitlines() if "i2c" in each), end="")
    node.stop()


def nonsense(guest, check):
    """A chip that becomes another one is failed with the reason; the others go on; it comes back"""
    bus = simulate(guest)
    node = guest.node(inputs=[line(bus, chip) for chip in CHIPS]).start()
    chip = next(each for each in CHIPS if each["type"] == "mcp9808")
    working = reaches(guest, node, lambda status: all(
        each["state"] == "working" for each in status["inputs"]), 30)
    check(working is not None, "all work", node.status().get("inputs"))
    # 0xE000: 13 bits of zero below alert bits are plausible, so the value alone must go wrong too.
    guest.i2c_write(bus, int(chip["address"], 16), {5: 0xFF0F, 6: 0, 7: 0}, word=True)
    failed = reaches(guest, node, lambda status: item(
        status, "inputs", "mcp9808")["state"] == "failed", 20)
    check(failed is not None, "it is failed", item(node.status(), "inputs", "mcp9808"))
    print(f"        {item(failed or {}, 'inputs', 'mcp9808').get('detail')}")
    check(all(each["state"] == "working" for each in (failed or {"inputs": []})["inputs"]
              if each["id"] != "mcp9808"), "the other eight work", failed)
    check("mcp9808" in node.log(), "the log names it", node.log())
    load(guest, bus, chip)
    back = reaches(guest, node, lambda status: item(
        status, "inputs", "mcp9808")["state"] == "working", 40)
    check(back is not None, "with its registers it comes back", node.log())
    node.stop()


PARTS = [datasheets, nonsense]
