"""Compares a report, path by path, with what other tools said in the same boot."""

import re

from advice import Entry, lines_of
from readings import parity

WATCHED = {"82574L": "8086:10d3", "MegaRAID": "1000:0079"}


class Missing:
    """Stands for a value whose path is not in the report."""

    def __init__(self, path):
        self.path = path

    def __repr__(self):
        return f"(no path {self.path} in the report)"


class Comparison:
    """Counts what agrees and keeps what differs."""

    def __init__(self, report):
        self.report = report
        self.agreeing = 0
        self.differences = []

    def value(self, path):
        value = self.report
        for name in path.split("."):
            if not isinstance(value, dict) or name not in value:
                if parity.is_unknown(value):
                    return value
                return Missing(path)
            value = value[name]
        return value

    def equal(self, path, expected, source):
        self.hold(path, self.value(path), expected, source)

    def equal_each(self, path, expected, source):
        for name, value in expected.items():
            self.equal(f"{path}.{name}", value, source)

    def unknown(self, path, cause, source):
        value = self.value(path)
        got = value["unknown"] if parity.is_unknown(value) else value
        self.hold(path + ".unknown", got, cause, source)

    def hold(self, what, got, expected, source):
        if got == expected and isinstance(got, bool) == isinstance(expected, bool):
            self.agreeing += 1
        else:
            self.differences.append(f"{what}: {source} says {expected!r}, the report {got!r}")


def compare(readings, shape):
    """Everything that holds on any boot of a shape."""
    comparison = Comparison(readings.report("scan.json"))
    for check in (check_tool, check_xen, check_messages, check_lines, check_advised_memory,
                  check_cpu, check_idle_and_time, check_functions, check_tables,
                  check_hidden_tables, check_dmi, check_collected):
        check(comparison, readings, shape)
    if readings.exists("scan-nobody.json"):
        check_nobody(comparison, readings)
    return comparison


def check_tool(comparison, readings, shape):
    comparison.equal("schema", "xenquirks-report/1", "the contract")
    comparison.equal("tool.name", "xenquirks", "the contract")
    for section in shape.sections():
        if section.startswith(("scan", "bootline", "collected")):
            comparison.hold(f"exit status of {section}", readings.exit_status(section), 0,
                            "the contract")
    if readings.exists("scan.txt"):
        words = f"dom0, Xen {readings.xl_info['xen_version']}"
        text = " ".join(readings.text("scan.txt").split())
        comparison.hold(f'"{words}" in the text', words in text, True, "xl info")


def check_xen(comparison, readings, shape):
    info = readings.xl_info
    comparison.equal("host.role", "dom0", "the boot")
    comparison.equal("host.architecture", "x86_64", "the boot")
    comparison.equal("host.xen.version", info["xen_version"], "xl info")
    comparison.equal("host.xen.vendor", "Debian", "xl dmesg")
    comparison.equal("host.xen.scheduler", info["xen_scheduler"], "xl info")
    comparison.equal("host.xen.dom0Type", readings.text("guest-type").strip().lower(),
                     "/sys/hypervisor")
    comparison.equal("host.xen.nested", shape.nested, "QEMU's -cpu")
    has_iommu = bool({"pv_directio", "hvm_directio"} & set(info["virt_caps"].split()))
    comparison.equal("host.xen.iommu", has_iommu, "virt_caps")
    if readings.shows_information:
        remapping = bool(readings.logged("(Interrupt remapping enabled)"))
        comparison.equal("host.xen.interruptRemapping", remapping, "xl dmesg")
    version = readings.text("linux-version")
    comparison.equal("host.linux.release", version.split()[2], "/proc/version")
    upstream = re.search(r"Debian (\d+(?:\.\d+)+)", version[version.rindex("#"):])[1]
    got = comparison.value("host.linux.version")
    comparison.hold("upstream part of host.linux.version",
                    re.split(r"[-+~]", got)[0] if isinstance(got, str) else got, upstream,
                    "/proc/version")


def check_messages(comparison, readings, shape):
    comparison.equal_each("host.xen.messages", {
        "complete": bool(readings.logged("( Xen version )")),
        "information": readings.shows_information}, "xl dmesg")
    # Xen also complains about the image's path that GRUB's legacy_configfile left: no parameter.
    named = [name for name in re.findall(r'parameter "([^"=]+)[^"]*" (?:unknown|invalid)',
                                         readings.xen_log) if not name.startswith("/")]
    comparison.hold("parameters named in xl dmesg", named, list(shape.misspelt), "the line")
    errors = comparison.value("host.xen.messages.parameterErrors")
    if isinstance(errors, list):
        errors = [error["parameter"] for error in errors]
    comparison.hold("host.xen.messages.parameterErrors", errors, named, "xl dmesg")


