#!/usr/bin/env python3
"""Writes the captured trees of a machine that nobody owns, from specifications.

The machine of the how-to: a Westmere-EP server with an Intel 82574L, a MegaRAID SAS 2108, Linux 3.1
and Xen 4.2.5. Nothing in a tree was read from a real machine.

    make.py                          howto and howto-clean, in the folder of this file
    make.py --to DIR --xen 4.2.1     the same machine under another Xen: 4.1.2, 4.2.1, newest, ...
    make.py --deep                   howto as if dom0 told Xen the firmware's C-states (Linux 3.4 can)

Registers: pci.py; tables of the firmware: acpi.py. The texts are what the source of Linux 3.1 and
that of the release of Xen print.
"""

import argparse
import os
import shutil
import struct
import sys
from dataclasses import dataclass
from pathlib import Path

sys.dont_write_bytecode = True

from acpi import (
    COMPILER, DSDT, DSDT_LENGTH, FACS, IO_APICS, LOCAL_APICS, OEM, OEM_TABLE, firmware_tables)
from pci import (
    ENDPOINT, GEN1, GEN2, INTEGRATED, IO, L0S, L1, MEMORY, PREFETCH, ROOT_PORT, WIDE, Function,
    Link, error_reporting, express, msi, msix, power_management)

HERE = Path(__file__).resolve().parent
DEFAULT_XEN, NEWEST_XEN = "4.2.5", "4.22.0"
KNOWN_BRANCHES = {(4, 1), (4, 2), (4, 22)}  # the releases whose texts were looked up

HOWTO_XEN = "dom0_mem=2048M max_cstate=0 msi=false"
HOWTO_DOM0 = (
    "root=/dev/sda5 raid=noautodetect console=tty0 earlyprintk=xen nomodeset vga=normal nofb"
    " video=vesafb:off pcie_aspm=off"
)


@dataclass(frozen=True)
class Machine:
    """What differs between the trees: the two lines, and the Xen that reads the first."""

    xen: str
    xen_line: str
    dom0_line: str
    deep: bool = False

    @property
    def version(self):
        return tuple(int(part) for part in self.xen.split("."))

    @property
    def is_old(self):
        """4.1, which words some things otherwise than 4.2."""
        return self.version < (4, 2)

    @property
    def is_new(self):
        """The newest, which words many things otherwise than 4.2."""
        return self.version >= (4, 22)

    @property
    def extra(self):
        """xen_extra: `.5`."""
        return f".{self.version[2]}"

    @property
    def msi(self):
        """Whether dom0 gets MSI: Xen knows the word `msi=` from 4.2.2 on, and ignores it before."""
        return self.version < (4, 2, 2) or "msi=false" not in self.xen_line

    @property
    def no_aspm(self):
        return "pcie_aspm=off" in self.dom0_line


class Tree:
    """A folder that stands for a machine's root."""

    def __init__(self, folder):
        self.folder = folder
        if folder.exists():
            shutil.rmtree(folder)

    def bytes(self, path, content):
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)

    def text(self, path, content):
        self.bytes(path, content.encode())

    def line(self, path, content):
        self.text(path, f"{content}\n")

    def link(self, path, target):
        """A relative link to another path of the tree, be it there or not."""
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.symlink_to(os.path.relpath(target, os.path.dirname(path)))


# --- The functions --------------------------------------------------------------------------------

BOARD = (0x8086, 0x0000)  # the subsystem ids of a board whose maker set none


def root_port(slot, device, bus, link, irqs, msi_on, io=None, memory=None):
    """A root port of the 5520; `irqs` are the one of INTx and the one of MSI."""
    port = Function(f"00:{slot:02x}.0", (0x8086, device), 0x060400, 0x22, "pcieport")
    port.bridge(bus, io, memory).interrupt(0x0F, irqs[0])
    port.capability(0x0D, 0x40, struct.pack("<HHH", 0, *BOARD))
    port.messages(0x60, msi(2, wide=False, maskable=True, on=msi_on), irqs[1])
    port.capability(0x10, 0x90, express(ROOT_PORT, link, slot=slot))
    port.capability(0x01, 0xE0, power_management(0xC803))
    return port.extended(0x0001, 1, 0x100, error_reporting(root=True))


