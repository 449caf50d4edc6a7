# SPDX-License-Identifier: Apache-2.0
"""The guests there are: board, kernel, emulated machine, and which drivers are put into it."""

import dataclasses

# Every USB host of a Raspberry Pi up to the 3 is a DWC2; QEMU's Ethernet adapter is a CDC one.
USB_ETHERNET = ("phy-generic", "usb-common", "usbcore", "roles", "udc-core", "dwc2", "mii",
                "usbnet", "cdc_ether")
VIRTIO_ETHERNET = ("virtio_mmio", "virtio_net")
CAMERA = ("vivid",)
LOOPBACK = ("snd-aloop",)


@dataclasses.dataclass(frozen=True)
class Definition:
    name: str
    board: str                      # whose binary runs in it
    architecture: str               # Debian's, of kernel and busybox
    emulator: str
    machine: tuple                  # QEMU's words for the board and what is attached to it
    console: str                    # serial ports by the names the kernel gives them
    agent: str
    device_tree: str = ""
    enable: tuple = ()              # nodes of the device tree to switch on
    kernel_words: str = ""
    modules: tuple = ()             # what checks may insert
    boot_modules: tuple = ()        # what is inserted before the first check
    network: tuple = ()             # QEMU's words for its Ethernet adapter, {mac} to be filled in
    network_modules: tuple = USB_ETHERNET
    has_system_timer: bool = False  # see system_timer.py
    boot_limit: int = 180           # s, on a loaded machine of two cores


# Peripherals of the BCM2835 (Pi Zero), BCM2836 and BCM2837 (Pi 2, 3), as their CPUs see them.
PERIPHERALS = {"raspi0": 0x20000000, "raspi2b": 0x3F000000, "raspi3b": 0x3F000000}
MINI_UART = "/soc/serial@7e215040"
USB_NETWORK = ("-device", "usb-net,netdev=lan,mac={mac}")

GUESTS = {each.name: each for each in (
    Definition(
        "raspi3b", "pi4", "arm64", "qemu-system-aarch64",
        ("-M", "raspi3b", "-device", "tmp105,id=t0,bus=i2c-bus.1,address=0x48"),
        console="ttyAMA0", agent="ttyS1", device_tree="bcm2837-rpi-3-b.dtb",
        enable=(MINI_UART,), kernel_words="maxcpus=2 iomem=relaxed",
        modules=(*USB_ETHERNET, *LOOPBACK, *CAMERA, "i2c-bcm2835", "i2c-dev", "lm75",
                 "bcm2835-rng", "bcm2835_wdt"),
        boot_modules=("i2c-bcm2835", "i2c-dev"), network=USB_NETWORK),
    Definition(
        "virt", "pi4", "arm64", "qemu-system-aarch64",
        ("-M", "virt", "-cpu", "cortex-a53", "-m", "256", "-nic", "none"),
        console="ttyAMA0", agent="ttyAMA1", modules=(*LOOPBACK, *VIRTIO_ETHERNET),
        network=("-device", "virtio-net-device,netdev=lan,mac={mac}"),
        network_modules=VIRTIO_ETHERNET),
    Definition(
        "amd64", "server", "amd64", "qemu-system-x86_64",
        ("-M", "q35", "-m", "512", "-nic", "none",
         "-audiodev", "wav,id=speaker,path={folder}/speaker.wav,out.frequency=48000",
         "-device", "ich9-intel-hda", "-device", "hda-output,audiodev=speaker"),
        console="ttyS0", agent="ttyS1",
        # The codec's driver has to be there first: nothing loads modules by itself in a guest.
        modules=("snd-hda-codec-generic", "snd-hda-intel", "snd-dummy", *LOOPBACK, *CAMERA, "vfb",
                 "i2c-dev", "i2c-stub", "lm75", "bmp280-i2c"),
        boot_modules=("i2c-dev",)),
    Definition(
        "raspi0", "zero", "armel", "qemu-system-arm", ("-M", "raspi0"),
        console="ttyAMA0", agent="ttyS1", device_tree="bcm2835-rpi-zero.dtb",
        enable=(MINI_UART,),
        # QEMU lacks the power domains' bridges, at whose probe the kernel would end.
        kernel_words="initcall_blacklist=bcm2835_power_driver_init dwc_otg.fiq_fsm_enable=0",
        modules=(*USB_ETHERNET, *LOOPBACK), network=USB_NETWORK,
        has_system_timer=True),
    Definition(
        "raspi2b", "pi2", "armhf", "qemu-system-arm", ("-M", "raspi2b"),
        console="ttyAMA0", agent="ttyS1", device_tree="bcm2836-rpi-2-b.dtb",
        enable=(MINI_UART,), kernel_words="maxcpus=1",
        modules=(*USB_ETHERNET, *LOOPBACK), network=USB_NETWORK),
)}
