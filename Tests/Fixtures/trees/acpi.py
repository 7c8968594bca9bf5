"""The tables of the machine's firmware: ACPI 4.0, IA-PC HPET 1.0a, PCI Firmware 3.0, VT-d 1.2."""

import struct

OEM, OEM_TABLE, COMPILER = "EXAMPL", "WESTMERE", "XQ"
LOCAL_APICS = [0, 2, 18, 20, 1, 3, 19, 21]  # by MADT: the first threads of cores 0, 1, 9, 10 first
IO_APICS = [(8, 0xFEC00000, 0), (9, 0xFEC8A000, 24)]  # id, address, first global interrupt
FADT, DSDT, DSDT_LENGTH, FACS = 0xBF780290, 0xBF7804C0, 0x5A32, 0xBF79E000


def checksum(table):
    """Sets the ninth byte so that all bytes add up to zero."""
    table = bytearray(table)
    table[9] = 0
    table[9] = -sum(table) & 0xFF
    return bytes(table)


def table(signature, revision, body):
    """A table with its header (ACPI 5.2.6), length and checksum."""
    head = struct.pack(
        "<4sIBB6s8sI4sI", signature.encode(), 36 + len(body), revision, 0, OEM.encode(),
        OEM_TABLE.encode(), 1, COMPILER.ljust(4).encode(), 1)
    return checksum(head + body)


def generic_address(space, address, bits, access=0):
    """ACPI 5.2.3.1: space 0 is memory, 1 are I/O ports."""
    return struct.pack("<BBBBQ", space, bits, 0, access, address)


def fadt(boot_architecture=0x0003):
    """ACPI 5.2.9, revision 3 with 244 bytes: MSI and ASPM are not forbidden."""
    body = bytearray(244 - 36)

    def put(offset, form, *values):
        struct.pack_into(form, body, offset - 36, *values)

    put(36, "<II", FACS, DSDT)
    put(45, "<BHI", 4, 9, 0xB2)  # an enterprise server; SCI; SMI command port
    put(52, "<BB", 0xE1, 0x1E)  # ACPI on, off
    put(56, "<I", 0x800)
    put(64, "<I", 0x804)
    put(76, "<II", 0x808, 0x820)
    put(88, "<BBBB", 4, 2, 0, 4)  # lengths of the blocks of events, control, control 2, timer
    put(92, "<B", 16)
    put(96, "<HHHHBB", 101, 1001, 0, 0, 1, 3)  # neither C2 nor C3 without _CST
    put(106, "<BBB", 0x0D, 0, 0x32)
    put(109, "<H", boot_architecture)
    put(112, "<I", 0x000085A5)
    put(116, "12sB", generic_address(1, 0xCF9, 8, 1), 6)
    put(132, "<QQ", FACS, DSDT)
    for offset, port, bits, access in (
        (148, 0x800, 32, 2), (172, 0x804, 16, 2), (208, 0x808, 32, 3), (220, 0x820, 128, 1),
    ):
        put(offset, "12s", generic_address(1, port, bits, access))
    return table("FACP", 3, bytes(body))


def hpet():
    """IA-PC HPET 3.2.4: four comparators of 64 bits."""
    body = struct.pack("<I", 0x8086A301) + generic_address(0, 0xFED00000, 64)
    return table("HPET", 1, body + struct.pack("<BHB", 0, 0x37EE, 0))


def madt():
    """ACPI 5.2.12."""
    body = struct.pack("<II", 0xFEE00000, 1)
    for number, apic in enumerate(LOCAL_APICS, start=1):
        body += struct.pack("<BBBBI", 0, 8, number, apic, 1)
    for identity, address, first in IO_APICS:
        body += struct.pack("<BBBBII", 1, 12, identity, 0, address, first)
    body += struct.pack("<BBBBIH", 2, 10, 0, 0, 2, 0)
    body += struct.pack("<BBBBIH", 2, 10, 0, 9, 9, 0xD)  # SCI: level, high
    return table("APIC", 2, body + struct.pack("<BBBHB", 4, 6, 0xFF, 5, 1))  # NMI: LINT 1


def mcfg():
    """PCI Firmware 3.0, 4.1.2."""
    return table("MCFG", 1, bytes(8) + struct.pack("<QHBBI", 0xE0000000, 0, 0, 255, 0))


def scope(kind, device, function=0, identity=0, bus=0):
    """VT-d 8.3.1: 1 an endpoint, 2 a bridge, 3 an IO-APIC."""
    return struct.pack("<BBHBBBB", kind, 8, 0, identity, bus, device, function)


def dmar():
    """VT-d 8: a unit for everything, the memory of USB, the ports that do ATS.

    The table is right, but VT-d is off in the firmware's set-up: the unit's registers read as ones.
    So every Xen says that it can't parse the table, and goes without an IOMMU (iommu_alloc).
    """
    unit = struct.pack("<BBHQ", 1, 0, 0, 0xFBFFE000)
    unit += scope(3, 0x1F, 7, identity=8, bus=0xF0) + scope(3, 0x13, identity=9)
    memory = struct.pack("<HHQQ", 0, 0, 0xBF7EC000, 0xBF7FFFFF)
    memory += scope(1, 0x1A) + scope(1, 0x1A, 7)
    ports = struct.pack("<BBH", 0, 0, 0) + scope(2, 1) + scope(2, 3) + scope(2, 7)
    body = struct.pack("<BB10x", 40 - 1, 1)
    for kind, content in ((0, unit), (1, memory), (2, ports)):
        body += struct.pack("<HH", kind, 4 + len(content)) + content
    return table("DMAR", 1, body)


def firmware_tables():
    """Signature, address and bytes of each; the DSDT lies between the first and the others."""
    placed, address = [("FACP", FADT, fadt())], DSDT + DSDT_LENGTH + 0xF & ~0xF
    for content in (madt(), mcfg(), hpet(), dmar()):
        placed.append((content[:4].decode(), address, content))
        address += len(content) + 0xF & ~0xF
    return placed