def functions_of_the_hub(msi_on):
    """The 5520 itself, and the ports whose devices are on the board."""
    host = Function("00:00.0", (0x8086, 0x3406), 0x060000, 0x22, subsystem=BOARD)
    esi = Link(GEN1, 4, L0S | L1)
    host.messages(0x60, msi(2, wide=False, maskable=True))
    host.capability(0x10, 0x90, express(ROOT_PORT, esi))
    host.capability(0x01, 0xE0, power_management(0xC803))
    host.extended(0x0001, 1, 0x100, error_reporting(root=True))

    raid = Link(GEN2, 4, L0S | L1, port=1)
    slot = Link(GEN2, 4, L0S | L1, negotiated=(GEN1, 0), port=3)  # nothing is in it
    nic = Link(GEN2, 4, L0S | L1, on=L1, negotiated=(GEN1, 1), port=7)
    ports = [
        root_port(
            1, 0x3408, 1, raid, (28, 97), msi_on, (0xD000, 0xDFFF), (0xFB900000, 0xFB9FFFFF)),
        root_port(3, 0x340A, 2, slot, (29, 98), msi_on),
        root_port(
            7, 0x340E, 3, nic, (30, 99), msi_on, (0xE000, 0xEFFF), (0xFBA00000, 0xFBAFFFFF)),
    ]
    system = Function("00:14.0", (0x8086, 0x342E), 0x080000, 0x22)
    system.capability(0x10, 0x40, express(INTEGRATED, payload=0))
    return [host, *ports, system]


def functions_of_the_southbridge(msi_on):
    """The ICH10."""
    uhci = Function("00:1a.0", (0x8086, 0x3A37), 0x0C0300, 0, "uhci_hcd", BOARD).multi_function()
    uhci.bar(4, 0xC080, 32, IO).interrupt(0x0A, 16)
    ehci = Function("00:1a.7", (0x8086, 0x3A3C), 0x0C0320, 0, "ehci_hcd", BOARD)
    ehci.bar(0, 0xFB8F2000, 1024, MEMORY).interrupt(0x0B, 18, pin=3)
    ehci.capability(0x01, 0x50, power_management(0xC9C2))
    bridge = Function("00:1e.0", (0x8086, 0x244E), 0x060401, 0x90)
    bridge.bridge(4, None, (0xFAF00000, 0xFB7FFFFF), (0xF9000000, 0xF9FFFFFF))
    bridge.capability(0x0D, 0x40, struct.pack("<HHH", 0, *BOARD))
    isa = Function("00:1f.0", (0x8086, 0x3A16), 0x060100, 0, None, BOARD).multi_function()
    sata = Function("00:1f.2", (0x8086, 0x3A22), 0x010601, 0, "ahci", BOARD)
    for index, base, size in ((0, 0xC880, 8), (1, 0xC800, 4), (2, 0xC480, 8), (3, 0xC400, 4)):
        sata.bar(index, base, size, IO)
    sata.bar(4, 0xC080 + 0x20, 32, IO).bar(5, 0xFB8F0000, 2048, MEMORY)
    sata.interrupt(0x0F, 19, pin=2)
    sata.messages(0x80, msi(16, wide=False, on=msi_on), irq=104)
    sata.capability(0x01, 0x70, power_management(0x4003))
    smbus = Function("00:1f.3", (0x8086, 0x3A30), 0x0C0500, 0, None, BOARD)
    smbus.bar(0, 0xFB8F4000, 256, MEMORY | WIDE).bar(4, 0x0400, 32, IO).interrupt(0x0B, 18, pin=3)
    return [uhci, ehci, bridge, isa, sata, smbus]


def raid_controller(msi_on):
    """The LSI SAS 2108: eight lanes on a port of four."""
    link = Link(GEN2, 8, L0S, negotiated=(GEN2, 4), exits=(0, 0))
    raid = Function(
        "01:00.0", (0x1000, 0x0079), 0x010400, 0x05, "megaraid_sas", (0x1000, 0x9261))
    raid.bar(0, 0xD000, 256, IO).bar(1, 0xFB9BC000, 0x4000, MEMORY | WIDE)
    raid.bar(3, 0xFB9C0000, 0x40000, MEMORY | WIDE).rom(0xFB940000, 0x40000).interrupt(0x0B, 26)
    raid.capability(0x01, 0x50, power_management(0x0603))
    raid.capability(0x10, 0x68, express(ENDPOINT, link, payload=5))
    raid.messages(0xA8, msi(1))
    raid.message_table(0xC0, msix(15, (1, 0x2000), (1, 0x3800), on=msi_on))
    return raid.extended(0x0001, 1, 0x100, error_reporting(root=False))


def network_card(msi_on):
    """The 82574L, whose L1 the firmware switched on."""
    link = Link(GEN1, 1, L0S | L1, on=L1, exits=(1, 6))
    nic = Function("03:00.0", (0x8086, 0x10D3), 0x020000, 0, "e1000e", BOARD)
    nic.bar(0, 0xFBAE0000, 0x20000, MEMORY).bar(2, 0xE000, 32, IO)
    nic.bar(3, 0xFBADC000, 0x4000, MEMORY).interrupt(0x0A, 24)
    nic.capability(0x01, 0xC8, power_management(0xC822))
    nic.messages(0xD0, msi(1))
    nic.capability(0x10, 0xE0, express(ENDPOINT, link, version=1))
    nic.message_table(0xA0, msix(5, (3, 0), (3, 0x2000), on=msi_on))
    return nic.extended(0x0001, 1, 0x100, error_reporting(root=False))


