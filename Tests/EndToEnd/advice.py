"""The advised entry of a menu.lst: what it adds to a boot, and whether that is in force."""

import re

UNITS = {"K": 2 ** 10, "M": 2 ** 20, "G": 2 ** 30}
PAGE = 4096


class Entry:
    """The lines of one entry; `xen` and `dom0` are the words behind the images' paths."""

    def __init__(self, text):
        self.text = text
        self.images = re.findall(r"(?m)^\s*(?:kernel|module)\s+(\S+)(.*)$", text)
        lines = [words.split() for _, words in self.images] + [[], []]
        self.xen, self.dom0 = lines[0], lines[1]

    def added_to(self, readings):
        """The words that the lines of a boot do not have."""
        xen, dom0 = lines_of(readings)
        return ([("xen", word) for word in self.xen if word not in xen]
                + [("dom0", word) for word in self.dom0 if word not in dom0])


def lines_of(readings):
    return readings.xl_info["xen_commandline"].split(), readings.text("dom0-line").split()


def contradictions(readings, target, word):
    """What in a boot speaks against an option being in force: its line, its effect, or nothing."""
    xen, dom0 = lines_of(readings)
    found = [] if word in (xen if target == "xen" else dom0) else [f"not on the line of {target}"]
    for pattern, effect in EFFECTS.items():
        if match := re.fullmatch(pattern, word):
            found += effect(readings, *match.groups())
    return found


def has_known_effect(word):
    """Not so max_cstate: on an emulated CPU Xen stays at C1 with and without it."""
    return any(re.fullmatch(pattern, word) for pattern in EFFECTS)


def memory_is_bounded(readings, amount, unit):
    wanted = int(amount) * UNITS[unit.upper()] // PAGE
    if readings.maximum_pages != wanted:
        yield f"dom0 may grow to {readings.maximum_pages} pages instead of {wanted}"


def no_message_interrupts(readings):
    enabled = [address for address, fields in readings.functions.items()
               if fields["msi.enabled"] is True or fields["msix.enabled"] is True]
    if enabled:
        yield f"MSI or MSI-X is enabled on {' '.join(enabled)}"
    if lines := len(readings.msi_interrupts):
        yield f"{lines} MSI lines in /proc/interrupts"


def aspm_policy_is(readings, policy):
    text = readings.text("aspm-policy").strip()
    if f"[{policy}]" not in text:
        yield f"the kernel's ASPM policy is {text}"


def aspm_is_left_alone(readings):
    if "PCIe ASPM is disabled" not in readings.text("dmesg"):
        yield "the kernel controls ASPM"


EFFECTS = {
    r"dom0_mem=(?:.*,)?max:(\d+)([KMGkmg])(?:,.*)?": memory_is_bounded,
    r"msi=(?:false|off|no|0)": no_message_interrupts,
    r"pcie_aspm\.policy=(\w+)": aspm_policy_is,
    r"pcie_aspm=off": aspm_is_left_alone,
}
