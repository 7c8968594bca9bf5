#!/usr/bin/env python3
"""Compares what xenquirks reads in PCI dumps with what lspci prints of them, field by field.

usage: parity.py BINARY DIR...

A dump is any file below DIR with lines such as `00: 86 80 00 2f`. xenquirks runs with a PATH that holds
no lspci. Exit status 1 on any difference, and when nothing was compared.
"""

import collections
import concurrent.futures
import json
import os
import re
import subprocess
import sys
import tempfile

HEX_LINE = re.compile(rb"^[0-9a-f]{2,3}: [0-9a-f]{2}(?: |\r?$)", re.M)
PORT_TYPES = [
    ("Root Complex Integrated Endpoint", "root-complex-integrated-endpoint"),
    ("Root Complex Event Collector", "root-complex-event-collector"),
    ("Legacy Endpoint", "legacy-endpoint"),
    ("Endpoint", "endpoint"),
    ("Root Port", "root-port"),
    ("Upstream Port", "upstream-port"),
    ("Downstream Port", "downstream-port"),
    ("PCI-Express to PCI/PCI-X Bridge", "express-to-pci-bridge"),
    ("PCI/PCI-X to PCI-Express Bridge", "pci-to-express-bridge"),
]
UNKNOWN = "unknown"
ABSENT = None
CUT = "cut off by lspci"


# What lspci says: a dictionary field -> value for each function. A field that lspci can't know is UNKNOWN,
# one that it shows not to be there is ABSENT, and one that it says nothing of is left out.


def lspci_functions(text):
    """The functions in the output of `lspci -vvvnn -D`, in its order."""
    found = []
    for block in re.split(r"\n(?=[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7] )", "\n" + text):
        if block.strip():
            found.append(lspci_function(block.strip("\n")))
    return found


def lspci_function(block):
    first = block.split("\n", 1)[0]
    head = re.match(
        r"(\S+) .*?\[([0-9a-f]{4})\]: .*?(?:\[([0-9a-f]{4}:[0-9a-f]{4})\]|\.\.\.)"
        r"(?: \(rev ([0-9a-f]{2})\))?(?: \(prog-if ([0-9a-f]{2})[^\n]*\))?$", first)
    if not head:
        raise ValueError("lspci printed a line that this script can't read: " + first)
    fields = {"address": head[1], "class": head[2] + (head[5] or "00"), "revision": head[4] or "00"}
    # Where a name is too long, lspci cuts the ids off.
    if head[3]:
        fields["id"] = head[3]
    if m := re.search(r"^\tSubsystem: .*?(?:\[([0-9a-f]{4}:[0-9a-f]{4})\]|\.\.\.)$", block, re.M):
        fields["subsystem"] = m[1] or CUT
    if m := re.search(r"^\tBus: primary=(\w+), secondary=(\w+), subordinate=(\w+)", block, re.M):
        fields["bridge"] = f"{m[1]} {m[2]} {m[3]}"
    capabilities = re.findall(r"^\tCapabilities: (.*(?:\n\t\t.*)*)", block, re.M)
    read_list(fields, block, [text for text in capabilities if not is_extended(text)])
    read_extended(fields, [text for text in capabilities if is_extended(text)])
    return fields


def is_extended(capability):
    return re.match(r"\[[0-9a-f]{3} v\d", capability) is not None


def first(capabilities, name):
    """The first capability of a name, without its offset."""
    for text in capabilities:
        text = re.sub(r"^\[[^\]]*\] ", "", text)
        if text.startswith(name):
            return text
    return None


def read_list(fields, block, capabilities):
    """The capabilities of the first 256 bytes."""
    cut = any(re.search(r"<(access denied|chain looped|chain broken)>", text) for text in capabilities)
    missing = UNKNOWN if cut or "!!! Unknown header type" in block else ABSENT

    msi = first(capabilities, "MSI: ")
    names = ("msi.enabled", "msi.count", "msi.maximum", "msi.maskable", "msi.is64Bit")
    if msi is None:
        fields.update(dict.fromkeys(names, missing))
    else:
        m = re.match(r"MSI: Enable([+-]) Count=(\d+)/(\d+) Maskable([+-]) 64bit([+-])", msi)
        fields.update(zip(names, (m[1] == "+", int(m[2]), int(m[3]), m[4] == "+", m[5] == "+")))

    msix = first(capabilities, "MSI-X: ")
    names = ("msix.enabled", "msix.tableSize", "msix.masked")
    if msix is None:
        fields.update(dict.fromkeys(names, missing))
    else:
        m = re.match(r"MSI-X: Enable([+-]) Count=(\d+) Masked([+-])", msix)
        fields.update(zip(names, (m[1] == "+", int(m[2]), m[3] == "+")))

    mapping = first(capabilities, "HyperTransport: MSI Mapping")
    fields["htMsiMapping"] = "Enable+" in mapping if mapping else missing
    power = first(capabilities, "Power Management")
    state = re.search(r"Status: (D\d)", power) if power else None
    fields["powerState"] = state[1] if state else UNKNOWN if power else missing
    read_express(fields, first(capabilities, "Express"), missing)