def graphics():
    """The Matrox G200eW on the PCI bus behind the southbridge."""
    card = Function("04:03.0", (0x102B, 0x0532), 0x030000, 0x0A, None, BOARD)
    card.bar(0, 0xF9000000, 1 << 24, MEMORY | PREFETCH).bar(1, 0xFAFFC000, 0x4000, MEMORY)
    card.bar(2, 0xFB000000, 1 << 23, MEMORY).interrupt(0x0A, 23)
    return card.capability(0x01, 0xDC, power_management(0x0022))


def functions(machine):
    """All functions, each below the bridge that leads to its bus."""
    found = functions_of_the_hub(machine.msi) + functions_of_the_southbridge(machine.msi)
    found += [raid_controller(machine.msi), network_card(machine.msi), graphics()]
    bridges = {f"{one.space[0x19]:02x}": one for one in found if one.space[0x0E] & 0x7F == 1}
    for one in found:
        one.parent = bridges.get(one.address[:2])
    return found


def write_devices(tree, found):
    """What hangs below the functions: an interface, the hosts of the disks, the root disk."""
    path = {one.address: one.path for one in found}
    hosts = [("01:00.0", "megaraid_sas")] + [("00:1f.2", "ahci")] * 6
    for number, (address, driver) in enumerate(hosts):
        host = f"{path[address]}/host{number}/scsi_host/host{number}"
        tree.line(f"{host}/proc_name", driver)
        tree.link(f"sys/class/scsi_host/host{number}", host)
    disk = f"{path['01:00.0']}/host0/target0:2:0/0:2:0:0/block/sda"
    tree.line(f"{disk}/size", 1951170560)
    tree.link("sys/class/block/sda", disk)
    tree.line(f"{disk}/sda5/partition", 5)
    tree.link("sys/class/block/sda5", f"{disk}/sda5")
    tree.line(f"{path['03:00.0']}/net/eth0/mtu", 1500)
    tree.link("sys/class/net/eth0", f"{path['03:00.0']}/net/eth0")


# --- The tables of the firmware -------------------------------------------------------------------


def zapped(original, machine):
    """The DMAR as Xen leaves it to dom0 (acpi_dmar_zap), and what dom0 finds it under.

    Up to 4.5 the first letter becomes an X and the checksum is corrected by the difference; since
    4.6 the letters are turned round, which leaves the checksum right.
    """
    result = bytearray(original)
    if machine.version >= (4, 6):
        result[0:4] = b"RMAD"
    else:
        result[0] = ord("X")
        result[9] = result[9] - (ord("X") - ord("D")) & 0xFF
    return bytes(result)


def write_tables(tree, machine):
    for _, _, content in firmware_tables():
        seen = zapped(content, machine) if content[:4] == b"DMAR" else content
        tree.bytes(f"sys/firmware/acpi/tables/{seen[:4].decode()}", seen)


# --- The processor --------------------------------------------------------------------------------

MHZ = "2400.084"
# What pv_cpuid of Xen and xen_cpuid of Linux leave of a Xeon E5620, in the order of Linux 3.1.
FLAGS = (
    "fpu de tsc msr pae cx8 apic sep cmov pat clflush acpi mmx fxsr sse sse2 ss ht syscall nx lm"
    " constant_tsc rep_good nopl nonstop_tsc aperfmperf pni pclmulqdq est ssse3 cx16 sse4_1 sse4_2"
    " popcnt aes hypervisor lahf_lm ida arat epb dts"
).split()
FLAGS_OF_LEAF_6 = {"aperfmperf", "ida", "arat", "epb", "dts"}


def cpu_info(machine):
    """/proc/cpuinfo; from 4.9 on Xen hides leaf 6."""
    hidden = FLAGS_OF_LEAF_6 if machine.version >= (4, 9) else set()
    flags = " ".join(flag for flag in FLAGS if flag not in hidden)
    return "".join(
        f"processor\t: {number}\nvendor_id\t: GenuineIntel\ncpu family\t: 6\nmodel\t\t: 44\n"
        "model name\t: Intel(R) Xeon(R) CPU           E5620  @ 2.40GHz\nstepping\t: 2\n"
        f"cpu MHz\t\t: {MHZ}\ncache size\t: 12288 KB\nphysical id\t: 0\n"
        f"siblings\t: {len(LOCAL_APICS)}\ncore id\t\t: {apic >> 1}\ncpu cores\t: 4\n"
        f"apicid\t\t: {apic}\ninitial apicid\t: {apic}\nfpu\t\t: yes\nfpu_exception\t: yes\n"
        f"cpuid level\t: 11\nwp\t\t: yes\nflags\t\t: {flags}\nbogomips\t: 4800.16\n"
        "clflush size\t: 64\ncache_alignment\t: 64\n"
        "address sizes\t: 40 bits physical, 48 bits virtual\npower management:\n\n"
        for number, apic in enumerate(sorted(LOCAL_APICS)))


# --- Linux ----------------------------------------------------------------------------------------

