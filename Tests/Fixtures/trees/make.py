#!/usr/bin/env python3
"""Writes the captured trees of machines that nobody owns, from the specifications.

    make.py [FOLDER]        writes FOLDER/howto and FOLDER/howto-clean (default: the folder of this file)

The machine of the how-to: a Westmere-EP server with an Intel 82574L, a MegaRAID SAS 2108, Xen 4.2.5 and Linux 3.1,
whose boot lines are those that the how-to gives to everyone. `howto-clean` is the same machine without them.
Registers: PCI Local Bus 3.0, PCI Express Base 2.1 (section 7.8), ACPI 4.0, IA-PC HPET 1.0a. Texts: the formats of
xl and xenpm in Xen 4.2.5 and of /proc in Linux 3.1.
"""
import os
import shutil
import struct
import sys

ROOT_PORT, ENDPOINT, LEGACY = 4, 0, 1
L0S, L1 = 1, 2


class Function:
    """One PCI function's configuration space."""

    def __init__(self, address, ids, class_code, revision=0, driver=None, subsystem=(0, 0)):
        self.address, self.driver = address, driver
        self.bytes = bytearray(256)
        self.last, self.free = 0x34, 0x40
        vendor, device = ids
        struct.pack_into("<HH", self.bytes, 0, vendor, device)
        struct.pack_into("<HH", self.bytes, 4, 0x0007, 0x0000)  # I/O, memory, bus master
        struct.pack_into("<I", self.bytes, 8, class_code << 8 | revision)
        struct.pack_into("<HH", self.bytes, 0x2C, *subsystem)
        self.bytes[0x3D] = 1  # INTA

    def bridge(self, secondary, subordinate=None):
        """A type 1 header with its bus numbers."""
        self.bytes[0x0E] = 1
        self.bytes[0x2C:0x30] = bytes(4)
        bus = int(self.address.split(":")[0], 16)
        self.bytes[0x18:0x1B] = bytes([bus, secondary, subordinate or secondary])
        return self

    def many(self):
        """The header of a device with several functions."""
        self.bytes[0x0E] |= 0x80
        return self

    def capability(self, kind, content):
        """Chains a capability into the list (PCI 3.0, 6.7)."""
        struct.pack_into("<H", self.bytes, 6, struct.unpack_from("<H", self.bytes, 6)[0] | 0x10)
        self.bytes[self.last] = self.free
        self.bytes[self.free] = kind
        self.bytes[self.free + 2:self.free + 2 + len(content)] = content
        self.last = self.free + 1
        self.free = (self.free + 2 + len(content) + 3) & ~3
        return self

    def power_management(self):
        return self.capability(0x01, struct.pack("<HHBB", 0xC823, 0, 0, 0))

    def msi(self, enabled=False, vectors=0):
        """64-bit addresses; `vectors` is the exponent of what it can do."""
        control = 0x80 | vectors << 1 | enabled
        return self.capability(0x05, struct.pack("<HIIH", control, 0, 0, 0))

    def msix(self, entries, enabled=False):
        return self.capability(0x11, struct.pack("<HII", entries - 1 | enabled << 15, 3, 0x2003))

    def express(self, kind, supported, on, width=4, speed=2, port=0):
        """PCI Express capability, version 2, with DevCap, LnkCap, LnkCtl and LnkSta."""
        flags = 2 | kind << 4 | (0x100 if kind == ROOT_PORT else 0)
        device = struct.pack("<IHH", 0x8001 | 6 << 6 | 6 << 9, 0x2810, 0)
        link = struct.pack("<IHH", speed | width << 4 | supported << 10 | 4 << 12 | port << 24,
                           on | 0x40, speed | width << 4 | 0x1000)
        return self.capability(0x10, struct.pack("<H", flags) + device + link + bytes(0x24))

    def write(self, tree):
        folder = f"sys/bus/pci/devices/0000:{self.address}"
        tree.bytes(f"{folder}/config", bytes(self.bytes) + bytes(4096 - 256))
        vendor, device = struct.unpack_from("<HH", self.bytes, 0)
        tree.text(f"{folder}/vendor", f"0x{vendor:04x}\n")
        tree.text(f"{folder}/device", f"0x{device:04x}\n")
        tree.text(f"{folder}/class", f"0x{struct.unpack_from('<I', self.bytes, 8)[0] >> 8:06x}\n")
        tree.text(f"{folder}/revision", f"0x{self.bytes[8]:02x}\n")
        tree.text(f"{folder}/irq", "0\n")
        tree.text(f"{folder}/resource", "0x0000000000000000 0x0000000000000000 0x0000000000000000\n" * 7)
        if self.driver:
            tree.link(f"{folder}/driver", f"../../drivers/{self.driver}")