def read_express(fields, express, missing):
    links = ("LnkCap.speed", "LnkCap.width", "LnkCap.aspm", "LnkCap.clockPM", "LnkCtl.aspm",
             "LnkCtl.clockPM", "LnkSta.speed", "LnkSta.width")
    if express is None:
        fields.update(dict.fromkeys(("portType",) + links, missing))
        return
    kind = re.match(r"Express \(v\d+\) ([^,\n]*)", express)[1]
    fields["portType"] = next((name for text, name in PORT_TYPES if kind.startswith(text)), UNKNOWN)
    if fields["portType"] in ("root-complex-integrated-endpoint", "root-complex-event-collector"):
        fields.update(dict.fromkeys(links, ABSENT))
        return
    capability = re.search(r"LnkCap:\tPort #\d+, Speed ([^,]+), Width x(\d+), ASPM ([^,\n]+)", express)
    control = re.search(r"LnkCtl:\tASPM ([^;]+);", express)
    status = re.search(r"LnkSta:\tSpeed ([^, ]+)(?: \(\w+\))?, Width x(\d+)", express)
    if not (capability and control and status):
        fields.update(dict.fromkeys(links, UNKNOWN))
        return
    clock = re.search(r"ClockPM([+-]) Surprise", express), re.search(r"ClockPM([+-]) AutWid", express)
    fields.update(zip(links, (
        capability[1], int(capability[2]), aspm(capability[3]), clock[0][1] == "+", aspm(control[1]),
        clock[1][1] == "+", status[1], int(status[2]))))


def aspm(text):
    """`L0s L1 Enabled`, `not supported`, `Disabled` as the states that they name."""
    return " ".join(state for state in ("l0s", "l1") if state in text.lower().split())


def read_extended(fields, capabilities):
    if not capabilities or any("<chain" in text for text in capabilities):
        return
    for field, name in (("aer", "Advanced Error"), ("acs", "Access Control"), ("ari", "Alternative R")):
        fields[field] = True if first(capabilities, name) else ABSENT
    for field, label in (("l1Substates.supported", "L1SubCap"), ("l1Substates.enabled", "L1SubCtl1")):
        substates = first(capabilities, "L1 PM Substates")
        m = re.search(label + r": (.*)", substates) if substates else None
        if m:
            states = re.findall(r"(PCI-PM_L1\.\d|ASPM_L1\.\d)\+", m[1])
            fields[field] = " ".join(sorted(state.lower().replace("_", "-") for state in states))
        elif not substates:
            fields[field] = ABSENT
    sriov = first(capabilities, "Single Root I/O")
    m = re.search(r"IOVCtl:\tEnable([+-]).*Total VFs: (\d+), Number of VFs: (\d+)", sriov or "", re.S)
    fields["sriov"] = f"{m[1] == '+'} {m[2]} {m[3]}" if m else UNKNOWN if sriov else ABSENT


# What xenquirks says, in the same form.


def is_unknown(value):
    return isinstance(value, dict) and "unknown" in value


def at(value, *path):
    """The value below a path; unknown or absent as soon as a part of it is."""
    for name in path:
        if value is None or is_unknown(value):
            break
        value = value[name]
    if is_unknown(value):
        return UNKNOWN
    return " ".join(sorted(value)) if isinstance(value, list) else value


def our_function(function):
    def pick(*path):
        return at(function, *path)

    fields = {
        "address": function["address"],
        "id": f"{function['vendor']}:{function['device']}",
        "class": pick("class"),
        "revision": pick("revision"),
        "portType": pick("express", "portType"),
        "powerState": (pick("powerState") or "")[:2] if pick("powerState") not in (None, UNKNOWN)
        else pick("powerState"),
        "htMsiMapping": pick("htMsiMapping", "enabled"),
        "LnkCap.speed": pick("express", "link", "maximumSpeed"),
        "LnkCap.width": pick("express", "link", "maximumWidth"),
        "LnkCap.aspm": pick("express", "aspm", "supported"),
        "LnkCap.clockPM": pick("express", "clockPMSupported"),
        "LnkCtl.aspm": pick("express", "aspm", "enabled"),
        "LnkCtl.clockPM": pick("express", "clockPM"),
        "LnkSta.speed": pick("express", "link", "speed"),
        "LnkSta.width": pick("express", "link", "width"),
        "l1Substates.supported": pick("express", "l1Substates", "supported"),
        "l1Substates.enabled": pick("express", "l1Substates", "enabled"),
    }
    for name in ("enabled", "count", "maximum", "maskable", "is64Bit"):
        fields["msi." + name] = pick("msi", name)
    for name in ("enabled", "tableSize", "masked"):
        fields["msix." + name] = pick("msix", name)
    for name in ("aer", "acs", "ari"):
        value = pick(name)
        fields[name] = value if value in (None, UNKNOWN) else True
    subsystem = function["subsystemVendor"], function["subsystemDevice"]
    if all(isinstance(part, str) for part in subsystem):
        fields["subsystem"] = ":".join(subsystem)
    if isinstance(function["bridge"], dict) and not is_unknown(function["bridge"]):
        bridge = function["bridge"]
        fields["bridge"] = f"{bridge['primary']} {bridge['secondary']} {bridge['subordinate']}"
    sriov = function["sriov"]
    fields["sriov"] = at(sriov) if sriov is None or is_unknown(sriov) else (
        f"{sriov['enabled']} {sriov['totalVFs']} {sriov['numVFs']}")
    return fields