RELEASE, BUILT = "3.1.0-lfs-7.0", "#1 SMP Sat Nov 19 12:00:00 UTC 2011"
VERSION = f"Linux version {RELEASE} (builder@build) (gcc version 4.6.1 (GCC) ) {BUILT}"


def interrupts(machine):
    """/proc/interrupts (show_interrupts of Linux 3.1): lines of the machine, and a few of Xen."""
    count = len(LOCAL_APICS)
    rows = [(8, "xen-pirq-ioapic-edge", "rtc0", 1), (9, "xen-pirq-ioapic-level", "acpi", 4),
            (16, "xen-pirq-ioapic-level", "uhci_hcd:usb2", 31),
            (18, "xen-pirq-ioapic-level", "ehci_hcd:usb1", 27)]
    if not machine.msi:
        rows += [(number, "xen-pirq-ioapic-level", name, fired) for number, name, fired in
                 ((19, "ahci", 2214), (24, "eth0", 991233), (26, "megasas", 183112))]
    rows += [(48, "xen-percpu-virq", "timer0", 2215837), (49, "xen-percpu-ipi", "resched0", 90417),
             (50, "xen-percpu-ipi", "callfunc0", 3311), (51, "xen-percpu-virq", "debug0", 0),
             (52, "xen-percpu-ipi", "callfuncsingle0", 7422), (96, "xen-dyn-event", "xenbus", 318)]
    if machine.msi:
        rows += [(number, "xen-pirq-msi", "PCIe PME, aerdrv", 0) for number in (97, 98, 99)]
        rows += [(104, "xen-pirq-msi", "ahci", 2214), (105, "xen-pirq-msi-x", "megasas", 183112),
                 (106, "xen-pirq-msi-x", "eth0-rx-0", 512809),
                 (107, "xen-pirq-msi-x", "eth0-tx-0", 478424), (108, "xen-pirq-msi-x", "eth0", 2)]
    text = " " * 11 + "".join(f"CPU{number:<8}" for number in range(count)) + "\n"
    for number, chip, name, fired in rows:
        controller, kind = chip.split("-")[:2], "-".join(chip.split("-")[2:])
        counts = "".join(f"{value:10} " for value in [fired] + [0] * (count - 1))
        text += f"{number:3}: {counts} {'-'.join(controller):>8}-{kind:<8}  {name}\n"
    return text


def refused(device):
    """What Linux says where Xen gives no MSI (xen_initdom_setup_msi_irqs)."""
    return f"{device}: xen map irq failed -1 for 32752 domain"


def kernel_log(machine):
    """A few lines of the boot: those of ASPM, of MSI and of the two drivers."""
    raid, nic = "megaraid_sas 0000:01:00.0", "e1000e 0000:03:00.0"
    lines = [(0, VERSION), (0, f"Command line: {machine.dom0_line}")]
    for signature, address, content in firmware_tables():
        seen = zapped(content, machine)[:4].decode() if signature == "DMAR" else signature
        lines.append((0, f"ACPI: {seen} {address:016x} {len(content):05X} (v{content[8]:02}"
                         f" {OEM:6} {OEM_TABLE:8} {1:08X} {COMPILER:4} {1:08X})"))
    lines += [(0, "Booting paravirtualized kernel on Xen"),
              (0, f"Xen version: {machine.xen} (preserve-AD)"),
              (0, f"Kernel command line: {machine.dom0_line}")]
    if machine.no_aspm:
        lines.append((0, "PCIe ASPM is disabled"))
    lines += [(0, f"Detected {MHZ} MHz processor."), (0.312118, "Switching to clocksource xen")]
    if not machine.msi:
        lines += [(0.684310 + slot / 1000, refused(f"pcieport 0000:00:{slot:02x}.0"))
                  for slot in (1, 3, 7)]
        lines.append((0.912204, refused("ahci 0000:00:1f.2")))
    lines += [
        (1.204417, "megasas: 00.00.05.40-rc1 Tue. Jul. 26 17:00:00 PDT 2011"),
        (1.204461, "megasas: 0x1000:0x0079:0x1000:0x9261: bus 1:slot 0:func 0"),
        (1.204489, f"{raid}: PCI INT A -> GSI 26 (level, low) -> IRQ 26"),
        (1.204502, f"{raid}: setting latency timer to 64"),
        (1.204911, "megasas: FW now in Ready state")]
    if not machine.msi:
        lines.append((1.205006, refused(raid)))
    lines += [(1.291874, "megasas: INIT adapter done"),
              (1.377450, "scsi0 : LSI SAS based MegaRAID driver"),
              (2.011822, "e1000e: Intel(R) PRO/1000 Network Driver - 1.4.4-k"),
              (2.011825, "e1000e: Copyright(c) 1999 - 2011 Intel Corporation."),
              (2.011851, f"{nic}: Disabling ASPM L0s "),
              (2.011874, f"{nic}: PCI INT A -> GSI 24 (level, low) -> IRQ 24"),
              (2.011889, f"{nic}: setting latency timer to 64")]
    if not machine.msi:
        fall = f"{nic}: (unregistered net_device): Failed to initialize"
        lines += [
            (2.012204, refused(nic)),
            (2.012207, f"{fall} MSI-X interrupts.  Falling back to MSI interrupts."),
            (2.012231, refused(nic)),
            (2.012233, f"{fall} MSI interrupts.  Falling back to legacy interrupts.")]
    # The address is one of those that RFC 7042 keeps for documentation.
    lines += [(2.116902, f"{nic}: eth0: (PCI Express:2.5GT/s:Width x1) 00:00:5e:00:53:2a"),
              (2.116905, f"{nic}: eth0: Intel(R) PRO/1000 Network Connection"),
              (2.116988, f"{nic}: eth0: MAC: 3, PHY: 8, PBA No: FFFFFF-0FF")]
    return "".join(f"[{time:12.6f}] {text}\n" for time, text in lines)