def check_lines(comparison, readings, _):
    for name, line in zip(("xen", "dom0"), lines_of(readings)):
        if line and line[0].startswith("/"):
            line = line[1:]  # the image's path, which GRUB's legacy_configfile leaves, is no option
        comparison.equal(f"host.commandLine.{name}", line, "xl info or /proc/cmdline")
    comparison.equal("bootline.complete", True, "the boot")
    for name, start in {"xen": "xen-", "kernels": "vmlinuz-", "initialRAMDisks": "initrd"}.items():
        files = [file for file in readings.text("boot").split() if file.startswith(start)]
        comparison.equal(f"host.boot.{name}", files, "ls /boot")


def check_advised_memory(comparison, readings, _):
    """Xen stops ("Not enough RAM for DOM0 reservation") where dom0_mem is more than there is."""
    if not readings.exists("bootline"):
        return
    for word in Entry(readings.text("bootline")).xen:
        if amount := re.match(r"dom0_mem=(\d+)M", word):
            memory = int(readings.xl_info["total_memory"])
            comparison.hold(f"{word} fits into {memory} MiB", int(amount[1]) < memory, True,
                            "xl info")


def check_cpu(comparison, readings, _):
    info = readings.xl_info
    comparison.equal_each("host.cpu", readings.cpu, "xen-cpuid")
    comparison.equal_each("host.cpu", {
        "name": readings.cpu_name,
        "invariantTSC": bool(readings.cpuid(0x80000007)[3] >> 8 & 1),
        "arat": bool(readings.cpuid(6)[0] >> 2 & 1)}, "xen-cpuid")
    comparison.equal_each("host.cpu", {
        "logicalCPUs": int(info["nr_cpus"]), "smt": int(info["threads_per_core"]) > 1}, "xl info")
    if revision := readings.logged(r"BSP microcode revision: (0x\w+)"):
        comparison.equal("host.cpu.microcode", f"{int(revision, 16):#x}", "xl dmesg")


def check_idle_and_time(comparison, readings, _):
    comparison.equal("host.cpuidle.owner", "xen", "the boot")
    comparison.equal("host.cpuidle.maximum", readings.idle_limit, "xenpm")
    comparison.equal("host.cpuidle.deep", readings.idle_limit not in ("C0", "C1"), "xenpm")
    states = comparison.value("host.cpuidle.states")
    if isinstance(states, list):
        states = [state["name"] for state in states if state["name"] != "C0"]
    comparison.hold("host.cpuidle.states[].name", states, readings.idle_states, "xenpm")
    comparison.equal("host.timekeeping.platformTimer", readings.platform_timer, "xl dmesg")
    comparison.equal("host.timekeeping.clocksource", readings.text("clocksource").strip(), "sysfs")


def check_functions(comparison, readings, _):
    """MSI, MSI-X, ASPM, ids and driver of every function."""
    functions = comparison.value("host.pci.functions")
    if not isinstance(functions, list):
        comparison.hold("host.pci.functions", functions, "a list", "the contract")
        return
    ours = {function["address"]: function for function in functions}
    comparison.hold("addresses", sorted(ours), sorted(readings.functions), "lspci")
    present = {f"{function['vendor']}:{function['device']}" for function in functions}
    for name, identity in WATCHED.items():
        comparison.hold(f"{name} is there", identity in present, True, "QEMU's line")
    for address in sorted(set(ours) & set(readings.functions)):
        outcome = parity.Outcome()
        parity.compare_function(outcome, f"host.pci {address}", readings.functions[address],
                                parity.our_function(ours[address]))
        comparison.differences += outcome.lines
        comparison.agreeing += sum(outcome.compared.values()) - len(outcome.lines)
        comparison.hold(f"driver of {address}", ours[address]["driver"], readings.drivers[address],
                        "lspci")