# One dump.


class Outcome:
    def __init__(self):
        self.refused = 0
        self.functions = 0
        self.compared = collections.Counter()
        self.known = collections.Counter()
        self.differing = collections.Counter()
        self.lines = []

    def differ(self, field, line):
        self.differing[field] += 1
        self.lines.append(line)


def run(command, path):
    environment = {"PATH": path, "LC_ALL": "C", "HOME": "/nonexistent"}
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment)
    return done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")


def compare(binary, dump, empty):
    outcome = Outcome()
    theirs = run(["lspci", "-F", dump, "-vvvnn", "-D"], os.environ["PATH"])
    ours = run([binary, "scan", "--pci-dump", dump, "--format", "json", "--quiet"], empty)
    if theirs[0] != 0:
        outcome.refused = 1
        outcome.compared["refusal"] += 1
        if ours[0] != 65 or not re.search(re.escape(dump) + r":\d+: \S", ours[2]):
            outcome.differ("refusal", f"{dump}: lspci refuses it ({theirs[2].strip()}); "
                           f"ours exits {ours[0]}: {ours[2].strip()[:160]}")
        return outcome
    expected = lspci_functions(theirs[1])
    if not expected and ours[0] in (0, 65):
        return outcome
    if ours[0] != 0:
        outcome.differ("refusal", f"{dump}: lspci reads it; ours exits {ours[0]}: {ours[2].strip()[:160]}")
        return outcome
    functions = collections.defaultdict(list)
    pci = json.loads(ours[1])["host"]["pci"]
    for function in pci["functions"] if pci and "functions" in pci else []:
        functions[function["address"]].append(our_function(function))
    for wanted in expected:
        outcome.functions += 1
        address = wanted.pop("address")
        if not functions[address]:
            outcome.differ("function", f"{dump}: {address}: ours does not list it")
            continue
        compare_function(outcome, f"{dump}: {address}", wanted, functions[address].pop(0))
    for address, rest in functions.items():
        if rest:
            outcome.differ("function", f"{dump}: {address}: lspci does not list it")
    return outcome


def compare_function(outcome, place, wanted, got):
    for field, value in wanted.items():
        if value == CUT:
            continue
        ours = got.get(field, ABSENT)
        outcome.compared[field] += 1
        if value is not ABSENT and value != UNKNOWN:
            outcome.known[field] += 1
        if value != ours:
            outcome.differ(field, f"{place}: {field}: lspci {value!r}, ours {ours!r}")
    # lspci leaves a subsystem of vendor 0 or ffff unsaid.
    ours = got.get("subsystem")
    if "subsystem" not in wanted and ours and ours[:4] not in ("0000", "ffff"):
        outcome.differ("subsystem", f"{place}: subsystem: lspci has none, ours {ours!r}")


def dumps(folders):
    for folder in folders:
        if not os.path.isdir(folder):
            sys.exit(f"parity: {folder} is no folder")
        for parent, directories, names in os.walk(folder):
            directories.sort()
            for name in sorted(names):
                path = os.path.join(parent, name)
                if os.path.isfile(path):
                    with open(path, "rb") as file:
                        if HEX_LINE.search(file.read()):
                            yield path


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    binary = os.path.abspath(sys.argv[1])
    paths = list(dumps(sys.argv[2:]))
    total = Outcome()
    with tempfile.TemporaryDirectory() as empty, concurrent.futures.ThreadPoolExecutor(2) as pool:
        for outcome in pool.map(lambda path: compare(binary, path, empty), paths):
            total.refused += outcome.refused
            total.functions += outcome.functions
            total.lines += outcome.lines
            for name in ("compared", "known", "differing"):
                getattr(total, name).update(getattr(outcome, name))

    print(f"{'field':24}{'compared':>10}{'with value':>12}{'differing':>11}")
    for field in sorted(set(total.compared) | set(total.differing)):
        print(f"{field:24}{total.compared[field]:10}{total.known[field]:12}{total.differing[field]:11}")
    compared = sum(total.compared.values())
    print(f"\n{len(paths)} dumps ({total.refused} refused by lspci), {total.functions} functions, "
          f"{compared} fields compared, {len(total.lines)} differing")
    for line in total.lines:
        print(line)
    if compared == 0:
        print("parity: nothing was compared", file=sys.stderr)
    sys.exit(1 if total.lines or compared == 0 else 0)


if __name__ == "__main__":
    main()
