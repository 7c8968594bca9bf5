#!/usr/bin/env python3
"""Holds the ACPI facts of `xenquirks scan --format json` against what `iasl -d` decodes.

    acpi.py BINARY FOLDER

FOLDER holds folders of tables as the kernel shows them (FACP, HPET, APIC, MCFG, DMAR, IVRS ...), however deep.
Every field that the report has and that iasl prints is compared. A table whose checksum iasl calls wrong must be
unknown(malformed). Ends with 1 where something differs.
"""
import concurrent.futures
import json
import os
import re
import subprocess
import sys
import tempfile

TABLES = ["FACP", "HPET", "APIC", "MCFG", "DMAR", "IVRS"]
LINE = re.compile(r"^\[[0-9A-F]+h \d+(?: +|\s)\d+\]\s+(.+?) : ?(.*)$")
FLAG = re.compile(r"^ {8,}(\S.*?) : ?(\S.*)$")


def disassemble(path, folder, name):
    """What iasl prints of a table: (field, value) in order; None when it refuses the table."""
    copy = os.path.join(folder, f"{name}.dat")
    with open(path, "rb") as source, open(copy, "wb") as target:
        content = bytearray(source.read())
        if content[:4] in (b"RMAD", b"XMAR"):
            # What Xen wrote over it for dom0; iasl knows tables by their signature.
            content[9] = (content[9] + sum(content[:4]) - sum(b"DMAR")) & 0xFF
            content[:4] = b"DMAR"
        target.write(content)
    run = subprocess.run(["iasl", "-d", copy], capture_output=True, text=True, errors="replace")
    text = os.path.join(folder, f"{name}.dsl")
    if run.returncode != 0 or not os.path.exists(text):
        return None, ""
    with open(text, encoding="utf-8", errors="replace") as lines:
        body = lines.read()
    fields = []
    for line in body.splitlines():
        match = LINE.match(line) or FLAG.match(line)
        if match:
            fields.append((match[1].strip(), match[2].strip()))
    return fields, body + run.stderr


def number(value):
    return int(value.split()[0], 16)


def first(fields, name):
    return next((number(value) for field, value in fields if field == name), None)


def structures(fields, marks):
    """The fields of each structure, which begins with one of the marks."""
    parts = []
    for field, value in fields:
        if field in marks:
            parts.append([])
        if parts:
            parts[-1].append((field, value))
    return parts


def expected_hpet(fields):
    block = first(fields, "Hardware Block ID")
    return {
        "eventTimerBlockID": f"0x{block:08x}",
        "baseAddress": f"0x{first(fields, 'Address'):08x}",
        "comparators": (block >> 8 & 0x1F) + 1,
        "counterIs64Bit": bool(block >> 13 & 1),
        "legacyReplacement": bool(block >> 15 & 1),
        "minimumTick": first(fields, "Minimum Clock Ticks"),
        "sequenceNumber": first(fields, "Sequence Number"),
    }


def expected_fadt(fields):
    length = first(fields, "Table Length")
    # ACPICA takes the field for nought in a short table, and iasl prints what stands there all the same.
    counts = length > 132
    boot = first(fields, "Boot Flags (decoded below)")
    return {
        "revision": first(fields, "Revision"),
        "length": length,
        "iapcBootArch": f"0x{boot:04x}" if counts else None,
        "msiNotSupported": counts and bool(first(fields, "MSI Not Supported (V4)")),
        "aspmNotSupported": counts and bool(first(fields, "PCIe ASPM Not Supported (V4)")),
        "c2Latency": first(fields, "C2 Latency"),
        "c3Latency": first(fields, "C3 Latency"),
        "flags": f"0x{first(fields, 'Flags (decoded below)'):08x}",
    }


def expected_madt(fields):
    parts = structures(fields, {"Subtable Type"})
    kind = lambda part: number(part[0][1])
    enabled = [first(p, "Processor Enabled") for p in parts if kind(p) in (0, 9)]
    chips = [
        {
            "id": first(p, "I/O Apic ID"),
            "address": f"0x{first(p, 'Address'):08x}",
            "firstGSI": first(p, "Interrupt"),
        }
        for p in parts
        if kind(p) == 1
    ]
    return {
        "localAPICs": sum(1 for flag in enabled if flag),
        "disabledAPICs": sum(1 for flag in enabled if not flag),
        "ioAPICs": chips,
        "overrides": sum(1 for p in parts if kind(p) == 2),
    }


