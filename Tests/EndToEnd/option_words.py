"""Every option of the catalogue on the line of a real Xen: what it knows must be taken, and what
it does not know must be named as unknown."""

import json
import re
import subprocess

# What a line may hold, with room for the consoles (Xen cuts it after 1023 characters).
LONGEST = 800

# Words that leave the machine able to come up. Everything else gets the value that its default or
# its grammar names.
HARMLESS = {
    "acpi": "force", "acpi_apic_instance": "1", "availmem": "3072M", "badpage": "0x7fff0",
    "com2": "9600", "cpuid": "no-ibpb", "cpuid_mask_cpu": "fam_0f_rev_c", "crashkernel": "0M@0M",
    "crash-debug-debugkey": "d", "crash-debug-hwdom": "d", "crash-debug-kexeccmd": "d",
    "crash-debug-panic": "d", "crash-debug-watchdog": "d", "dbgp": "ehci0",
    "dom0-cpuid": "no-ibpb", "dom0_ioports_disable": "0x9000-0x9001", "dom0_nodes": "0",
    "dom0_max_vcpus": "2", "edd": "on", "flask": "permissive", "gdb": "com2", "hardware_dom": "0",
    "highmem-start": "0", "ivmd": "0x7f000=0:2.0", "ivrs_hpet": "0:14.0", "ivrs_ioapic": "0:14.0",
    "mem": "3072M", "maxcpus": "2", "max_cstate": "3", "max_gsi_irqs": "256", "nr_irqs": "512",
    "pci-phantom": "01:00,1", "ple_window": "4096", "pv-l1tf": "domu", "reboot": "acpi",
    "rmrr": "0x7f000=0:2.0", "sched": "credit2", "shim_mem": "16M", "tboot": "0x0",
    "tsc": "unstable", "ucode": "scan", "vesa-ram": "16", "vga": "keep", "xpti": "default",
    "watchdog_timeout": "0", "xenheap_megabytes": "0", "clocksource": "acpi", "dma_bits": "32",
    "cpufreq": "none", "dom0_mem": "max:2048M", "mce_verbosity": "verbose", "low_crashinfo": "none",
    "preferred-cstates": "0", "psr": "cmt", "x2apic-mode": "physical", "debugtrace": "128",
    "dom0": "verbose", "iommu": "verbose", "efi": "rs", "ept": "ad", "gnttab": "transitive",
    "pci": "serr", "pv": "32", "viridian-version": "6,0,0x1772", "memop-max-order": "9,18,12,12",
    "numa": "on", "console": "com1", "com1": "115200,8n1", "loglvl": "all", "spec-ctrl": "no",
    "conring_size": "64k", "cpu_type": "arch_perfmon", "cet": "shstk", "conswitch": "a", "xsm": "dummy",
    "irq_vector_map": "none", "dom0-iommu": "map-reserved", "extra_guest_irqs": "32",
    "dtuart": "x", "acpi_sleep": "s3_bios", "guest_loglvl": "none", "apic_verbosity": "verbose",
}
# Bare words.
BARE = {"no-real-mode", "nolapic", "placeholder"}
# These would end the boot before anybody can read what Xen says of them, whatever their value.
UNBOOTABLE = {
    "nolapic": "without a local APIC there is no timer that dom0's kernel could be started with",
}


def word(option):
    name = option["name"]
    if name in BARE:
        return name
    if name.startswith("ivrs_"):
        return f"{name}[0]={HARMLESS[name]}"
    if name in HARMLESS:
        return f"{name}={HARMLESS[name]}"
    takes = option["takes"]
    if "boolean" in takes:
        return f"{name}={'on' if re.match('(on|yes)', option['default']) else 'off'}"
    number = re.match(r"-?\d+[KMGT]?", option["default"])
    for shape in takes:
        kind, _, rest = shape.partition(" ")
        if kind in ("integer", "size"):
            return f"{name}={number[0] if number else rest.split('-')[0] or 0}"
        if kind == "word":
            return f"{name}={rest.split('|')[0]}"
        if kind == "flag":
            return name
    return f"{name}=1"


def member_words(option):
    """Its members that are on or off, as they are by default: `iommu=no-verbose`."""
    words = []
    for member in option["members"]:
        default = re.match("(on|off)\\b", member["default"])
        if default and "boolean" in member["takes"]:
            words.append(f"{option['name']}={'' if default[1] == 'on' else 'no-'}{member['name']}")
    return words


class Catalogue:
    """What our binary says of one release of Xen."""

    def __init__(self, binary, version="4.17"):
        text = subprocess.run([binary, "options", "list", "--xen-version", version,
                               "--format", "json"], check=True, capture_output=True).stdout
        self.options = {option["name"]: option for option in json.loads(text)["options"]
                        if option["name"] not in UNBOOTABLE}

    def groups(self):
        """The words, as many on a line as go."""
        groups = [[]]
        for option in self.options.values():
            for text in [word(option)] + member_words(option):
                if len(" ".join(groups[-1] + [text])) > LONGEST:
                    groups.append([])
                groups[-1].append(text)
        return groups

    def knows(self, text):
        """Whether Xen knows a word, and its member if it names one."""
        name, _, value = text.partition("=")
        option = self.options[name.split("[")[0]]
        if option["known"] != "known" or option["build"]:
            return False
        members = {member["name"]: member["known"] for member in option["members"]}
        return members.get(value.removeprefix("no-"), "known") == "known"

    def problems(self, words, log):
        """What Xen's first lines say otherwise than the catalogue."""
        unknown = set(re.findall(r'parameter "([^"]+?)(?:\[\d+\])?" unknown!', log))
        invalid = re.findall(r'parameter "([^"]+?)(?:\[\d+\])?" has invalid value "([^"]*)"', log)
        problems = []
        for text in words:
            name = re.match(r"[^=\[]+", text)[0]
            option = self.options[name]
            value = text.partition("=")[2]
            if self.knows(text) and name in unknown:
                problems.append(f"{text}: the catalogue says known, Xen says unknown")
            if self.knows(text) and (name, value) in invalid:
                problems.append(f"{text}: Xen calls the value invalid")
            if option["known"] == "not-known" and name not in unknown:
                problems.append(f"{text}: the catalogue says unknown, and Xen does not complain")
        return problems