def write_linux(tree, machine):
    tree.line("proc/version", VERSION)
    tree.line("proc/cmdline", machine.dom0_line)
    tree.text("proc/cpuinfo", cpu_info(machine))
    tree.line("proc/xen/capabilities", "control_d")
    tree.text("proc/interrupts", interrupts(machine))
    clock = "sys/devices/system/clocksource/clocksource0"
    tree.line(f"{clock}/current_clocksource", "xen")
    tree.line(f"{clock}/available_clocksource", "xen tsc ")
    tree.line("sys/module/pcie_aspm/parameters/policy", "[default] performance powersave ")
    tree.line("sys/module/megaraid_sas/parameters/msix_disable", 0)
    tree.text("dmesg.txt", kernel_log(machine))


DMI = {
    "bios_vendor": "American Megatrends Inc.", "bios_version": "2.0c", "bios_date": "07/19/2010",
    "sys_vendor": "Example", "product_name": "WS5520-2U", "product_version": "1.0",
    "board_vendor": "Example", "board_name": "WS5520",
}
MENU = """\
default 0
timeout 10

# [3] X/LAPP Xen
title [3] X/LAPP Xen                  (LFS-7.0, Linux-3.1, Xen-{machine.xen})
        kernel /xen-{machine.xen}.gz {machine.xen_line}
        module /vmlinuz-3.1-lfs-7.0 {machine.dom0_line}
"""


def write_boot_files(tree, machine):
    tree.text("boot/grub/menu.lst", MENU.format(machine=machine))
    tree.bytes(f"boot/xen-{machine.xen}.gz", b"")
    tree.bytes("boot/vmlinuz-3.1-lfs-7.0", b"")
    tree.line("etc/xen/xl.conf", "autoballoon=0")
    for name, value in DMI.items():
        tree.line(f"sys/class/dmi/id/{name}", value)


# --- Xen ------------------------------------------------------------------------------------------

GCC, XEN_BUILT = "gcc (GCC) 4.6.1", "Sat Nov  1 12:00:00 UTC 2014"
XEN_CAPS = "xen-3.0-x86_64 xen-3.0-x86_32p hvm-3.0-x86_32 hvm-3.0-x86_32p hvm-3.0-x86_64 "
VIRT_START = "ffff800000000000"
USABLE, RESERVED, ACPI_DATA, ACPI_NVS = "usable", "reserved", "ACPI data", "ACPI NVS"
MEMORY_MAP = [  # first byte, first byte behind, kind
    (0x0, 0x9D000, USABLE), (0x9D000, 0xA0000, RESERVED), (0xE0000, 0x100000, RESERVED),
    (0x100000, 0xBF780000, USABLE), (0xBF780000, 0xBF79E000, ACPI_DATA),
    (0xBF79E000, 0xBF7D0000, ACPI_NVS), (0xBF7D0000, 0xC0000000, RESERVED),
    (0xE0000000, 0xF0000000, RESERVED), (0xFEE00000, 0xFEE01000, RESERVED),
    (0xFFC00000, 0x100000000, RESERVED), (0x100000000, 0x640000000, USABLE),
]
RAM = sum(end - start for start, end, kind in MEMORY_MAP if kind == USABLE)
DOM0_MEMORY = 2048 << 20
FREE_MEMORY = RAM - DOM0_MEMORY - (139 << 20)


def features(machine):
    """XENVER_get_features for a PV dom0 (xen/common/kernel.c), bits of public/features.h."""
    bits = [4, 5, 6, 7]  # PAE above 4 GiB, keeps A and D, high memory assist, grant bits
    if not machine.is_old:
        bits.append(11)  # XENFEAT_dom0
    if machine.is_new:
        bits += [13, 17, 18, 19, 20]
    return f"{sum(1 << bit for bit in bits):08x}"


def write_hypervisor(tree, machine):
    major, minor = machine.xen.split(".")[:2]
    for name, value in (
        ("type", "xen"), ("version/major", major), ("version/minor", minor),
        ("version/extra", machine.extra), ("compilation/compiler", GCC),
        ("compilation/compiled_by", "root"), ("compilation/compile_date", XEN_BUILT),
        ("properties/capabilities", XEN_CAPS), ("properties/changeset", "unavailable"),
        ("properties/virtual_start", VIRT_START), ("properties/pagesize", 4096),
        ("properties/features", features(machine)),
    ):
        tree.line(f"sys/hypervisor/{name}", value)


