"""Makes dumps of any size, in the text of `lspci -xxx`: the same bytes for the same size, everywhere."""

import os

VERSION = 1


def made(folder, size):
    """The path of the dump with so many functions; written when it is not there yet."""
    path = os.path.join(folder, f"made-{VERSION}-{size}.hex")
    if not os.path.exists(path):
        os.makedirs(folder, exist_ok=True)
        unfinished = f"{path}.{os.getpid()}"
        with open(unfinished, "w", encoding="ascii") as file:
            for number, (address, name, config) in enumerate(functions(size)):
                file.write(("\n" if number else "") + f"{address} {name}\n")
                for offset in range(0, len(config), 16):
                    file.write(f"{offset:02x}: {config[offset:offset + 16].hex(' ')}\n")
            file.write("\n")
        os.rename(unfinished, path)
    return path


def functions(size):
    """(address, name, configuration space) of so many functions: as many domains as their buses need."""
    left = size
    domain = 0
    while left > 0:
        for function in machine(domain):
            yield function
            left -= 1
            if left == 0:
                return
        domain += 1


def machine(domain):
    """One root bus: a host bridge, built-in devices, and root ports with something below each."""
    prefix = f"{domain:04x}:"
    yield prefix + "00:00.0", "Host bridge: Intel Corporation 5520 I/O Hub", config(
        0x8086, 0x3406, 0x060000, capabilities=[(0x90, express(4, control=0)), (0xE0, power())])
    yield prefix + "00:1f.0", "ISA bridge: Intel Corporation 82801JIR LPC", config(0x8086, 0x3A16, 0x060100)
    yield prefix + "00:1f.2", "SATA controller: Intel Corporation 82801JI AHCI", config(
        0x8086, 0x3A22, 0x010601, capabilities=[(0x80, msi(0x0087)), (0x70, power()), (0xA8, b"\x12\0\0\0")])
    for bus in range(1, 217):
        device, function = 1 + (bus - 1) // 8, (bus - 1) % 8
        control = 0x40 | bus % 4
        yield f"{prefix}00:{device:02x}.{function}", "PCI bridge: Intel Corporation Root Port", config(
            0x8086, 0x3408 + bus % 8, 0x060400, bridge=bus, multi=True,
            capabilities=[(0x40, b"\x0d\0\0\0\x86\x80\x00\x00"), (0x60, msi(0x0103)),
                          (0x90, express(4, control=control)), (0xE0, power())])
        yield from below(f"{prefix}{bus:02x}:00.", bus, control)


def below(prefix, bus, control):
    """What is plugged in below a root port, in turn."""
    link = express(0, control=control)
    kind = bus % 6
    if kind in (0, 3):
        yield prefix + "0", "Ethernet controller: Intel Corporation 82574L Gigabit", config(
            0x8086, 0x10D3, 0x020000, subsystem=(0x15D9, 0x10D3), capabilities=[
                (0xC8, power()), (0xD0, msi(0x0080)), (0xE0, express(0, control=control, size=20)),
                (0xA0, msix(0x8004))])
    elif kind == 1:
        yield prefix + "0", "RAID bus controller: LSI Logic / Symbios Logic MegaRAID SAS 2108", config(
            0x1000, 0x0079, 0x010400, subsystem=(0x1028, 0x1F17), capabilities=[
                (0x50, power()), (0x68, link), (0xA8, msi(0x0080)), (0xC0, msix(0x800E))])
    elif kind == 2:
        for port in range(2):
            yield f"{prefix}{port}", "Ethernet controller: Intel Corporation 82576 Gigabit", config(
                0x8086, 0x10C9, 0x020000, subsystem=(0x8086, 0xA03C), multi=True, capabilities=[
                    (0x40, power()), (0x50, msi(0x0180)), (0x70, msix(0x8009)), (0xA0, link)])
    elif kind == 4:
        yield prefix + "0", "Non-Volatile memory controller: Samsung Electronics NVMe SSD", config(
            0x144D, 0xA808, 0x010802, subsystem=(0x144D, 0xA801), capabilities=[
                (0x40, power()), (0x50, msi(0x008A)), (0x70, link), (0xB0, msix(0x8020))])
    else:
        for part in range(4):
            yield f"{prefix}{part}", "System peripheral: Xilinx Corporation Device", config(
                0x10EE, 0x7000 + part, 0x088000, multi=True, capabilities=[(0x40, power()), (0x60, link)])


def config(vendor, device, class_code, subsystem=(0, 0), bridge=None, multi=False, capabilities=()):
    """256 bytes of configuration space."""
    space = bytearray(256)

    def put(offset, value, size):
        space[offset:offset + size] = value.to_bytes(size, "little")

    put(0x00, vendor, 2)
    put(0x02, device, 2)
    put(0x04, 0x0506, 2)
    put(0x06, 0x0010 if capabilities else 0, 2)
    put(0x08, class_code << 8 | 2, 4)
    put(0x0C, 0x10, 1)
    put(0x0E, (bridge is not None) | multi << 7, 1)
    if bridge is None:
        put(0x10, 0xFB000000, 4)
        put(0x2C, subsystem[0], 2)
        put(0x2E, subsystem[1], 2)
    else:
        put(0x19, bridge, 1)
        put(0x1A, bridge, 1)
    put(0x3C, 0x010B, 2)
    link = 0x34
    for offset, content in capabilities:
        space[link] = offset
        space[offset:offset + len(content)] = content
        link = offset + 1
        space[link] = 0
    return bytes(space)


def power():
    return bytes.fromhex("01000300 00000000".replace(" ", ""))


def msi(control):
    return b"\x05\0" + control.to_bytes(2, "little") + bytes.fromhex("0000e0fe0000000000400000")


def msix(control):
    return b"\x11\0" + control.to_bytes(2, "little") + bytes.fromhex("0300000003200000")


def express(port_type, control, size=44):
    """The PCI Express capability of version 2, at 5 GT/s; L0s and L1 supported, `control` in LnkCtl."""
    space = bytearray(44)
    space[0] = 0x10
    space[2:4] = (2 | port_type << 4).to_bytes(2, "little")
    space[4:8] = (0x8001).to_bytes(4, "little")
    space[12:16] = (0x00043C42 if port_type else 0x00047C42).to_bytes(4, "little")
    space[16:18] = control.to_bytes(2, "little")
    space[18:20] = (0x1042).to_bytes(2, "little")
    return bytes(space[:size])