def check_tables(comparison, readings, shape):
    """The tables that dom0 can read."""
    if "dom0=pvh" in shape.xen_line:
        return
    # Xen renames DMAR, so that the kernel of a PV dom0 leaves it alone.
    names = comparison.value("host.acpi.tables")
    if isinstance(names, list):
        names = sorted(name.replace("RMAD", "DMAR") for name in names)
    expected = sorted(name.replace("RMAD", "DMAR") for name in readings.table_names)
    comparison.hold("host.acpi.tables", names, expected, "sysfs")
    comparison.equal_each("host.acpi.hpet", readings.hpet, "the table HPET")
    comparison.equal_each("host.acpi.fadt", readings.fadt, "the table FACP")
    comparison.equal_each("host.acpi.madt", readings.madt, "the table APIC")
    comparison.equal("host.acpi.mcfg", readings.mcfg, "the table MCFG")
    if "DMAR" in expected:
        comparison.equal_each("host.acpi.dmar", readings.dmar, "the table DMAR")
    else:
        comparison.equal("host.acpi.dmar", None, "sysfs")
    if "IVRS" in expected:
        comparison.equal("host.acpi.ivrs.blocks", readings.ivrs_blocks, "the table IVRS")
    else:
        comparison.equal("host.acpi.ivrs", None, "sysfs")
    if block_id := readings.logged(r"ACPI: HPET id: (0x\w+)"):
        comparison.equal("host.acpi.hpet.eventTimerBlockID", block_id, "xl dmesg")
    # No ACPI table tells it, and Xen only where it uses such timers: unknown is right as well.
    if not parity.is_unknown(comparison.value("host.timekeeping.hpetFSB")):
        comparison.equal("host.timekeeping.hpetFSB", "hpet.msi=on" in shape.devices, "QEMU's line")


def check_hidden_tables(comparison, _, shape):
    """A PVH dom0 is shown no such tables: they are not absent."""
    if "dom0=pvh" not in shape.xen_line:
        return
    for name in ("hpet", "dmar", "ivrs"):
        comparison.unknown(f"host.acpi.{name}", "hidden-by-hypervisor", "a PVH dom0")


def check_dmi(comparison, readings, _):
    names = {"biosVendor": "bios_vendor", "biosVersion": "bios_version", "biosDate": "bios_date",
             "systemVendor": "sys_vendor", "productName": "product_name",
             "productVersion": "product_version"}
    for name, file in names.items():
        if file in readings.dmi:
            comparison.equal(f"host.dmi.{name}", readings.dmi[file], "sysfs")


def check_collected(comparison, readings, _):
    """The tree of xenquirks-collect says of every fact and finding what the dom0 itself says."""
    for name, live in (("collected.json", "scan.json"),
                       ("collected-nobody.json", "scan-nobody.json")):
        if readings.exists(name):
            compare_reports(comparison, name, readings.report(live), readings.report(name))


def compare_reports(comparison, path, live, collected):
    if isinstance(live, dict) and isinstance(collected, dict):
        for key in sorted(set(live) | set(collected)):
            # These run on from one scan to the next.
            if key not in ("usage", "time", "counters"):
                compare_reports(comparison, f"{path}.{key}", live.get(key, Missing(key)),
                                collected.get(key, Missing(key)))
    elif isinstance(live, list) and isinstance(collected, list) and len(live) == len(collected):
        for number, pair in enumerate(zip(live, collected)):
            compare_reports(comparison, f"{path}[{number}]", *pair)
    elif isinstance(collected, str) and "<redacted:" in collected:
        comparison.hold(path, isinstance(live, str), True, "the dom0 itself")
    elif path.split(".")[-1] not in ("source", "sources"):
        # Where a fact was read differs: a tool's output has become a file.
        comparison.hold(path, collected, live, "the dom0 itself")


def check_nobody(comparison, readings):
    """Without root much is unknown, and nothing of it is absent."""
    mine = Comparison(readings.report("scan-nobody.json"))
    mine.equal("host.role", "dom0", "the boot")
    mine.equal("host.xen.version", readings.xl_info["xen_version"], "xl info")
    mine.unknown("host.xen.iommu", "permission", "an ordinary user")
    mine.unknown("host.cpuidle.maximum", "permission", "an ordinary user")
    functions = mine.value("host.pci.functions")
    for function in functions if isinstance(functions, list) else []:
        if f"{function['vendor']}:{function['device']}" in WATCHED.values():
            for name in ("msi", "msix", "express"):
                mine.hold(f"{name} of {function['address']}", parity.at(function[name]),
                          parity.UNKNOWN, "an ordinary user")
    comparison.agreeing += mine.agreeing
    comparison.differences += ["as nobody: " + line for line in mine.differences]
