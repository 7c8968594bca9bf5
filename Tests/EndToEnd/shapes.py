"""The machines that QEMU plays, and what each of them says about itself."""

import dataclasses

import verified

# What the second boot's line is taken from.
BOOTLINE = "xenquirks bootline --style menu.lst --policy conservative"

COLLECT = ("xenquirks-collect -o /tmp/{0}.tar && mkdir /tmp/{0} && tar -xf /tmp/{0}.tar -C /tmp/{0} && "
           "xenquirks scan --format json --root /tmp/{0}")

# What the guest runs. xl dmesg is read before anything can push its first lines out of the ring;
# the debug key adds lines to it, and so comes last.
SECTIONS = {
    "xl-dmesg": "xl dmesg",
    "xl-info": "xl info",
    "xenpm": "xenpm get-cpuidle-states",
    "xen-cpuid": "xen-cpuid -p",
    "lspci": "lspci -vvv -nn -D -xxxx",
    "interrupts": "cat /proc/interrupts",
    "dom0-line": "cat /proc/cmdline",
    "linux-version": "cat /proc/version",
    "guest-type": "cat /sys/hypervisor/guest_type",
    "clocksource": "cat /sys/devices/system/clocksource/clocksource0/current_clocksource",
    "aspm-policy": "cat /sys/module/pcie_aspm/parameters/policy",
    "boot": "ls /boot",
    "dmi": "grep . /sys/class/dmi/id/*_*",
    "acpi-tables": "cp -v /sys/firmware/acpi/tables/[A-Z]* tables",
    "scan.json": "xenquirks scan --format json",
    "scan-nobody.json": "su -s /bin/sh nobody -c 'xenquirks scan --format json'",
    # The collector under busybox, and what its tree says.
    "collected.json": COLLECT.format("root"),
    "collected-nobody.json": f"su -s /bin/sh nobody -c '{COLLECT.format('nobody')}'",
    "bootline": BOOTLINE,
    "scan.txt": "xenquirks scan",
    "domain": "xl debug-keys q; xl dmesg",
    "dmesg": "dmesg",
}

# The guest's consoles. Mitigations cost minutes of emulation and protect nothing here.
XEN_LINE = "console=com1 com1=115200,8n1 spec-ctrl=no"
DOM0_LINE = "console=hvc0 mitigations=off"
# Every message of Xen, and room for all of them.
ALL_MESSAGES = "loglvl=all conring_size=64k"


@dataclasses.dataclass
class Shape:
    """One machine and the lines that it boots with."""
    name: str
    cpu: str
    devices: list
    xen_line: str = ""
    dom0_line: str = ""
    smp: str = "2"
    memory: int = 1536  # MiB
    board: str = "q35"
    cards: list = None  # in place of the usual ones
    nested: bool = False  # the CPU says that a hypervisor runs below Xen
    misspelt: tuple = ()  # parameters on Xen's line that Xen does not know
    left_out: tuple = ()  # sections that would take too long here
    more: dict = dataclasses.field(default_factory=dict)  # sections of its own
    files: dict = dataclasses.field(default_factory=dict)  # beside the sections, by path

    def sections(self):
        chosen = {name: line for name, line in SECTIONS.items() if name not in self.left_out}
        return {**chosen, **self.more}


AMD_IOMMU = ["-device", "amd-iommu,intremap=on"]
INTEL_IOMMU = ["-device", "intel-iommu,intremap=on"]

# QEMU's emulation of EPYC needs four features taken away:
# monitor: Xen's idle loop on family 17h uses an MWAIT extension that QEMU offers and then faults;
# smap:    a PV kernel takes a page fault in its first instructions;
# rdtscp:  QEMU tells a nested hypervisor of RDTSC instead, and Xen ends a PVH dom0 for that;
# xsave:   now and then AVX is an invalid opcode in a PVH dom0.
EPYC = "EPYC-v1,-monitor,-smap,-rdtscp,-xsave"

# With more memory than the others, so that it can boot any advised dom0_mem.
PLAIN = Shape("plain", "qemu64,-hypervisor", [], memory=3072, more={
    verified.ADVICE: verified.SAVE,
    verified.BEFORE: "xenquirks verify --advice /tmp/advice.json --format json",
    verified.OBSERVED: "xenquirks observe --for 5s --debug-keys --format json",
    verified.COST: verified.OBSERVE_TWICE,
})
SHAPES = [
    # A PVH dom0 needs nested paging and an IOMMU; emulated, it is the slowest of all.
    # Without a limit on its memory Xen may run out of it while it builds dom0.
    Shape("pvh", EPYC + ",-hypervisor,+svm,+npt", AMD_IOMMU,
          f"dom0=pvh dom0_mem=1024M,max:1024M {ALL_MESSAGES}",
          left_out=("bootline", "scan.txt", "scan-nobody.json", "collected-nobody.json", "domain")),
    PLAIN,
    Shape("intel-iommu", "Nehalem-v1,-hypervisor", INTEL_IOMMU, ALL_MESSAGES,
          smp="2,sockets=1,cores=1,threads=2"),
    Shape("amd-iommu", EPYC + ",-hypervisor", AMD_IOMMU, ALL_MESSAGES),
    Shape("hpet-fsb", "qemu64", ["-global", "hpet.msi=on"],
          f"clocksource=acpi no_such_option=1 max-cstate=1 {ALL_MESSAGES}",
          "intel_idle.max_cstate=1", nested=True, misspelt=("no_such_option", "max-cstate"),
          more={verified.AFTER: "xenquirks verify --format json"}),
]
