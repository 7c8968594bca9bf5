"""Boots a shape in QEMU, without KVM, and keeps what the guest printed."""

import base64
import binascii
import io
import os
import re
import shutil
import subprocess
import tarfile

import shapes

MACHINE = ["-accel", "tcg", "-nodefaults", "-display", "none", "-vga", "none",
           "-no-reboot"]
# An 82574L and a MegaRAID SAS 2108, each behind a root port of its own.
CARDS = ["-device", "pcie-root-port,id=port1,chassis=1,slot=1", "-device", "e1000e,bus=port1",
         "-device", "pcie-root-port,id=port2,chassis=2,slot=2", "-device", "megasas-gen2,bus=port2"]
TIME_LIMIT = 600


class BootFailed(Exception):
    """The guest did not come to its end."""


def boot(shape, source, logs):
    """Boots from `source` (QEMU's words for it); `logs` then holds a file for each section."""
    shutil.rmtree(logs, ignore_errors=True)
    os.makedirs(logs)
    console = os.path.join(logs, "console.log")
    command = ["qemu-system-x86_64", "-M", shape.board, *MACHINE, "-cpu", shape.cpu, "-smp", shape.smp,
               "-m", str(shape.memory), "-serial", "file:" + console,
               *shape.devices, *(CARDS if shape.cards is None else shape.cards), *source]
    with open(os.path.join(logs, "qemu.log"), "w", encoding="utf-8") as log:
        print(*command, file=log, flush=True)
        try:
            subprocess.run(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                           timeout=TIME_LIMIT, check=True)
        except subprocess.TimeoutExpired as error:
            raise BootFailed(f"not at its end after {TIME_LIMIT} s; see {console}") from error
        except subprocess.CalledProcessError as error:
            raise BootFailed(f"QEMU refused; see {log.name}") from error
    unpack(console, logs)


def direct(shape, hypervisor, kernel, image):
    """QEMU loads Xen itself: its line is then exactly ours."""
    modules = f"{kernel} {shapes.DOM0_LINE} {shape.dom0_line}".strip() + f",{image}"
    return ["-kernel", hypervisor, "-append", f"{shapes.XEN_LINE} {shape.xen_line}".strip(),
            "-initrd", modules]


def from_disc(disc):
    return ["-drive", f"file={disc},format=raw,media=cdrom,readonly=on", "-boot", "d"]


def unpack(console, logs):
    """Takes the archive out of what came over the serial line."""
    with open(console, encoding="ascii", errors="replace", newline="") as file:
        text = file.read().replace("\r", "")
    archive = re.search(r"=== BEGIN archive\n(.*)=== END archive", text, re.S)
    if not archive:
        lines = [line for line in text.split("\n") if line.strip()] or ["nothing at all"]
        raise BootFailed(f"the guest stopped after \"{lines[-1][:100]}\"; see {console}")
    try:
        packed = io.BytesIO(base64.b64decode(archive[1]))
        with tarfile.open(fileobj=packed) as members:
            members.extractall(logs)
    except (binascii.Error, tarfile.TarError, EOFError, OSError) as error:
        raise BootFailed(f"the archive in {console} is damaged: {error}") from error
