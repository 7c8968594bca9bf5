"""Debian's packages: those that run here, and those that are only unpacked for the guest."""

import glob
import json
import os
import re
import shutil
import subprocess

# A program (or a folder) that shows that a package is there, and the package.
HOST_TOOLS = [
    ("qemu-system-x86_64", "qemu-system-x86"),
    ("grub-mkrescue", "grub-common"),
    ("/usr/lib/grub/i386-pc/legacycfg.mod", "grub-pc-bin"),
    ("xorriso", "xorriso"),
    ("mformat", "mtools"),
    ("/usr/share/OVMF/OVMF_CODE.fd", "ovmf"),
]
HYPERVISOR = r"xen-hypervisor-([0-9.]+)-amd64"
KERNEL = "linux-image-amd64"
LIST_OF_UNPACKED = "packages.json"  # written last: where it stands, all is there
AS_ROOT = [] if os.geteuid() == 0 else ["sudo"]


class PackageError(Exception):
    """A package that could not be had."""


def install_host_tools(say):
    """Installs the programs that this machine lacks."""
    missing = [package for tool, package in HOST_TOOLS
               if not (os.path.exists(tool) or shutil.which(tool))]
    if not missing:
        return
    say("installing " + " ".join(missing))
    update_lists()
    run(AS_ROOT + ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "-y",
                   "--no-install-recommends"] + missing)


def update_lists():
    run(AS_ROOT + ["apt-get", "update"])


def unpacked_root(cache, say):
    """The folder with the guest's packages unpacked; fetched once, then taken from the cache."""
    root = os.path.join(cache, "root")
    stamp = os.path.join(cache, LIST_OF_UNPACKED)
    if os.path.exists(stamp):
        return root
    packages = guest_packages()
    say("fetching " + " ".join(packages))
    archives = os.path.join(cache, "archives")
    for folder in (root, archives):
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
    run(["apt-get", "download"] + packages, cwd=archives)
    for archive in glob.glob(os.path.join(archives, "*.deb")):
        run(["dpkg-deb", "-x", archive, root])
    with open(stamp, "w", encoding="utf-8") as file:
        json.dump(packages, file, indent=1)
    shutil.rmtree(archives)
    return root


def guest_packages():
    """The newest Xen with its tools and their libraries, the newest kernel, busybox and lspci."""
    versions = hypervisor_versions()
    if not versions:
        update_lists()
        versions = hypervisor_versions()
    if not versions:
        raise PackageError("apt knows no xen-hypervisor-*-amd64")
    newest = max(versions, key=lambda text: [int(part) for part in text.split(".")])
    kernel = re.search(r"Depends: (linux-image-\S+)", output(["apt-cache", "depends", KERNEL]))
    if not kernel:
        raise PackageError(f"{KERNEL} names no kernel")
    tools = [f"xen-utils-{newest}", "pciutils"]
    return [f"xen-hypervisor-{newest}-amd64", kernel[1], "busybox-static", "pci.ids",
            *tools, *missing_libraries(tools)]


def hypervisor_versions():
    names = output(["apt-cache", "search", "--names-only", f"^{HYPERVISOR}$"])
    return re.findall(f"^{HYPERVISOR} ", names, re.M)


def missing_libraries(packages):
    """The libraries below packages that are not installed here."""
    without = [f"--no-{kind}" for kind in ("recommends", "suggests", "conflicts", "breaks",
                                           "replaces", "enhances")]
    names = output(["apt-cache", "depends", "--recurse", *without, *packages])
    libraries = sorted(set(re.findall(r"^(lib\S+)$", names, re.M)))
    return [name for name in libraries if not is_installed(name)]


def is_installed(package):
    query = subprocess.run(["dpkg-query", "-W", "-f=${db:Status-Status}", package],
                           capture_output=True, text=True, check=False)
    return query.stdout.startswith("installed")


def output(command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def run(command, **options):
    """Runs a command in silence; what it said is part of the error."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          errors="replace", check=False, **options)
    if done.returncode != 0:
        raise PackageError(f"{' '.join(command)} failed:\n{done.stdout[-2000:]}")