def xl_info(machine):
    """`xl info`: output_nodeinfo, output_physinfo and output_xeninfo of the release."""
    major, minor = machine.version[:2]
    new = machine.is_new
    capabilities = "bfebfbff:2c100800:00000000:00003f40:029ee3ff:00000000:00000001:00000000"
    if new:
        capabilities = "bfebfbff:029ee3ff:2c100800:00000001:00000000:00000000:00000000:00000100"
    rows = [("host", "dom0"), ("release", RELEASE), ("version", BUILT), ("machine", "x86_64"),
            ("nr_cpus", len(LOCAL_APICS))]
    rows += [] if machine.is_old else [("max_cpu_id", len(LOCAL_APICS) - 1)]
    rows += [("nr_nodes", 1), ("cores_per_socket", 4), ("threads_per_core", 2),
             ("cpu_mhz", MHZ if new else 2400), ("hw_caps", capabilities),
             ("virt_caps", "pv hvm hap shadow gnttab-v1 gnttab-v2" if new else "hvm"),
             ("total_memory", RAM >> 20), ("free_memory", FREE_MEMORY >> 20)]
    if not machine.is_old:
        rows += [("sharing_freed_memory", 0), ("sharing_used_memory", 0)]
    rows += [("outstanding_claims", 0)] if new else []
    rows += [("free_cpus", 0), ("xen_major", major), ("xen_minor", minor),
             ("xen_extra", machine.extra)]
    rows += [("xen_version", machine.xen)] if new else []  # 4.4 and later
    rows += [("xen_caps", XEN_CAPS), ("xen_scheduler", "credit2" if new else "credit"),
             ("xen_pagesize", 4096), ("platform_params", f"virt_start=0x{VIRT_START}"),
             ("xen_changeset", "" if new else "unavailable"),
             ("xen_commandline", machine.xen_line), ("cc_compiler", GCC),
             ("cc_compile_by", "root"), ("cc_compile_domain", ""), ("cc_compile_date", XEN_BUILT)]
    rows += [("build_id", "")] if new else []
    rows.append(("xend_config_format", 4))
    return "".join(f"{name:<23}: {value}\n" for name, value in rows)


def c_state_limit(machine):
    """The number that xenpm prints; 7 stands for no limit in 4.1 and 4.2.

    `max_cstate=0` is taken as it stands. The newest Xen forbids C3 and C6 of a Westmere with
    threads (probe_c3_errata, since 4.14).
    """
    if "max_cstate=0" in machine.xen_line:
        return 0
    return 1 if machine.is_new else 7


def idle_states(machine):
    """The states of a CPU, each as what it is, how often it was entered, and for how long (ms).

    4.1 and 4.2 have no idle driver but the one that lives on the firmware's _CST, which dom0's
    kernel must hand over; Linux does so from 3.4 on. Without one all idle time stands under C1, as
    one visit (pmstat_get_cx_stat). Of the newest Xen's own table the limit leaves C1 and C1E.
    """
    limit = c_state_limit(machine)
    if machine.is_new:
        kinds = ["C1", "C1E"] if limit else []
    else:
        kinds = ["C1", "C3", "C6"] if machine.deep else []
    if not kinds:
        return [("C0", 1, 91216), ("C1", 1, 956434)]
    if limit == 0:
        return [("C0", 0, 1047650)] + [(kind, 0, 0) for kind in kinds]
    used = {"C1": (184021, 120440), "C1E": (66210, 835994), "C3": (66210, 204117),
            "C6": (91877, 631877)}
    return [("C0", sum(used[kind][0] for kind in kinds), 91216)] + [
        (kind, *used[kind]) for kind in kinds]


def xenpm(machine):
    """`xenpm get-cpuidle-states` (show_max_cstate and print_cxstat of tools/misc/xenpm.c)."""
    states, pad = idle_states(machine), "020" if machine.is_old else "20"
    limit = "Max C-state" if machine.is_old else "Max possible C-state"
    time = {kind: time for kind, _, time in states}
    residencies = {"pc2": 0, "pc3": 0, "pc6": 0, "pc7": 0, "cc3": time.get("C3", 0),
                   "cc6": time.get("C6", 0), "cc7": 0}
    if machine.is_old:
        del residencies["pc2"], residencies["cc7"]
    text = f"{limit}: C{c_state_limit(machine)}\n\n"
    for cpu in range(len(LOCAL_APICS)):
        text += f"cpu id               : {cpu}\ntotal C-states       : {len(states)}\n"
        text += f"idle time(ms)        : {sum(time for _, _, time in states[1:])}\n"
        for number, (_, visits, time) in enumerate(states):
            text += f"C{number:<20}: transition [{visits:{pad}}]\n"
            text += f"                       residency  [{time:{pad}} ms]\n"
        for name, time in residencies.items() if not machine.is_new else ():
            text += f"{name:<21}: [{time:{pad}} ms]\n"
        text += "\n"
    return text


