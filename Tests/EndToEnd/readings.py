"""What lspci, xl, xenpm and the firmware's tables said in one boot: read without xenquirks."""

import json
import os
import re
import struct
import sys

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Parity"))
import parity  # its reader of lspci's output serves here too

TIMER_NAMES = {"HPET": "hpet", "ACPI PM Timer": "acpi-pm", "PIT": "pit", "TSC": "tsc"}
CPU_VENDORS = {"GenuineIntel": "Intel", "AuthenticAMD": "AMD", "HygonGenuine": "Hygon"}


class Readings:
    """The sections of one boot."""

    def __init__(self, logs):
        self.logs = logs

    def text(self, section):
        with open(os.path.join(self.logs, section), encoding="utf-8", errors="replace") as file:
            return file.read()

    def exists(self, section):
        return os.path.exists(os.path.join(self.logs, section))

    def exit_status(self, section):
        return int(re.search(r"exit status (\d+)$", self.text(section + ".err").strip())[1])

    def report(self, section):
        return json.loads(self.text(section))

    # xl, xenpm, xen-cpuid

    @property
    def xl_info(self):
        pairs = re.findall(r"(?m)^(\w+) *: ?(.*?) *$", self.text("xl-info"))
        return dict(pairs)

    @property
    def xen_log(self):
        return self.text("xl-dmesg")

    def logged(self, pattern):
        """The first group of the first match in Xen's messages, or None."""
        match = re.search(pattern, self.xen_log)
        return match and match[1]

    @property
    def shows_information(self):
        return self.logged(r"Std\. Loglevel: (.*)") == "All"

    @property
    def idle_limit(self):
        return re.search(r"Max possible C-state: (.*)", self.text("xenpm"))[1].strip()

    @property
    def idle_states(self):
        first_cpu = self.text("xenpm").split("cpu id")[1]
        return re.findall(r"(?m)^(C[1-9]\d*) *:", first_cpu)

    @property
    def platform_timer(self):
        return TIMER_NAMES[self.logged(r"Platform timer is [\d.]+MHz (.*)").strip()]

    @property
    def maximum_pages(self):
        """What dom0 may come to hold, from the debug key "q"."""
        return int(re.search(r"max_pages=(\d+)", self.text("domain"))[1])

    def cpuid(self, leaf):
        """EAX, EBX, ECX, EDX of a leaf as the CPU gave it; zeros where it has no such leaf."""
        raw = self.text("xen-cpuid").split("policy:")[1]
        match = re.search(rf"(?m)^ *{leaf:08x}:\w+ -> (\w+):(\w+):(\w+):(\w+)", raw)
        return [int(word, 16) for word in match.groups()] if match else [0] * 4

    @property
    def cpu(self):
        name = struct.pack("<3I", *(self.cpuid(0)[index] for index in (1, 3, 2))).decode()
        signature = self.cpuid(1)[0]
        family, model = signature >> 8 & 15, signature >> 4 & 15
        if family in (6, 15):
            model += signature >> 12 & 0xf0
        if family == 15:
            family += signature >> 20 & 0xff
        return {"vendor": CPU_VENDORS[name], "family": family, "model": model,
                "stepping": signature & 15}

    @property
    def cpu_name(self):
        words = [word for leaf in range(0x80000002, 0x80000005) for word in self.cpuid(leaf)]
        text = struct.pack(f"<{len(words)}I", *words).split(b"\0")[0].decode()
        return " ".join(text.split())

    # PCI

    @property
    def functions(self):
        """What lspci says of each function, in parity's words, by address."""
        found = parity.lspci_functions(self.text("lspci"))
        return {function["address"]: function for function in found}

    @property
    def drivers(self):
        blocks = re.split(r"\n(?=\w{4}:\w\w:)", self.text("lspci"))
        in_use = [re.search(r"Kernel driver in use: (\S+)", block) for block in blocks]
        return {block.split()[0]: match and match[1] for block, match in zip(blocks, in_use)}

    @property
    def msi_interrupts(self):
        return re.findall(r"(?im)^ *\d+:.*msi.*$", self.text("interrupts"))

    # Firmware

    def table(self, name):
        """The bytes of an ACPI table that dom0 can read, or None."""
        try:
            with open(os.path.join(self.logs, "tables", name), "rb") as file:
                return file.read()
        except FileNotFoundError:
            return None

    @property
    def table_names(self):
        return set(os.listdir(os.path.join(self.logs, "tables")))

    @property
    def hpet(self):
        table = self.table("HPET")
        block_id, base = number(table, 36, 4), number(table, 44, 8)
        return {"eventTimerBlockID": f"0x{block_id:08x}", "baseAddress": f"0x{base:08x}",
                "comparators": (block_id >> 8 & 31) + 1, "counterIs64Bit": bool(block_id >> 13 & 1),
                "legacyReplacement": bool(block_id >> 15 & 1), "minimumTick": number(table, 53, 2)}

    @property
    def fadt(self):
        table = self.table("FACP")
        words = number(table, 109, 2) if table[8] >= 2 else None
        return {"revision": table[8], "length": number(table, 4, 4),
                "c2Latency": number(table, 96, 2), "c3Latency": number(table, 98, 2),
                "iapcBootArch": words if words is None else f"0x{words:04x}",
                "msiNotSupported": bool(words and words >> 3 & 1),
                "aspmNotSupported": bool(words and words >> 4 & 1)}

    @property
    def madt(self):
        entries = list(structures(self.table("APIC"), 44, "BB"))
        chips = [data for kind, data in entries if kind == 1]
        local = [data for kind, data in entries
                 if kind == 0 and data[4] & 1 or kind == 9 and data[8] & 1]
        return {"localAPICs": len(local), "overrides": sum(kind == 2 for kind, _ in entries),
                "ioAPICs": [{"id": data[2], "address": f"0x{number(data, 4, 4):08x}",
                             "firstGSI": number(data, 8, 4)} for data in chips]}

    @property
    def mcfg(self):
        table = self.table("MCFG")
        regions = [table[at:at + 16] for at in range(44, len(table), 16)]
        return [{"base": f"0x{number(data, 0, 8):08x}", "segment": number(data, 8, 2),
                 "firstBus": data[10], "lastBus": data[11]} for data in regions]

    @property
    def dmar(self):
        """The table, which Xen hides from a PV dom0's drivers under the name RMAD."""
        table = self.table("DMAR") or self.table("RMAD")
        kinds = [kind for kind, _ in structures(table, 48, "HH")]
        return {"hostAddressWidth": table[36] + 1, "interruptRemapping": bool(table[37] & 1),
                "x2apicOptOut": bool(table[37] & 2), "units": kinds.count(0),
                "reservedRegions": kinds.count(1)}

    @property
    def ivrs_blocks(self):
        """How many blocks describe an IOMMU."""
        kinds = [kind for kind, _ in structures(self.table("IVRS"), 48, "BxH")]
        return sum(kind in (0x10, 0x11, 0x40) for kind in kinds)

    @property
    def dmi(self):
        return dict(re.findall(r"(?m)^/sys/class/dmi/id/(\w+):(.*)$", self.text("dmi")))


def number(data, offset, size):
    return int.from_bytes(data[offset:offset + size], "little")


def structures(table, start, head):
    """Type and bytes of each structure; `head` is how type and length stand in it."""
    while start + struct.calcsize("<" + head) <= len(table):
        kind, length = struct.unpack_from("<" + head, table, start)
        if length == 0:
            return
        yield kind, table[start:start + length]
        start += length
