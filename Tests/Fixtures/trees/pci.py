"""PCI by its specifications: capabilities, and a function with the files that Linux shows.

PCI Local Bus 3.0, PCI Power Management 1.2, PCI Express Base 2.1.
"""

import struct
from dataclasses import dataclass

# --- PCI: capabilities, each as the bytes behind its id and its pointer ---------------------------

ENDPOINT, ROOT_PORT, INTEGRATED = 0x0, 0x4, 0x9  # PCIe 7.8.2, Device/Port Type
L0S, L1 = 1, 2  # in LnkCap and in LnkCtl
GEN1, GEN2 = 1, 2  # 2.5 and 5 GT/s


def power_management(pmc):
    """PCI PM 1.2, 3.2: the capabilities word, in D0, with No_Soft_Reset."""
    return struct.pack("<HHBB", pmc, 0x0008, 0, 0)


def msi(vectors, wide=True, maskable=False, on=False):
    """PCI 3.0, 6.8.1: `vectors` is what the function asks for, a power of two."""
    control = on | (vectors.bit_length() - 1) << 1 | wide << 7 | maskable << 8
    body = struct.pack("<HI", control, 0xFEE00000 if on else 0)
    body += struct.pack("<I", 0) if wide else b""
    body += struct.pack("<H", 0x4031 if on else 0)
    return body + struct.pack("<HII", 0, 0, 0) if maskable else body


def msix(entries, table, pending, on=False):
    """PCI 3.0, 6.8.2: `table` and `pending` are (BAR, offset)."""
    places = [offset | bar for bar, offset in (table, pending)]
    return struct.pack("<HII", entries - 1 | on << 15, *places)


@dataclass(frozen=True)
class Link:
    """One end of a PCI Express link: what it can do, what is on, what was negotiated."""

    speed: int
    width: int
    aspm: int = 0
    on: int = 0
    negotiated: tuple = None  # (speed, width)
    exits: tuple = (3, 6)  # the codes of the exit latencies of L0s and L1
    port: int = 0

    def capabilities(self):
        """LnkCap (PCIe 7.8.6)."""
        l0s, l1 = self.exits
        low = self.speed | self.width << 4 | self.aspm << 10 | l0s << 12 | l1 << 15
        return low | self.port << 24

    def control(self):
        """LnkCtl (PCIe 7.8.7): the ASPM states that are on, Common Clock Configuration."""
        return self.on | 1 << 6

    def status(self):
        """LnkSta (PCIe 7.8.8), with Slot Clock Configuration."""
        speed, width = self.negotiated or (self.speed, self.width)
        return speed | width << 4 | 1 << 12


def express(kind, link=None, version=2, payload=1, slot=0):
    """PCIe 7.8: DevCap to RootSta, and with version 2 the second registers behind them.

    `payload` is the code of the largest payload; who can uses 256 bytes.
    """
    flags = version | kind << 4 | (slot != 0) << 8
    latencies = 0 if kind == ROOT_PORT else 3 << 6 | 6 << 9
    device_control = 0x000F | min(payload, 1) << 5
    if kind == ENDPOINT:
        device_control |= 1 << 4 | 1 << 11 | 2 << 12  # relaxed ordering, no snoop, 512 bytes read
    body = struct.pack("<HIHH", flags, payload | latencies | 1 << 15, device_control, 0)
    if link is None:
        body += bytes(8)
    else:
        body += struct.pack("<IHH", link.capabilities(), link.control(), link.status())
    if version == 1 and kind == ENDPOINT:
        return body
    is_present = slot and link.status() & 0x3F0
    body += struct.pack("<IHH", slot << 19, 0, 0x40 if is_present else 0)
    body += bytes(8)  # the root registers
    if version == 1:
        return body
    target = link.speed if link else 0
    return body + struct.pack("<IHHIHHII", 0, 0, 0, 0, target, 0, 0, 0)