def expected_mcfg(fields):
    return [
        {
            "base": f"0x{first(p, 'Base Address'):08x}",
            "segment": first(p, "Segment Group Number"),
            "firstBus": first(p, "Start Bus Number"),
            "lastBus": first(p, "End Bus Number"),
        }
        for p in structures(fields, {"Base Address"})
    ]


def expected_dmar(fields):
    flags = first(fields, "Flags")
    kinds = [number(value) for field, value in fields if field == "Subtable Type"]
    return {
        "hostAddressWidth": first(fields, "Host Address Width") + 1,
        "interruptRemapping": bool(flags & 1),
        "x2apicOptOut": bool(flags & 2),
        "units": kinds.count(0),
        "reservedRegions": kinds.count(1),
    }


def expected_ivrs(fields):
    kinds = [number(value) for field, value in fields if field == "Subtable Type"]
    return {
        "blocks": sum(kind in (0x10, 0x11, 0x40) for kind in kinds),
        "memoryBlocks": sum(kind in (0x20, 0x21, 0x22) for kind in kinds),
    }


EXPECTED = {
    "FACP": ("fadt", expected_fadt),
    "HPET": ("hpet", expected_hpet),
    "APIC": ("madt", expected_madt),
    "MCFG": ("mcfg", expected_mcfg),
    "DMAR": ("dmar", expected_dmar),
    "IVRS": ("ivrs", expected_ivrs),
}


def leaves(value, path=""):
    if isinstance(value, dict):
        for key, part in value.items():
            yield from leaves(part, f"{path}.{key}")
    elif isinstance(value, list):
        yield f"{path}.count", len(value)
        for index, part in enumerate(value):
            yield from leaves(part, f"{path}[{index}]")
    else:
        yield path, value


def compare(binary, folder):
    """How many fields were compared in a folder of tables, and what differs."""
    differing, compared, refused = [], 0, 0
    with tempfile.TemporaryDirectory() as scratch:
        tables = os.path.join(scratch, "root/sys/firmware/acpi/tables")
        os.makedirs(tables)
        for name in os.listdir(folder):
            path = os.path.join(folder, name)
            if os.path.isfile(path):
                with open(path, "rb") as source, open(os.path.join(tables, name), "wb") as target:
                    target.write(source.read())
        run = subprocess.run(
            [binary, "scan", "--root", os.path.join(scratch, "root"), "--format", "json"],
            capture_output=True, text=True)
        if run.returncode != 0:
            return 0, 0, [f"{folder}: {run.stderr.strip()}"]
        acpi = json.loads(run.stdout)["host"]["acpi"]
        for name in TABLES:
            names = [name, "RMAD", "XMAR"] if name == "DMAR" else [name]
            paths = [os.path.join(folder, one) for one in names]
            path = next((one for one in paths if os.path.exists(one)), paths[0])
            key, expect = EXPECTED[name]
            ours = acpi[key]
            if not os.path.exists(path):
                if ours is not None:
                    differing.append(f"{folder}: {name} is not there, and {key} is {ours}")
                continue
            fields, text = disassemble(path, scratch, name)
            malformed = isinstance(ours, dict) and ours.get("unknown") == "malformed"
            if fields is None or "Incorrect checksum" in text or "Invalid checksum" in text:
                refused += 1
                if not malformed:
                    differing.append(f"{path}: iasl refuses it, and {key} is {ours}")
                continue
            if malformed:
                differing.append(f"{path}: {ours['needs']}, and iasl takes it")
                continue
            found = dict(leaves(ours))
            for field, value in leaves(expect(fields)):
                compared += 1
                if found.get(field) != value:
                    differing.append(f"{path}: {field[1:]} is {found.get(field)}, iasl says {value}")
    return compared, refused, differing


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    binary, top = sys.argv[1], sys.argv[2]
    folders = sorted(path for path, _, names in os.walk(top) if set(names) & set(TABLES))
    if not folders:
        sys.exit(f"acpi.py: no tables under {top}")
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(lambda folder: compare(binary, folder), folders))
    for _, _, differing in results:
        for line in differing[:10]:
            print(line)
    compared, refused, bad = (sum(r[0] for r in results), sum(r[1] for r in results),
                              sum(len(r[2]) for r in results))
    print(f"{len(folders)} machines, {compared} fields compared, {refused} tables refused by both, "
          f"{bad} differing")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