def memory_lines(machine):
    for start, end, kind in MEMORY_MAP:
        if machine.is_new:
            yield f" [{start:016x}, {end - 1:016x}] ({kind})"
        else:
            yield f" {start:016x} - {end:016x} ({kind})"


def table_lines():
    """acpi_tb_print_table_header, before Xen touches the DMAR."""
    named = f"{OEM:6} {OEM_TABLE:8} {1:8X} {COMPILER:4} {1:8X}"
    yield f"ACPI: RSDP 000FA1D0, 0024 (r2 {OEM:6})"
    yield f"ACPI: XSDT BF780100, {36 + 8 * len(firmware_tables()):04X} (r1 {named})"
    for signature, address, content in firmware_tables():
        yield f"ACPI: {signature} {address:08X}, {len(content):04X} (r{content[8]} {named})"
        if signature == "FACP":
            yield f"ACPI: DSDT {DSDT:08X}, {DSDT_LENGTH:04X} (r1 {named})"
            yield f"ACPI: FACS {FACS:08X}, 0040"


def interrupt_lines(machine):
    for apic in LOCAL_APICS if not machine.is_new else ():
        yield f"Processor #{apic} 6:12 APIC version 21"
    for index, (identity, address, first) in enumerate(IO_APICS):
        yield (f"IOAPIC[{index}]: apic_id {identity}, version 32, address 0x{address:x},"
               f" GSI {first}-{first + 23}")
    if not machine.is_new:
        yield f"Enabling APIC mode:  Flat.  Using {len(IO_APICS)} I/O APICs"


DOM0_LINES = [
    " Dom0 kernel: 64-bit, PAE, lsb, paddr 0x1000000 -> 0x1b5c000",
    "PHYSICAL MEMORY ARRANGEMENT:",
    " Dom0 alloc.:   0000000630000000->0000000634000000 (507904 pages to be allocated)",
    "VIRTUAL MEMORY ARRANGEMENT:",
    " Loaded kernel: ffffffff81000000->ffffffff81b5c000",
    " Init. ramdisk: ffffffff81b5c000->ffffffff81b5c000",
    " Phys-Mach map: ffffffff81b5c000->ffffffff81f5c000",
    " Start info:    ffffffff81f5c000->ffffffff81f5c4b4",
    " Page tables:   ffffffff81f5d000->ffffffff81f70000",
    " Boot stack:    ffffffff81f70000->ffffffff81f71000",
    " TOTAL:         ffffffff80000000->ffffffff82000000",
    " ENTRY ADDRESS: ffffffff818b4200",
    "Dom0 has maximum 8 VCPUs",
]
VMX_LINES = [
    "VMX: Supported advanced features:", " - APIC MMIO access virtualisation",
    " - APIC TPR shadow", " - Extended Page Tables (EPT)",
    " - Virtual-Processor Identifiers (VPID)", " - Virtual NMI", " - MSR direct-access bitmap",
    " - Unrestricted Guest", "HVM: ASIDs enabled.", "HVM: VMX enabled",
    "HVM: Hardware Assisted Paging (HAP) detected", "HVM: HAP page sizes: 4kB, 2MB, 1GB",
]
NO_IOMMU = ["Failed to parse ACPI DMAR.  Disabling VT-d.", "I/O virtualisation disabled"]


def opening_lines(machine):
    yield "Bootloader: GNU GRUB 0.97"
    yield f"Command line: {machine.xen_line}"
    yield from ("Video information:", " VGA is text mode 80x25, font 8x16",
                " VBE/DDC methods: V2; EDID transfer time: 1 seconds", "Disc information:",
                " Found 1 MBR signatures", " Found 1 EDD information structures")


def old_messages(machine):
    """What 4.1 and 4.2 print without loglvl=: warnings, and lines that have no level.

    The banner in large letters in front of it all is left out.
    """
    yield f"Xen version {machine.xen} (root@) ({GCC}) {XEN_BUILT}"
    yield "Latest ChangeSet: unavailable"
    yield from opening_lines(machine)
    yield "Xen-e820 RAM map:"
    yield from memory_lines(machine)
    yield f"System RAM: {RAM >> 20}MB ({RAM >> 10}kB)"
    yield from table_lines()
    yield "Domain heap initialised"
    yield from interrupt_lines(machine)
    yield NO_IOMMU[0]
    yield from ("Using scheduler: SMP Credit Scheduler (credit)", f"Detected {MHZ} MHz processor.",
                "Initing memory sharing.", NO_IOMMU[1])
    yield from ("Enabled directed EOI with ioapic_ack_old on!", "ENABLING IO-APIC IRQs",
                " -> Using old ACK method", "Platform timer is 14.318MHz HPET",
                "Allocated console ring of 16 KiB.")
    yield from VMX_LINES
    yield f"Brought up {len(LOCAL_APICS)} CPUs"
    yield from ("*** LOADING DOMAIN 0 ***", " Xen  kernel: 64-bit, lsb, compat32", *DOM0_LINES)
    yield f"Scrubbing Free RAM: {'.' * (FREE_MEMORY // (100 << 20))}done."
    if not machine.is_old:
        yield "Initial low memory virq threshold set at 0x4000 pages."
    yield from ("Std. Loglevel: Errors and warnings",
                "Guest Loglevel: Nothing (Rate-limited: Errors and warnings)",
                "Xen is relinquishing VGA console.",
                "*** Serial input -> DOM0 (type 'CTRL-a' three times to switch input to Xen)",
                "Freed 252kB init memory.")


