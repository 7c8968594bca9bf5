#!/usr/bin/env python3
"""Boots the machines of reports/gallery that QEMU plays, and writes down the snapshot of each.

usage: gallery.py [--only NAME] BINARY

Needs no KVM. What it needs comes from Debian's packages and is kept in .cache/e2e, as for the other
boots. The reports beside the snapshots are written by the tests (`make gallery`).
"""

import argparse
import concurrent.futures
import os
import shutil
import subprocess
import sys

import guest
import guest_image
import packages
from e2e import CACHE, REPOSITORY, Run
from shapes import ALL_MESSAGES, AMD_IOMMU, EPYC, INTEL_IOMMU, Shape

GALLERY = os.path.join("reports", "gallery")
AT_ONCE = 2  # each guest keeps a core busy

SNAPSHOT = "xenquirks snapshot --quiet"
SECTIONS = {"snapshot": SNAPSHOT, "nobody": f"su -s /bin/sh nobody -c '{SNAPSHOT}'"}

# A board of 1996 has no PCI Express.
OLD_CARDS = ["-device", "e1000", "-device", "lsi53c895a", "-device", "nec-usb-xhci"]
# A firmware that says QEMU makes the machine a virtual one, whatever its CPU says.
FIRMWARE = ["-smbios", "type=0,vendor=Example,version=1.0,date=11/23/2026",
            "-smbios", "type=1,manufacturer=Example,product=Q35",
            "-smbios", "type=2,manufacturer=Example,product=Q35",
            "-smbios", "type=3,manufacturer=Example"]
NEHALEM = "Nehalem-v1,-hypervisor"

# Before Xen is installed, Linux alone; and Linux as dom0.
LINUX = [
    Shape("q35-intel", NEHALEM, FIRMWARE),
    Shape("q35-amd", EPYC + ",-hypervisor", FIRMWARE),
    Shape("i440fx", "qemu64", [], board="pc", cards=OLD_CARDS),
]
DOM0 = [
    Shape("q35-intel-iommu", NEHALEM, FIRMWARE + INTEL_IOMMU, ALL_MESSAGES,
          smp="2,sockets=1,cores=1,threads=2"),
    Shape("q35-amd-iommu", EPYC + ",-hypervisor", FIRMWARE + AMD_IOMMU, ALL_MESSAGES),
    Shape("xen-dom0", "qemu64,-hypervisor", FIRMWARE,
          f"clocksource=acpi max_cstate=0 msi=false no_such_option=1 {ALL_MESSAGES}"),
]
# The page of the gallery for what somebody without root sees, and the boot that it comes from.
USER = {"xen-dom0": "ordinary-user"}


def image_for(run, shape):
    image = os.path.join(CACHE, f"initrd-gallery-{shape.name}.gz")
    guest_image.with_sections(list(run.files.values())[2], SECTIONS, image)
    return image


def boot(run, shape):
    """Boots one machine and takes its snapshots; the answer is whether it worked."""
    logs = os.path.join(CACHE, "logs", "gallery-" + shape.name)
    kernel = list(run.files.values())[1]
    image = image_for(run, shape)
    if shape in DOM0:
        source = guest.direct(shape, os.path.join(CACHE, "xen.elf"), kernel, image)
    else:
        source = ["-kernel", kernel, "-initrd", image, "-append",
                  "console=ttyS0 mitigations=off pcie_aspm=off"]
    try:
        guest.boot(shape, source, logs)
    except (guest.BootFailed, OSError) as error:
        run.result(shape.name, [str(error)], "", logs)
        return
    keep(run, logs, "snapshot", shape.name)
    if shape.name in USER:
        keep(run, logs, "nobody", USER[shape.name])


def keep(run, logs, section, name):
    path = os.path.join(logs, section)
    with open(path, "rb") as file:
        good = file.read(1) == b"{"
    folder = os.path.join(GALLERY, name)
    if good:
        os.makedirs(folder, exist_ok=True)
        shutil.copy(path, os.path.join(folder, "snapshot.json"))
    run.result(name, [] if good else [f"no snapshot: see {path}.err"], folder, logs)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("binary", metavar="BINARY")
    parser.add_argument("--only", action="append", metavar="NAME", help="only this one (repeatable)")
    arguments = parser.parse_args()
    binary = os.path.abspath(arguments.binary)
    os.chdir(REPOSITORY)
    run = Run(replay=False)
    try:
        run.prepare(binary, refresh=False)
    except (packages.PackageError, guest_image.ImageError, subprocess.SubprocessError,
            OSError) as error:
        sys.exit(f"gallery: {error}")
    chosen = [shape for shape in LINUX + DOM0 if not arguments.only or shape.name in arguments.only]
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        for job in [pool.submit(boot, run, shape) for shape in chosen]:
            job.result()
    sys.exit(1 if run.failed else 0)


if __name__ == "__main__":
    main()