class Tree:
    """A folder that stands for a machine."""

    def __init__(self, folder):
        shutil.rmtree(folder, ignore_errors=True)
        self.folder = folder

    def _path(self, path):
        path = os.path.join(self.folder, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        return path

    def bytes(self, path, content):
        with open(self._path(path), "wb") as file:
            file.write(content)

    def text(self, path, content):
        self.bytes(path, content.encode())

    def link(self, path, target):
        os.symlink(target, self._path(path))


def table(signature, revision, content):
    """An ACPI table with its header, length and checksum (ACPI 4.0, 5.2.6)."""
    head = struct.pack("<4sIBB6s8sI4sI", signature.encode(), 36 + len(content), revision, 0,
                       b"EXAMPL", b"WESTMERE", 1, b"XQ  ", 1)
    whole = bytearray(head + content)
    whole[9] = -sum(whole) & 0xFF
    return bytes(whole)


def fadt():
    """Revision 4, 244 bytes; neither MSI nor ASPM is forbidden."""
    content = bytearray(244 - 36)
    put = lambda offset, form, value: struct.pack_into(form, content, offset - 36, value)
    put(45, "<B", 4)  # enterprise server
    put(46, "<H", 9)
    put(96, "<H", 101)  # no C2 without _CST
    put(98, "<H", 1001)
    put(109, "<H", 0x0003)
    put(112, "<I", 0x000085A5)
    return table("FACP", 4, bytes(content))


def hpet():
    address = struct.pack("<BBBBQ", 0, 64, 0, 0, 0xFED00000)
    return table("HPET", 1, struct.pack("<I", 0x8086A301) + address + struct.pack("<BHB", 0, 0x37EE, 0))


def madt(cpus):
    content = struct.pack("<II", 0xFEE00000, 1)
    for index, apic in enumerate(cpus):
        content += struct.pack("<BBBBI", 0, 8, index, apic, 1)
    content += struct.pack("<BBBBII", 1, 12, 8, 0, 0xFEC00000, 0)
    content += struct.pack("<BBBBII", 1, 12, 9, 0, 0xFEC8A000, 24)
    content += struct.pack("<BBBBIH", 2, 10, 0, 0, 2, 0)
    content += struct.pack("<BBBBIH", 2, 10, 0, 9, 9, 0xD)
    return table("APIC", 2, content)


def mcfg():
    return table("MCFG", 1, bytes(8) + struct.pack("<QHBBI", 0xE0000000, 0, 0, 255, 0))


def dmar():
    """As dom0 finds it under Xen 4.2: the first letter overwritten, the checksum kept right."""
    units = struct.pack("<HHBBHQ", 0, 16, 1, 0, 0, 0xFBFFE000)
    reserved = struct.pack("<HHHHQQ", 1, 24, 0, 0, 0xBF7EC000, 0xBF7FFFFF)
    return table("XMAR", 1, struct.pack("<BB10x", 39, 1) + units + reserved)


def functions(msi):
    """The 5520, ICH10R and what hangs on them; without `msi` as Xen's msi=false leaves them."""
    nic = 0x8086, 0x10D3
    yield Function("00:00.0", (0x8086, 0x3406), 0x060000, 0x22)
    for slot, device, bus in ((1, 0x3408, 1), (3, 0x340A, 2), (7, 0x340E, 3)):
        port = Function(f"00:{slot:02x}.0", (0x8086, device), 0x060400, 0x22, "pcieport").bridge(bus)
        on = L1 if bus == 3 else 0
        yield (port.power_management().msi(msi, vectors=1)
               .express(ROOT_PORT, L0S | L1, on, width=4 if bus == 3 else 8, port=slot))
    yield Function("00:14.0", (0x8086, 0x342E), 0x080000, 0x22).many()
    yield Function("00:1a.0", (0x8086, 0x3A37), 0x0C0300, 0, "uhci_hcd").many()
    yield Function("00:1a.7", (0x8086, 0x3A3C), 0x0C0320, 0, "ehci_hcd").power_management()
    yield Function("00:1e.0", (0x8086, 0x244E), 0x060401, 0x90).bridge(4)
    yield Function("00:1f.0", (0x8086, 0x3A16), 0x060100).many()
    yield Function("00:1f.2", (0x8086, 0x3A22), 0x010601, 0, "ahci").msi(msi, vectors=4).power_management()
    yield Function("00:1f.3", (0x8086, 0x3A30), 0x0C0500)
    yield (Function("01:00.0", (0x1000, 0x0079), 0x010400, 5, "megaraid_sas", (0x1000, 0x9261))
           .power_management().express(ENDPOINT, L0S, 0, width=8).msi().msix(15, msi))
    yield (Function("03:00.0", nic, 0x020000, 0, "e1000e", (0x15D9, 0x0605))
           .power_management().msi().express(ENDPOINT, L0S | L1, L1, width=1, speed=1).msix(5, msi))
    yield Function("04:03.0", (0x102B, 0x0532), 0x030000, 0x0A)


# What a PV dom0 of Xen 4.2 shows of a Xeon E5620: leaf 6 and with it ARAT are not hidden yet, MONITOR is.
FLAGS = ("fpu de tsc msr pae cx8 apic sep cmov pat clflush acpi mmx fxsr sse sse2 ss ht syscall nx lm constant_tsc "
         "rep_good nopl nonstop_tsc aperfmperf pni pclmulqdq est ssse3 cx16 sse4_1 sse4_2 popcnt aes hypervisor "
         "lahf_lm ida arat dts")


def cpuinfo(count):
    return "".join(
        f"processor\t: {cpu}\nvendor_id\t: GenuineIntel\ncpu family\t: 6\nmodel\t\t: 44\n"
        "model name\t: Intel(R) Xeon(R) CPU           E5620  @ 2.40GHz\nstepping\t: 2\n"
        f"cpu MHz\t\t: 2400.084\ncache size\t: 12288 KB\nphysical id\t: 0\nsiblings\t: {count}\n"
        f"core id\t\t: {cpu}\ncpu cores\t: 1\nflags\t\t: {FLAGS}\nbogomips\t: 4800.16\n\n"
        for cpu in range(count))


def xl_info(version, line):
    major, minor, extra = version.split(".")
    values = [
        ("host", "dom0"), ("release", "3.1.0-lfs-7.0"), ("version", "#1 SMP Sat Nov 19 12:00:00 UTC 2011"),
        ("machine", "x86_64"), ("nr_cpus", "8"), ("max_cpu_id", "31"), ("nr_nodes", "1"), ("cores_per_socket", "4"),
        ("threads_per_core", "2"), ("cpu_mhz", "2400"),
        ("hw_caps", "bfebfbff:2c100800:00000000:00003f40:029ee3ff:00000000:00000001:00000000"), ("virt_caps", "hvm"),
        ("total_memory", "24566"), ("free_memory", "22273"), ("free_cpus", "0"), ("xen_major", major),
        ("xen_minor", minor), ("xen_extra", f".{extra}"), ("xen_caps", "xen-3.0-x86_64 xen-3.0-x86_32p hvm-3.0-x86_64 "),
        ("xen_scheduler", "credit"), ("xen_pagesize", "4096"), ("platform_params", "virt_start=0xffff800000000000"),
        ("xen_changeset", "unavailable"), ("xen_commandline", line), ("cc_compiler", "gcc (GCC) 4.6.1"),
        ("cc_compile_by", "root"), ("cc_compile_domain", ""), ("cc_compile_date", "Sat Nov  1 12:00:00 UTC 2014"),
        ("xend_config_format", "4")]
    return "".join(f"{name:<23}: {value}\n" for name, value in values)


def xl_dmesg(version, line):
    """What a release build says without loglvl=: nothing of level INFO."""
    return "".join(f"(XEN) {text}\n" for text in [
        f"Xen version {version} (root@) (gcc (GCC) 4.6.1) Sat Nov  1 12:00:00 UTC 2014", "Latest ChangeSet: unavailable",
        "Bootloader: GNU GRUB 0.97", f"Command line: {line}", "Video information:", "System RAM: 24566MB (25156396kB)",
        "ACPI: RSDP 000F9B50, 0024 (r2 EXAMPL)", "Using scheduler: SMP Credit Scheduler (credit)",
        "Detected 2400.084 MHz processor.", "Initing memory sharing.", "I/O virtualisation disabled",
        "ENABLING IO-APIC IRQs", " -> Using new ACK method", "Platform timer is 14.318MHz HPET", "Brought up 8 CPUs",
        "*** LOADING DOMAIN 0 ***", " Xen  kernel: 64-bit, lsb, compat32", "Std. Loglevel: Errors and warnings",
        "*** Serial input -> DOM0 (type 'CTRL-a' three times to switch input to Xen)", "Freed 248kB init memory."])


def xenpm(limit, states):
    text = f"Max possible C-state: C{limit}\n\n"
    for cpu in range(8):
        text += f"cpu id               : {cpu}\ntotal C-states       : {states}\nidle time(ms)        : 812345\n"
        for state in range(states):
            text += f"C{state:<20}: transition [{1000 * state:20}]\n"
            text += f"                       residency  [{90000 * (state + 1):20} ms]\n"
        text += "".join(f"{name:<21}: [{0:20} ms]\n" for name in ("pc3", "pc6", "pc7", "cc3", "cc6")) + "\n"
    return text


DMI = {
    "bios_vendor": "American Megatrends Inc.", "bios_version": "2.0c", "bios_date": "07/19/2010",
    "sys_vendor": "Example", "product_name": "WS5520-2U", "product_version": "1.0", "board_vendor": "Example",
    "board_name": "WS5520"}
DOM0 = ("root=/dev/sda5 raid=noautodetect console=tty0 earlyprintk=xen nomodeset vga=normal nofb video=vesafb:off")
MENU = """default 0
timeout 10

title X/LAPP Xen (LFS-7.0, Linux-3.1, Xen-{version})
\troot (hd0,0)
\tkernel /xen-{version}.gz {xen}
\tmodule /vmlinuz-3.1-lfs-7.0 {dom0}
"""


def write(folder, version, xen_line, dom0_line, limit, states):
    tree = Tree(folder)
    for function in functions(msi="msi=false" not in xen_line):
        function.write(tree)
    acpi = "sys/firmware/acpi/tables"
    for name, content in (("FACP", fadt()), ("HPET", hpet()), ("APIC", madt(range(0, 16, 2))),
                          ("MCFG", mcfg()), ("XMAR", dmar())):
        tree.bytes(f"{acpi}/{name}", content)
    for name, value in DMI.items():
        tree.text(f"sys/class/dmi/id/{name}", f"{value}\n")
    major, minor, extra = version.split(".")
    for name, value in (("type", "xen"), ("version/major", major), ("version/minor", minor),
                        ("version/extra", f".{extra}"), ("properties/features", "00000ef4"),
                        ("properties/changeset", "unavailable"), ("compilation/compiler", "gcc (GCC) 4.6.1"),
                        ("compilation/compiled_by", "root")):
        tree.text(f"sys/hypervisor/{name}", f"{value}\n")
    clock = "sys/devices/system/clocksource/clocksource0"
    tree.text(f"{clock}/current_clocksource", "xen\n")
    tree.text(f"{clock}/available_clocksource", "xen tsc\n")
    tree.text("proc/version", "Linux version 3.1.0-lfs-7.0 (root@build) (gcc version 4.6.1 (GCC) ) "
              "#1 SMP Sat Nov 19 12:00:00 UTC 2011\n")
    tree.text("proc/cmdline", f"{dom0_line}\n")
    tree.text("proc/cpuinfo", cpuinfo(8))
    tree.text("proc/xen/capabilities", "control_d\n")
    tree.text("proc/interrupts", "            CPU0       CPU1\n"
              "  9:          0          0  xen-pirq-ioapic-level  acpi\n"
              " 16:     183112          0  xen-pirq-ioapic-level  megasas\n"
              " 24:      99123          0  xen-pirq-ioapic-level  eth0\n")
    tree.text("boot/grub/menu.lst", MENU.format(version=version, xen=xen_line, dom0=dom0_line))
    for name in (f"xen-{version}.gz", "vmlinuz-3.1-lfs-7.0"):
        tree.bytes(f"boot/{name}", b"")
    tree.text("etc/xen/xl.conf", "autoballoon=0\n")
    tree.text("xl-info.txt", xl_info(version, xen_line))
    tree.text("xl-dmesg.txt", xl_dmesg(version, xen_line))
    tree.text("xenpm.txt", xenpm(limit, states))


def main():
    top = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))
    xen = "dom0_mem=2048M max_cstate=0 msi=false"
    write(f"{top}/howto", "4.2.5", xen, f"{DOM0} pcie_aspm=off", limit=0, states=4)
    write(f"{top}/howto-clean", "4.2.5", "dom0_mem=2048M", DOM0, limit=7, states=4)


if __name__ == "__main__":
    main()