def error_reporting(root):
    """Advanced Error Reporting (PCIe 7.10) in its reset state: no error seen."""
    body = struct.pack("<IIIII", 0, 0, 0x00062030, 0, 0x2000)
    return body + bytes(0x14 + (0x0C if root else 0))


# --- PCI: functions -------------------------------------------------------------------------------

IO_SPACE, MEMORY_SPACE, BUS_MASTER, NO_INTX = 1, 2, 4, 0x400  # Command (PCI 3.0, 6.2.2)
IO, MEMORY, WIDE, PREFETCH = 1, 0, 4, 8  # the low bits of a BAR (PCI 3.0, 6.2.5.1)
IORESOURCE_IO, IORESOURCE_MEM, SIZEALIGN, LINUX_WIDE, LINUX_PREFETCH, ROM = (
    0x100, 0x200, 0x40000, 0x100000, 0x2000, 0x6000,
)


class Function:
    """One PCI function: its configuration space and the files that Linux shows beside it."""

    def __init__(self, address, ids, class_code, revision=0, driver=None, subsystem=None):
        self.address, self.driver, self.parent = address, driver, None
        self.space = bytearray(256)
        self.resources = [(0, 0, 0)] * 7
        self.irq, self.capabilities_end, self.extended_end = 0, 0x34, None
        self.put("<HHHH", 0, *ids, BUS_MASTER, 0)
        self.put("<I", 0x08, class_code << 8 | revision)
        self.class_code = class_code
        if subsystem:
            self.put("<HH", 0x2C, *subsystem)

    def put(self, form, offset, *values):
        struct.pack_into(form, self.space, offset, *values)

    def get(self, form, offset):
        return struct.unpack_from(form, self.space, offset)[0]

    # Header

    def command(self, bits):
        self.put("<H", 0x04, self.get("<H", 0x04) | bits)

    def multi_function(self):
        self.space[0x0E] |= 0x80
        return self

    def interrupt(self, line, gsi, pin=1):
        """The line of the firmware, and the global interrupt that it really is."""
        self.space[0x3C], self.space[0x3D] = line, pin
        self.irq = gsi if self.driver else line
        return self

    def bar(self, index, base, size, kind):
        """A base address register; one of 64 bits takes the next one too."""
        self.put("<I", 0x10 + 4 * index, base | kind)
        if kind & IO:
            self.command(IO_SPACE)
            flags = IORESOURCE_IO
        else:
            self.command(MEMORY_SPACE)
            flags = IORESOURCE_MEM | LINUX_WIDE * bool(kind & WIDE)
            flags |= LINUX_PREFETCH * bool(kind & PREFETCH)
        self.resources[index] = (base, base + size - 1, flags | SIZEALIGN | kind)
        return self

    def rom(self, base, size):
        """An expansion ROM that is switched off."""
        self.put("<I", 0x30, base)
        flags = IORESOURCE_MEM | SIZEALIGN | ROM
        self.resources[6] = (base, base + size - 1, flags)
        return self

    def bridge(self, bus, io=None, memory=None, prefetch=None):
        """A type 1 header with one bus below; windows are (first, last) byte, or shut."""
        self.space[0x0E] |= 1
        self.space[0x18:0x1B] = bytes([int(self.address[:2], 16), bus, bus])
        self.put("<BB", 0x1C, *((end >> 8 & 0xF0 for end in io) if io else (0xF0, 0)))
        for offset, window in ((0x20, memory), (0x24, prefetch)):
            self.put("<HH", offset, *((end >> 16 & 0xFFF0 for end in window or (0xFFFFFFFF, 0))))
        self.put("<H", 0x3E, 0x0003)  # SERR and parity errors are passed on
        self.command(IO_SPACE * bool(io) | MEMORY_SPACE * bool(memory))
        window = lambda ends, flags: (*ends, flags) if ends else (0, 0, 0)
        self.resources += [
            window(io, IORESOURCE_IO), window(memory, IORESOURCE_MEM),
            window(prefetch, IORESOURCE_MEM | LINUX_PREFETCH), (0, 0, 0),
        ]
        return self

    # Capabilities

    def capability(self, identity, offset, body):
        """Puts a capability at the end of the list (PCI 3.0, 6.7)."""
        assert offset % 4 == 0 and not any(self.space[offset:offset + 2 + len(body)])
        self.put("<H", 0x06, self.get("<H", 0x06) | 0x10)
        self.space[self.capabilities_end] = offset
        self.capabilities_end = offset + 1
        self.put("<BB", offset, identity, 0)
        self.space[offset + 2:offset + 2 + len(body)] = body
        if identity == 0x10:
            self.space += bytes(4096 - 256)
        return self

    def messages(self, offset, body, irq=None):
        """MSI; switched on, it takes the place of INTx and, but for MSI-X, of `irq`."""
        if body[0] & 1:
            self.command(NO_INTX)
            self.irq = irq
        return self.capability(0x05, offset, body)

    def message_table(self, offset, body):
        """MSI-X."""
        if body[1] & 0x80:
            self.command(NO_INTX)
        return self.capability(0x11, offset, body)

    def extended(self, identity, version, offset, body):
        """Puts an extended capability at the end of the list (PCIe 7.9.3), from 0x100 on."""
        assert (offset == 0x100) == (self.extended_end is None)
        if self.extended_end:
            self.put("<I", self.extended_end, self.get("<I", self.extended_end) | offset << 20)
        self.extended_end = offset
        self.put("<I", offset, identity | version << 16)
        self.space[offset + 4:offset + 4 + len(body)] = body
        return self

    # Files

    @property
    def path(self):
        """Where the function stands below sys/, as its link in sys/bus/pci/devices says."""
        above = self.parent.path if self.parent else "sys/devices/pci0000:00"
        return f"{above}/0000:{self.address}"

    def uevent(self):
        vendor, device = self.get("<H", 0), self.get("<H", 2)
        at = 0x2C if self.space[0x0E] & 0x7F == 0 else 0x44  # a bridge has it in a capability
        sub = self.get("<H", at), self.get("<H", at + 2)
        code = self.class_code
        alias = (f"pci:v{vendor:08X}d{device:08X}sv{sub[0]:08X}sd{sub[1]:08X}"
                 f"bc{code >> 16:02X}sc{code >> 8 & 0xff:02X}i{code & 0xff:02X}")
        return (f"DRIVER={self.driver}\n" if self.driver else "") + (
            f"PCI_CLASS={code:X}\nPCI_ID={vendor:04X}:{device:04X}\n"
            f"PCI_SUBSYS_ID={sub[0]:04X}:{sub[1]:04X}\nPCI_SLOT_NAME=0000:{self.address}\n"
            f"MODALIAS={alias}\n")

    def write(self, tree):
        path, is_bridge = self.path, len(self.resources) > 7
        tree.bytes(f"{path}/config", bytes(self.space))
        tree.line(f"{path}/vendor", f"0x{self.get('<H', 0):04x}")
        tree.line(f"{path}/device", f"0x{self.get('<H', 2):04x}")
        tree.line(f"{path}/class", f"0x{self.class_code:06x}")
        tree.line(f"{path}/revision", f"0x{self.space[0x08]:02x}")
        tree.line(f"{path}/irq", self.irq)
        tree.line(f"{path}/numa_node", -1)
        tree.text(f"{path}/msi_bus", "1\n" if is_bridge else "")
        rows = (" ".join(f"0x{value:016x}" for value in row) for row in self.resources)
        tree.text(f"{path}/resource", "".join(f"{row}\n" for row in rows))
        tree.text(f"{path}/uevent", self.uevent())
        tree.link(f"{path}/subsystem", "sys/bus/pci")
        tree.link(f"sys/bus/pci/devices/0000:{self.address}", path)
        if self.driver:
            driver = f"sys/bus/pci/drivers/{self.driver}"
            tree.link(f"{path}/driver", driver)
            tree.link(f"{driver}/0000:{self.address}", path)