def new_messages(machine):
    """The lines that matter of the newest release, which shows those of level INFO, too."""
    yield f"Xen version {machine.xen} (root@) ({GCC}) debug=n {XEN_BUILT}"
    yield from opening_lines(machine)
    yield "CPU Vendor: Intel, Family 6 (0x6), Model 44 (0x2c), Stepping 2 (raw 000206c2)"
    yield "Xen-e820 RAM map:"
    yield from memory_lines(machine)
    yield f"System RAM: {RAM >> 20}MB ({RAM >> 10}kB)"
    yield from table_lines()
    yield from ("Domain heap initialised", "Using APIC driver default")
    yield from interrupt_lines(machine)
    yield from ("ACPI: HPET id: 0x8086a301 base: 0xfed00000", NO_IOMMU[0],
                f"SMP: Allowing {len(LOCAL_APICS)} CPUs (0 hotplug CPUs)",
                "Using scheduler: SMP Credit Scheduler rev2 (credit2)",
                "Platform timer is 14.318MHz HPET", f"Detected {MHZ} MHz processor.", NO_IOMMU[1])
    yield from ("Enabled directed EOI with ioapic_ack_old on!",
                f"Enabling APIC mode.  Using {len(IO_APICS)} I/O APICs", "ENABLING IO-APIC IRQs",
                " -> Using old ACK method", "Allocated console ring of 64 KiB.")
    yield from VMX_LINES
    if "max_cstate=0" not in machine.xen_line:
        yield "Disabling C-states C3 and C6 due to CPU errata"
    yield f"Brought up {len(LOCAL_APICS)} CPUs"
    yield from ("*** Building a PV Dom0 ***", " Xen  kernel: 64-bit, lsb", *DOM0_LINES)
    yield from ("Initial low memory virq threshold set at 0x4000 pages.",
                "Scrubbing Free RAM in background", "Std. Loglevel: Errors, warnings and info",
                "Guest Loglevel: Nothing (Rate-limited: Errors and warnings)",
                "Xen is relinquishing VGA console.",
                "*** Serial input to DOM0 (type 'CTRL-a' three times to switch input)",
                "Freed 672kB init memory")


def xl_dmesg(machine):
    lines = new_messages(machine) if machine.is_new else old_messages(machine)
    return "".join(f"(XEN) {line}\n" for line in lines)


# --- The trees ------------------------------------------------------------------------------------


def write(folder, machine):
    tree = Tree(folder)
    found = functions(machine)
    for function in found:
        function.write(tree)
    write_devices(tree, found)
    write_tables(tree, machine)
    write_linux(tree, machine)
    write_boot_files(tree, machine)
    write_hypervisor(tree, machine)
    tree.text("xl-info.txt", xl_info(machine))
    tree.text("xl-dmesg.txt", xl_dmesg(machine))
    tree.text("xenpm.txt", xenpm(machine))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--to", type=Path, default=HERE, help="where the trees are put")
    parser.add_argument("--xen", default=DEFAULT_XEN, help="a release of three numbers, or newest")
    parser.add_argument("--deep", action="store_true", help="in howto too dom0 told Xen the deep C-states")
    given = parser.parse_args()
    xen = NEWEST_XEN if given.xen == "newest" else given.xen
    if given.to.resolve() == HERE and xen != DEFAULT_XEN:
        parser.error("the trees beside this file are those of Xen 4.2.5; name a folder with --to")
    parts = xen.split(".")
    if len(parts) != 3 or not all(part.isdecimal() for part in parts):
        parser.error(f"'{xen}' is no release such as 4.2.5")
    if (int(parts[0]), int(parts[1])) not in KNOWN_BRANCHES:
        parser.error(f"the texts of Xen {xen} are not known here, only those of 4.1, 4.2 and 4.22")
    clean_dom0 = HOWTO_DOM0.removesuffix(" pcie_aspm=off")
    write(given.to / "howto", Machine(xen, HOWTO_XEN, HOWTO_DOM0, given.deep))
    # A dom0 that hands the deep C-states to Xen, so that there is something to limit.
    write(given.to / "howto-clean", Machine(xen, "dom0_mem=2048M", clean_dom0, True))


if __name__ == "__main__":
    main()
