# SPDX-License-Identifier: Apache-2.0
"""The hardware watchdog of the SoC, for when neither node nor guard can do anything.

QEMU's power management resets as soon as the watchdog is armed, whatever its time: that the kernel's
driver reaches the hardware and the hardware resets the board is seen here, the time is not.
"""

GUEST = "raspi3b"


def reset(guest, check):
    """Armed through /dev/watchdog0, the emulated board is reset"""
    guest.insmod("bcm2835_wdt")
    identity = guest.read("/sys/class/watchdog/watchdog0/identity")
    check("Broadcom" in identity, f"/dev/watchdog0 is a {identity}")
    check(guest.machine.alive(), "until it is armed the board runs")
    guest.leave("exec 3>/dev/watchdog0; echo >&3; sleep 60")
    status = guest.machine.wait_for_end(40)
    check(status is not None, "the board is reset", guest.machine.console()[-800:])
    reasons = guest.monitor.last_words()
    check("guest-reset" in reasons, f"QEMU says why: {reasons}", reasons)


PARTS = [reset]
