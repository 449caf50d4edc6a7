# SPDX-License-Identifier: Apache-2.0
"""A temperature sensor on the Raspberry Pi's own I²C controller, set and hung from outside."""

import time

from parts import item, reaches

GUEST = "raspi3b"
SENSOR = "{ id: air, type: lm75, bus: 1, address: 0x48, every: 200ms, resolution: 12 }"
DRIVER, CONTROLLER = "platform/drivers/i2c-bcm2835", "3f804000.i2c"
# The ARM's interrupt controller; the I²C controllers share GPU interrupt 53.
# Source: Broadcom, "BCM2835 ARM Peripherals", 7.5.
ENABLE_2, DISABLE_2, I2C_INTERRUPT = 0x3F00B214, 0x3F00B220, 1 << 53 - 32


def set_temperature(guest, celsius):
    guest.qom_set("/machine/peripheral/t0", "temperature", int(celsius * 1000))


def reading(status):
    values = item(status, "inputs", "air").get("readings") or [{"value": None}]
    return values[0]["value"]


def reads(guest, node, celsius, seconds=15):
    return reaches(guest, node, lambda status: reading(status) is not None
                   and abs(reading(status) - celsius) < 0.07, seconds, 0.2)


def trend(status):
    """The phase of the trend channel as the status has it, degrees."""
    air = item(status, "inputs", "air")
    return air.get("phaseDegrees")


def temperature(guest, check):
    """Temperatures set from outside are read over the SoC's controller, and turn the phase"""
    set_temperature(guest, 20)
    node = guest.node(inputs=[SENSOR]).start()
    check(reads(guest, node, 20) is not None, "20 °C", node.status().get("inputs"))
    phases = {}
    for celsius in (31.5, 12.25, -10):
        set_temperature(guest, celsius)
        status = reads(guest, node, celsius)
        check(status is not None, f"{celsius} °C", node.status().get("inputs"))
        phases[celsius] = trend(status or {})
    print(f"        phases by temperature: {phases}")
    print(f"        {item(node.status(), 'inputs', 'air')}")
    check(node.stop() is not False, "the node ends in time", node.log())


def controller_goes(guest, check):
    """The controller is unbound and bound again: told, survived, taken back"""
    set_temperature(guest, 25)
    node = guest.node(inputs=[SENSOR]).start()
    check(reads(guest, node, 25) is not None, "the sensor is read", node.log())
    guest.spawn(f"sh -c 'echo {CONTROLLER} >/sys/bus/{DRIVER}/unbind'")
    failed = reaches(guest, node, lambda status: item(
        status, "inputs", "air")["state"] == "failed", 15, 0.2)
    check(failed is not None, "the input is failed", node.status().get("inputs"))
    print(f"        {item(failed or {}, 'inputs', 'air').get('detail')}")
    check(node.alive(), "the node runs on")
    check("air" in node.log(), "the log names the input", node.log())
    for _ in range(50):
        if not guest.exists(f"/sys/bus/{DRIVER}/{CONTROLLER}"):
            break
        time.sleep(0.1)
    guest.bind(DRIVER, CONTROLLER)
    set_temperature(guest, 26)
    check(reads(guest, node, 26, 40) is not None, "bound again, the sensor is read again", node.log())
    node.stop()


def bus_hangs(guest, check):
    """The controller's interrupt is held back, so that every transfer hangs for a second"""
    set_temperature(guest, 25)
    node = guest.node(inputs=[SENSOR]).start()
    check(reads(guest, node, 25) is not None, "the sensor is read", node.log())
    guest.write_word(DISABLE_2, I2C_INTERRUPT)
    started = time.monotonic()
    failed = reaches(guest, node, lambda status: item(
        status, "inputs", "air")["state"] == "failed", 15, 0.1)
    check(failed is not None, f"the input is failed after {time.monotonic() - started:.1f} s",
          node.status().get("inputs"))
    print(f"        {item(failed or {}, 'inputs', 'air').get('detail')}")
    asked = time.monotonic()
    status = node.status()
    check(status.get("uptimeSeconds", 0) > 0, "the node answers while the bus hangs"
          f" ({time.monotonic() - asked:.2f} s)", status)
    guest.write_word(ENABLE_2, I2C_INTERRUPT)
    set_temperature(guest, 27)
    check(reads(guest, node, 27, 40) is not None, "freed, the sensor is read again", node.log())
    check(node.stop() is not False, "the node ends in time", node.log())


PARTS = [temperature, controller_goes, bus_hangs]
